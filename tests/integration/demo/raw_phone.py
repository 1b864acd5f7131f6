"""A robot's telephone in plain asyncio, for these tests: it calls, speaks tones and notes everything."""

import asyncio
import contextlib
import random
import struct
from collections.abc import Callable
from typing import cast

import numpy as np

from demo.g711 import PCMA
from demo.sip import Request, Response, build, parse

FRAME_S = 0.02


def tone(seconds: float, hz: int = 400) -> bytes:
    """PCM that the patient's ears take for speech."""
    samples = np.arange(round(seconds * 8000))
    return (8000 * np.sin(2 * np.pi * hz * samples / 8000)).astype("<i2").tobytes()


class Rtp(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.queue: list[bytes] = []
        self.sent = 0
        self.peer: tuple[str, int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        self.received.append(data)

    def audio(self) -> bytes:
        return PCMA.decode(b"".join(packet[12:] for packet in self.received if packet[1] & 0x7F == 8))

    def events(self) -> list[bytes]:
        return [packet for packet in self.received if packet[1] & 0x7F == 101]

    def tick(self) -> None:
        payload = self.queue.pop(0) if self.queue else PCMA.silence * 160
        if self.peer:
            self.sent += 1
            header = struct.pack("!BBHII", 0x80, 8, self.sent & 0xFFFF, self.sent * 160, 7)
            self.transport.sendto(header + payload, self.peer)

    def say(self, pcm: bytes) -> None:
        coded = PCMA.encode(pcm)
        self.queue += [coded[at : at + 160].ljust(160, PCMA.silence) for at in range(0, len(coded), 160)]


class RawPhone(asyncio.DatagramProtocol):
    """One call over UDP. `messages` is everything that was received, in order."""

    def __init__(self, host: str, port: int, number: str, attempt: str) -> None:
        self.target = (host, port)
        self.uri = f"sip:{number}@{host}:{port}"
        self.attempt = attempt
        self.messages: list[Request | Response] = []
        self.rtp = Rtp()
        self.rng = random.Random(number + attempt)
        self.call_id = f"{self.rng.getrandbits(64):x}"
        self.invite_branch = self.branch()
        self.cseq = 1
        self.to = f"<{self.uri}>"
        self.arrived = asyncio.Event()
        self.answers_requests = True

    async def __aenter__(self) -> "RawPhone":
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        await loop.create_datagram_endpoint(lambda: self.rtp, local_addr=("127.0.0.1", 0))
        self.pulse = loop.create_task(self.run())
        return self

    async def __aexit__(self, *details: object) -> None:
        self.pulse.cancel()
        await asyncio.gather(self.pulse, return_exceptions=True)
        self.transport.close()
        self.rtp.transport.close()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due += FRAME_S
            await asyncio.sleep(max(0, due - loop.time()))  # noqa: TID251 - real SIP in real time
            self.rtp.tick()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)
        self.local = transport.get_extra_info("sockname")

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        message = parse(data)
        self.messages.append(message)
        if isinstance(message, Request):
            if self.answers_requests:
                self.answer(message)
        elif message.cseq[1] == "INVITE":
            self.follow(message)
        self.arrived.set()

    def answer(self, request: Request) -> None:
        heads = [(name.title(), value) for name, value in request.headers if name in ("via", "from", "to")]
        heads += [("Call-ID", request.call_id), ("CSeq", request.headers.get("cseq"))]
        self.send(build("SIP/2.0 200 OK", heads))

    def follow(self, response: Response) -> None:
        if response.body:
            line = next(each for each in response.body.decode().split("\r\n") if each.startswith("m=audio"))
            self.rtp.peer = ("127.0.0.1", int(line.split()[1]))
        if response.code >= 200:
            self.to = response.headers.get("to")
            branch = self.branch() if response.code < 300 else response.branch
            self.send(self.message("ACK", self.cseq_of_invite, branch))

    def branch(self) -> str:
        return f"z9hG4bK{self.rng.getrandbits(64):x}"

    def send(self, data: bytes) -> None:
        self.transport.sendto(data, self.target)

    def message(
        self, method: str, cseq: int, branch: str, fields: tuple[tuple[str, str], ...] = (), body: bytes = b""
    ) -> bytes:
        heads = [
            ("Via", f"SIP/2.0/UDP 127.0.0.1:{self.local[1]};branch={branch};rport"),
            ("Max-Forwards", "70"),
            ("From", "<sip:robot@127.0.0.1>;tag=r"),
            ("To", self.to),
            ("Call-ID", self.call_id),
            ("CSeq", f"{cseq} {method}"),
            ("Contact", f"<sip:robot@127.0.0.1:{self.local[1]}>"),
        ]
        return build(f"{method} {self.uri} SIP/2.0", [*heads, *fields], body)

    def sdp(self, direction: str = "sendrecv") -> bytes:
        port = self.rtp.transport.get_extra_info("sockname")[1]
        lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0"]
        lines += [f"m=audio {port} RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000", f"a={direction}", ""]
        return "\r\n".join(lines).encode()

    def invite(self, direction: str = "sendrecv") -> None:
        self.cseq_of_invite = self.cseq
        fields = (("X-Attempt", self.attempt), ("Content-Type", "application/sdp"))
        self.send(self.message("INVITE", self.cseq, self.invite_branch, fields, self.sdp(direction)))

    def reinvite(self, direction: str) -> None:
        self.cseq += 1
        self.invite_branch = self.branch()
        self.invite(direction)

    def cancel(self) -> None:
        self.send(self.message("CANCEL", self.cseq, self.invite_branch))

    def request(self, method: str, fields: tuple[tuple[str, str], ...] = (), body: bytes = b"") -> None:
        self.cseq += 1
        self.send(self.message(method, self.cseq, self.branch(), fields, body))

    def codes(self, method: str = "INVITE") -> list[int]:
        return [each.code for each in self.messages if isinstance(each, Response) and each.cseq[1] == method]

    def requests(self, method: str) -> list[Request]:
        return [each for each in self.messages if isinstance(each, Request) and each.method == method]

    async def wait_for(self, condition: Callable[[], bool], limit_s: float = 20) -> None:
        async with asyncio.timeout(limit_s):
            while not condition():
                self.arrived.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.arrived.wait(), 2 * FRAME_S)

    async def wait_code(self, code: int, method: str = "INVITE") -> None:
        await self.wait_for(lambda: code in self.codes(method))

    async def wait_request(self, method: str) -> Request:
        await self.wait_for(lambda: bool(self.requests(method)))
        return self.requests(method)[0]
