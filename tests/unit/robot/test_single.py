"""The name of a robot on a server, while it works: lost for a while, or to another robot."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from calls.clock import ManualClock
from calls.errors import BadInput
from robot.single import KEEP_EVERY_S, only_node
from storage.errors import StorageUnavailable
from storage.node_lock import NodeTaken

NOW = datetime(2027, 3, 2, 9, tzinfo=UTC)


class ServersLock:
    """Fails as it was told; tells what was done with it."""

    def __init__(self, *failures: Exception | None) -> None:
        self._failures = list(failures)
        self.done: list[str] = []

    def take(self) -> None:
        self.done.append("take")

    def keep(self) -> None:
        self.done.append("keep")
        failure = self._failures.pop(0)
        if failure:
            raise failure

    def release(self) -> None:
        self.done.append("release")


async def work(lock: ServersLock, clock: ManualClock, steps: int) -> None:
    """Until the lock has been looked at so often."""
    async with only_node(lock, clock):
        while lock.done.count("keep") < steps:
            clock.move(KEEP_EVERY_S)
            await asyncio.to_thread(lambda: None)


@pytest.mark.parametrize("failures", [(None,), (StorageUnavailable("restarted"), None)])
async def test_a_server_that_was_away_ends_no_work(failures: Sequence[Exception | None]) -> None:
    lock = ServersLock(*failures, None)
    await work(lock, ManualClock(NOW), len(failures))
    assert lock.done[0] == "take" and lock.done[-1] == "release"


async def test_work_ends_when_another_robot_has_the_name() -> None:
    lock = ServersLock(None, NodeTaken("taken", hint="other name"))
    with pytest.raises(BadInput, match="taken"):
        await work(lock, ManualClock(NOW), 3)
    assert lock.done == ["take", "keep", "keep", "release"]
    task = asyncio.current_task()
    assert task is not None and task.cancelling() == 0


async def test_the_works_own_error_stays_what_it_is() -> None:
    lock = ServersLock()
    with pytest.raises(BadInput, match="bad file"):
        async with only_node(lock, ManualClock(NOW)):
            raise BadInput("bad file")
    assert lock.done == ["take", "release"]


async def test_who_is_cancelled_lets_go() -> None:
    lock, is_held = ServersLock(), asyncio.Event()

    async def wait() -> None:
        async with only_node(lock, ManualClock(NOW)):
            is_held.set()
            await asyncio.Event().wait()

    waiting = asyncio.create_task(wait())
    await asyncio.wait({waiting, asyncio.ensure_future(is_held.wait())}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert lock.done == ["take", "release"]
