"""One call's RTP (RFC 3550, RFC 3551): a frame out on every tick, what arrives handed on."""

import asyncio
import random
import struct
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, cast

from calls.audio import FRAME_SAMPLES
from demo.g711 import PCMA, Codec
from demo.telephone_event import EventPacket, KeyReader, press

HEADER = struct.Struct("!BBHII")


@dataclass(frozen=True, slots=True)
class Packet:
    """One RTP packet without extensions, padding or contributing sources."""

    payload_type: int
    sequence: int
    timestamp: int
    source: int
    payload: bytes
    marker: bool = False

    def pack(self) -> bytes:
        kind = self.payload_type | (0x80 if self.marker else 0)
        return HEADER.pack(0x80, kind, self.sequence, self.timestamp, self.source) + self.payload


def unpack(data: bytes) -> Packet | None:
    """Read a packet; None for anything that is no RTP version 2 (STUN, RTCP by mistake, noise)."""
    if len(data) < HEADER.size or data[0] >> 6 != 2:
        return None
    first, kind, sequence, timestamp, source = HEADER.unpack_from(data)
    start, end = HEADER.size + 4 * (first & 0x0F), len(data)
    if first & 0x10:
        if len(data) < start + 4:
            return None
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4])
    if first & 0x20:
        end -= data[-1]
    if start > end:
        return None
    return Packet(kind & 0x7F, sequence, timestamp, source, data[start:end], bool(kind & 0x80))


@dataclass(slots=True)
class Counters:
    """What passed by."""

    sent: int = 0
    received: int = 0
    lost: int = 0
    disordered: int = 0


class Listener(Protocol):
    """Who hears what arrives."""

    def heard(self, payload: bytes, timestamp: int) -> None: ...

    def key_heard(self, key: str) -> None: ...


class RtpStream(asyncio.DatagramProtocol):
    """Audio both ways. Silence is sent while there is nothing to play, as a telephone does."""

    def __init__(self, listener: Listener, rng: random.Random) -> None:
        self._listener = listener
        self._transport: asyncio.DatagramTransport | None = None
        self._peer: tuple[str, int] | None = None
        self._codec, self._event_type = PCMA, 101
        self._silence = PCMA.silence * FRAME_SAMPLES
        self._frames: deque[bytes] = deque()
        self._events: deque[EventPacket | None] = deque()
        self._event_began = 0
        self._source = rng.getrandbits(32)
        self._sequence = rng.getrandbits(15)
        self._timestamp = rng.getrandbits(31)
        self._keys = KeyReader()
        self._last_sequence: int | None = None
        self.counters = Counters()
        self.is_dead = False

    @property
    def codec(self) -> Codec:
        return self._codec

    @property
    def port(self) -> int:
        assert self._transport is not None
        return int(self._transport.get_extra_info("sockname")[1])

    @property
    def is_idle(self) -> bool:
        """Everything that was to be played or pressed has been sent."""
        return not self._frames and not self._events

    def began_last_key(self) -> bool:
        """The last of the queued keys is being pressed, or has been."""
        return not any(packet is not None and packet.marker for packet in self._events)

    async def open(self, host: str) -> None:
        """Listen on any free port of the host."""
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=(host, 0))

    def direct(self, host: str, port: int, codec: Codec, event_payload_type: int) -> None:
        """Send to this address from now on."""
        self._peer = (host, port)
        self._codec, self._event_type = codec, event_payload_type
        self._silence = codec.silence * FRAME_SAMPLES

    def play(self, frames: Iterable[bytes]) -> None:
        """Queue companded frames of 20 ms."""
        self._frames.extend(frames)

    def press(self, keys: str) -> None:
        """Queue presses of keys."""
        for key in keys:
            self._events.extend(press(key))

    def tick(self) -> bytes:
        """Send this frame's packet; returns the audio that it carried, silence for a key."""
        self._timestamp = (self._timestamp + FRAME_SAMPLES) & 0xFFFFFFFF
        event = self._events.popleft() if self._events else None
        if event is not None:
            if event.marker:
                self._event_began = self._timestamp
            self._send(self._event_type, event.payload, self._event_began, event.marker)
            return self._silence
        frame = self._frames.popleft() if self._frames and not self._events else self._silence
        self._send(self._codec.payload_type, frame, self._timestamp, False)
        return frame

    def close(self) -> None:
        if self._transport:
            self._transport.close()
            self._transport = None

    def _send(self, payload_type: int, payload: bytes, timestamp: int, marker: bool) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFF
        if self._transport is None or self._peer is None or self.is_dead:
            return
        packet = Packet(payload_type, self._sequence, timestamp, self._source, payload, marker).pack()
        self.counters.sent += 1
        self._transport.sendto(packet, self._peer)

    # asyncio.DatagramProtocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: object) -> None:
        if self.is_dead:
            return
        packet = unpack(data)
        if packet is None:
            return
        self._count(packet.sequence)
        if packet.payload_type == self._event_type:
            if key := self._keys.feed(packet.timestamp, packet.payload):
                self._listener.key_heard(key)
        elif packet.payload_type == self._codec.payload_type:
            self._listener.heard(packet.payload, packet.timestamp)

    def error_received(self, error: Exception) -> None:
        """ICMP says that the other side's port is closed; SIP or silence will tell why."""

    def _count(self, sequence: int) -> None:
        self.counters.received += 1
        if self._last_sequence is not None:
            step = (sequence - self._last_sequence) & 0xFFFF
            if step == 0 or step > 0x8000:
                self.counters.disordered += 1
                return
            self.counters.lost += step - 1
        self._last_sequence = sequence
