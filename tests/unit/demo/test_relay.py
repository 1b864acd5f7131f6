"""A bad line between two sockets on loopback."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from demo.relay import PERFECT, LineQuality, Relay


class Ear(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.arrived = asyncio.Event()

    def datagram_received(self, data: bytes, address: object) -> None:
        self.heard.append(data)
        self.arrived.set()

    async def wait(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.heard) < count:
                self.arrived.clear()
                await self.arrived.wait()


@asynccontextmanager
async def line(
    quality: LineQuality,
) -> AsyncIterator[tuple[Relay, list[Ear], list[asyncio.DatagramTransport]]]:
    loop = asyncio.get_running_loop()
    made = [await loop.create_datagram_endpoint(Ear, local_addr=("127.0.0.1", 0)) for _ in range(2)]
    near, far = (transport.get_extra_info("sockname") for transport, _ in made)
    relay = Relay(quality, random.Random(5))
    await relay.open("127.0.0.1", near, far)
    yield relay, [ear for _, ear in made], [transport for transport, _ in made]
    relay.close()
    for transport, _ in made:
        transport.close()


async def test_a_perfect_line_carries_everything_both_ways() -> None:
    async with line(PERFECT) as (relay, (near, far), (near_socket, far_socket)):
        near_socket.sendto(b"hello", ("127.0.0.1", relay.near_port))
        await far.wait(1)
        far_socket.sendto(b"good day", ("127.0.0.1", relay.far_port))
        await near.wait(1)
    assert (near.heard, far.heard) == ([b"good day"], [b"hello"])


async def _lost_once_idle(relay: Relay, far: Ear, near_socket: asyncio.DatagramTransport) -> int:
    """How many packets were lost before the one that is repeated until it arrives."""
    async with asyncio.timeout(10):
        while b"end" not in far.heard:
            lost = relay.lost
            far.arrived.clear()
            near_socket.sendto(b"end", ("127.0.0.1", relay.near_port))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(far.arrived.wait(), 0.1)
    return lost


async def test_a_bad_line_loses_its_share() -> None:
    async with line(LineQuality(loss=0.3)) as (relay, (_, far), (near_socket, _)):
        for number in range(200):
            near_socket.sendto(bytes([number]), ("127.0.0.1", relay.near_port))
        lost = await _lost_once_idle(relay, far, near_socket)
    assert 30 <= lost <= 90


async def test_a_jittery_line_reorders_and_loses_nothing() -> None:
    async with line(LineQuality(jitter_s=0.02)) as (relay, (_, far), (near_socket, _)):
        for number in range(50):
            near_socket.sendto(bytes([number]), ("127.0.0.1", relay.near_port))
        await far.wait(50)
    numbers = [data[0] for data in far.heard]
    assert sorted(numbers) == list(range(50))
    assert numbers != list(range(50))
