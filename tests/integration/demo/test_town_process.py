"""The town in a process of its own: found again, read from outside, its memory kept."""

import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from demo.clock import ProcessClock
from demo.town_process import TownNotStarted, TownOptions, TownProcess
from tests.integration.demo.raw_phone import RawPhone, tone

MakeProcess = Callable[..., TownProcess]


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[MakeProcess]:
    """Makes towns of one folder; whatever still lives at the end is stopped."""
    made: list[TownProcess] = []

    def make(listen: str = "127.0.0.1:0") -> TownProcess:
        made.append(TownProcess(TownOptions(tmp_path, listen, engine="fake"), ProcessClock()))
        return made[-1]

    yield make
    for town in made:
        await town.stop()


async def refused(town: TownProcess, attempt: str) -> list[int]:
    """Call the patient who declines, and hear it."""
    host, _, port = town.sip_address.partition(":")
    async with RawPhone(host, int(port), "79000000017", attempt) as robot:
        robot.invite()
        await robot.wait_for(lambda: max(robot.codes(), default=0) >= 300)
    return robot.codes()


async def test_the_town_outlives_whoever_started_it(process: MakeProcess) -> None:
    first = process()
    await first.start()
    assert await refused(first, "a:1") == [100, 180, 603]

    second = process()
    await second.start()
    assert second.pid == first.pid
    await refused(second, "a:2")
    assert [second.invites(attempt) for attempt in ("a:1", "a:2", "a:3")] == [1, 1, 0]

    await second.stop()
    third = process()
    await third.start()
    assert third.pid != first.pid
    await refused(third, "a:1")
    assert third.invites("a:1") == 2, "a second ring is seen by whoever lives there now"
    assert third.seen()["times_called"] == {"79000000017": 3}
    await third.stop()
    assert [call["ending"] for call in third.seen()["calls"]] == ["rejected"] * 3


async def test_a_call_under_way_is_ended_politely(process: MakeProcess, tmp_path: Path) -> None:
    town = process()
    await town.start()
    host, _, port = town.sip_address.partition(":")
    async with RawPhone(host, int(port), "+79000000001", "a:1") as robot:
        robot.invite()
        await robot.wait_code(200)
        robot.rtp.say(tone(0.3))
        os.kill(town.pid, signal.SIGTERM)
        await robot.wait_request("BYE")
    await town.stop()
    [call] = town.seen()["calls"]
    assert call["ending"] == "hung_up"
    assert (tmp_path / "recordings" / call["recording"]).exists()


async def test_a_town_that_cannot_start_says_where_to_look(process: MakeProcess, tmp_path: Path) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as taken, pytest.raises(TownNotStarted) as caught:
        taken.bind(("127.0.0.1", 0))
        await process(listen=f"127.0.0.1:{taken.getsockname()[1]}").start()
    assert "town.log" in caught.value.hint
    assert "Address already in use" in (tmp_path / "town.log").read_text(encoding="utf-8")
