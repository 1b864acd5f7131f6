"""The pulse of the town on a clock that is moved by hand."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from calls.clock import ManualClock
from demo.ticker import LONGEST_LAG_S, Ticker, frames_of


async def settle() -> None:
    """Let everything that is ready to run do so."""
    for _ in range(30):
        turn = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(turn.set_result, None)
        await turn


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2027, 3, 2, tzinfo=UTC))


@pytest.fixture
async def ticker(clock: ManualClock) -> AsyncIterator[Ticker]:
    made = Ticker(clock)
    pulse = asyncio.get_running_loop().create_task(made.run())
    await settle()
    yield made
    pulse.cancel()
    await asyncio.gather(pulse, return_exceptions=True)


async def test_one_tick_per_20_ms(clock: ManualClock, ticker: Ticker) -> None:
    for _ in range(5):
        clock.move(0.02)
        await settle()
    assert ticker.frame == 5


async def test_a_short_lag_is_caught_up(clock: ManualClock, ticker: Ticker) -> None:
    clock.move(0.1)
    await settle()
    assert ticker.frame == 5


async def test_a_long_stall_brings_no_flood(clock: ManualClock, ticker: Ticker) -> None:
    clock.move(10)
    await settle()
    assert ticker.frame <= 2 + frames_of(LONGEST_LAG_S)


def test_subscribers_come_and_go(clock: ManualClock) -> None:
    ticker, seen = Ticker(clock), []
    leave = ticker.subscribe(lambda: seen.append("a"))
    ticker.subscribe(lambda: seen.append("b"))
    ticker.tick()
    leave()
    leave()
    ticker.tick()
    assert seen == ["a", "b", "b"]


def test_whole_frames() -> None:
    assert [frames_of(seconds) for seconds in (0, 0.02, 0.5, 0.011)] == [1, 1, 25, 1]
