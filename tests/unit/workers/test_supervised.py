"""Whatever a child process does, the parent survives it, says so and starts another one."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calls.clock import ManualClock
from calls.errors import MissingDependency, ZvonarError
from tests.unit.workers.misbehaving_child import Begin, Do, Done
from workers.supervised import ChildDown, ChildRefused, SupervisedChild, start_all
from workers.wire import LENGTH, LONGEST_MESSAGE_BYTES, pack

MODULE = "tests.unit.workers.misbehaving_child"


class HastyClock(ManualClock):
    """Sleeps take no time; each is noted. `held` keeps sleepers asleep."""

    def __init__(self) -> None:
        super().__init__(datetime(2026, 3, 1, tzinfo=UTC))
        self.slept: list[float] = []
        self.held = False

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.held:
            await super().sleep(seconds)
        else:
            self.move(seconds)
            await asyncio.sleep(0)  # noqa: TID251 - lets the others run


class Parent:
    def __init__(self, behaviour: str = "work", hang_timeout_s: float | None = None) -> None:
        self.clock = HastyClock()
        self.reports: list[Done] = []
        self.deaths = 0
        self._news = asyncio.Event()
        self.child: SupervisedChild[Begin | Do, Done] = SupervisedChild(
            MODULE,
            Begin(behaviour),
            Done,
            clock=self.clock,
            on_report=self._take,
            on_death=self._bury,
            start_timeout_s=5.0,
            stop_timeout_s=0.3,
            hang_timeout_s=hang_timeout_s,
        )

    def _take(self, report: Done) -> None:
        self.reports.append(report)
        self._news.set()

    def _bury(self) -> None:
        self.deaths += 1
        self._news.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def until_up(self) -> None:
        async with asyncio.timeout(20):
            while not self.child.is_up:  # noqa: ASYNC110 - a restart sends no event of its own
                await asyncio.sleep(0.01)  # noqa: TID251 - a real process

    async def ask(self, deed: str, payload: bytes = b"") -> Done:
        known = len(self.reports)
        self.child.send(Do(deed, payload))
        await self.until(lambda: len(self.reports) > known)
        return self.reports[-1]


@pytest.fixture
async def parent() -> AsyncIterator[Parent]:
    parent = Parent()
    ready = await parent.child.start()
    assert ready.facts == {"answer": "42"}
    yield parent
    await parent.child.stop()
    assert not parent.child.is_up


async def test_children_start_together() -> None:
    parents = [Parent(), Parent()]
    ready = await start_all([parent.child for parent in parents])
    assert [each.facts for each in ready] == [{"answer": "42"}] * 2
    for parent in parents:
        await parent.child.stop()


@pytest.mark.parametrize(("behaviour", "error"), [("refuse", MissingDependency), ("crash", ChildDown)])
async def test_when_one_child_fails_none_stays(behaviour: str, error: type[ZvonarError]) -> None:
    parents = [Parent(), Parent(behaviour), Parent()]
    with pytest.raises(error) as caught:
        await start_all([parent.child for parent in parents])
    assert caught.value.hint
    assert [parent.child.pid for parent in parents] == [None] * 3


async def test_requests_are_answered_whatever_their_size(parent: Parent) -> None:
    for payload in (b"", b"one", bytes(5_000_000)):
        assert await parent.ask("echo", payload) == Done("echo", payload)


async def test_the_first_request_is_obeyed_only_once(parent: Parent) -> None:
    for number in range(3):
        await parent.ask("echo", bytes([number]))
    assert [report.payload for report in parent.reports] == [b"\0", b"\1", b"\2"]


async def test_a_crash_is_told_and_another_process_started(parent: Parent) -> None:
    first = parent.child.pid
    parent.child.send(Do("crash"))
    await parent.until(lambda: parent.deaths == 1)
    assert not parent.child.is_up
    with pytest.raises(ChildDown):
        parent.child.send(Do("echo"))
    await parent.until_up()
    assert parent.child.pid != first
    assert (await parent.ask("echo", b"again")).payload == b"again"
    assert parent.child.restarts == 1


async def test_restarts_come_later_and_later(parent: Parent) -> None:
    for deaths in range(1, 4):
        parent.child.kill()
        await parent.until(lambda deaths=deaths: parent.deaths == deaths)  # type: ignore[misc]
        await parent.until_up()
    assert parent.clock.slept == [0.2, 0.4, 0.8]


NONSENSE = [b"GET / HTTP/1.1\r\n\r\n", pack(b"\xc1"), pack(b"\x90"), LENGTH.pack(LONGEST_MESSAGE_BYTES + 1)]


@pytest.mark.parametrize("nonsense", NONSENSE)
async def test_nonsense_ends_the_process(parent: Parent, nonsense: bytes) -> None:
    parent.child.send(Do("babble", nonsense))
    await parent.until(lambda: parent.deaths == 1)
    await parent.until_up()
    assert (await parent.ask("echo", b"sane")).payload == b"sane"


async def test_a_parent_that_does_not_read_is_not_waited_for(parent: Parent, tmp_path: Path) -> None:
    offered = tmp_path / "offered"
    parent.child.send(Do("flood", str(offered).encode()))
    while not offered.exists():
        assert parent.child.pid
    await parent.until(lambda: any(report.deed == "flooded" for report in parent.reports))
    accepted = parent.reports[-1].payload
    whole = [report for report in parent.reports if report.deed == "flood"]
    assert len(whole) == sum(accepted)
    assert {len(report.payload) for report in whole} == {100_000}
    assert accepted[0] and not all(accepted)


async def test_what_native_libraries_print_stays_off_our_output(
    parent: Parent, capfd: pytest.CaptureFixture[str]
) -> None:
    await parent.ask("chat")
    assert "chatter" not in capfd.readouterr().out


async def test_sigterm_ends_the_process_like_a_closed_pipe(parent: Parent) -> None:
    assert parent.child.pid
    os.kill(parent.child.pid, signal.SIGTERM)
    await parent.until(lambda: parent.deaths == 1)
    await parent.until_up()


async def test_a_refusal_is_raised_in_the_childs_own_words() -> None:
    parent = Parent("refuse")
    with pytest.raises(ChildRefused, match="the voice is missing") as caught:
        await parent.child.start()
    assert (caught.value.kind, caught.value.hint) == ("MissingDependency", "install it")
    assert not parent.child.is_up


async def test_a_crash_at_the_start_is_raised() -> None:
    with pytest.raises(ChildDown, match="ended while starting"):
        await Parent("crash").child.start()


async def test_a_child_that_never_starts_is_given_up() -> None:
    parent = Parent("hang")
    parent.child._start_timeout_s = 0.5
    with pytest.raises(ChildDown, match="said nothing"):
        await parent.child.start()
    assert not parent.child.is_up


async def test_a_hanging_child_is_ended_by_force() -> None:
    parent = Parent()
    await parent.child.start()
    pid = parent.child.pid
    parent.child.send(Do("hang"))
    await parent.child.stop()
    assert pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_hanging_child_is_noticed_and_replaced() -> None:
    parent = Parent(hang_timeout_s=15.0)
    parent.clock.held = True
    await parent.child.start()
    for _ in range(2):  # it answers, so time may pass
        await parent.ask("echo")
        await parent.ask("echo")  # the question whether it hangs was answered before this
        parent.clock.move(15.0)
    await parent.ask("echo")
    assert parent.deaths == 0
    first = parent.child.pid
    parent.child.send(Do("hang"))
    parent.clock.held = False
    parent.clock.move(15.0)
    await parent.until(lambda: parent.deaths == 1)
    parent.clock.held = True
    await parent.child.stop()
    assert first
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


async def test_stopping_in_the_middle_of_a_restart_leaves_no_process() -> None:
    parent = Parent()
    await parent.child.start()
    parent.clock.held = True
    parent.child.kill()
    await parent.until(lambda: parent.deaths == 1)
    await parent.child.stop()
    assert not parent.child.is_up
