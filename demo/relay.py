"""A bad network between two UDP ports: it loses, delays and so reorders packets, in both directions."""

import asyncio
import random
from dataclasses import dataclass
from typing import cast

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class LineQuality:
    """The share of packets lost, and the longest delay of a packet; delays are spread evenly from 0."""

    loss: float = 0.0
    jitter_s: float = 0.0

    @property
    def is_perfect(self) -> bool:
        return not self.loss and not self.jitter_s


PERFECT = LineQuality()


class _End(asyncio.DatagramProtocol):
    """One of the relay's two sockets; what comes in here leaves through the other one."""

    def __init__(self, relay: "Relay", peer: Address) -> None:
        self._relay, self.peer = relay, peer
        self.transport: asyncio.DatagramTransport | None = None
        self.other: _End | None = None

    @property
    def port(self) -> int:
        assert self.transport is not None
        return int(self.transport.get_extra_info("sockname")[1])

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: Address) -> None:
        if self.other is not None:
            self._relay.carry(data, self.other)

    def error_received(self, error: Exception) -> None:
        """A peer that has closed its port is told by nobody here, as on a real network."""

    def send(self, data: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.sendto(data, self.peer)


class Relay:
    """Carries packets between a `near` and a `far` address; each side sends to its own port of the relay."""

    def __init__(self, quality: LineQuality, rng: random.Random) -> None:
        self._quality, self._rng = quality, rng
        self._ends: tuple[_End, _End] | None = None
        self.carried = self.lost = 0

    async def open(self, host: str, near: Address, far: Address) -> None:
        """Listen on two free ports of the host."""
        near_end, far_end = _End(self, near), _End(self, far)
        near_end.other, far_end.other = far_end, near_end
        loop = asyncio.get_running_loop()
        for end in (near_end, far_end):
            await loop.create_datagram_endpoint(lambda end=end: end, local_addr=(host, 0))  # type: ignore[misc]
        self._ends = (near_end, far_end)

    @property
    def near_port(self) -> int:
        """Where the near side sends to."""
        assert self._ends is not None
        return self._ends[0].port

    @property
    def far_port(self) -> int:
        """Where the far side sends to."""
        assert self._ends is not None
        return self._ends[1].port

    def redirect(self, far: Address) -> None:
        """The far side has moved."""
        assert self._ends is not None
        self._ends[1].peer = far

    def carry(self, data: bytes, end: _End) -> None:
        if self._rng.random() < self._quality.loss:
            self.lost += 1
            return
        self.carried += 1
        if self._quality.jitter_s:
            delay_s = self._rng.uniform(0, self._quality.jitter_s)
            asyncio.get_running_loop().call_later(delay_s, end.send, data)
        else:
            end.send(data)

    def close(self) -> None:
        for end in self._ends or ():
            if end.transport is not None:
                end.transport.close()
