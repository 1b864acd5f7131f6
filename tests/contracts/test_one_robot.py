"""What keeps robots of one name apart, whatever the database.

It runs on SQLite's lock file; with ZVONAR_TEST_POSTGRESQL=postgresql+psycopg://… on that server too.
"""

import asyncio
import multiprocessing
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from calls.errors import BadInput
from robot.single import only_node, only_one
from robot.wiring import SystemClock
from storage.node_lock import NodeLock, NodeTaken

POSTGRESQL = os.environ.get("ZVONAR_TEST_POSTGRESQL", "")
SPAWN = multiprocessing.get_context("spawn")


@asynccontextmanager
async def locked_file(path: str) -> AsyncIterator[None]:
    with only_one(Path(path)):
        yield


def alone(place: str) -> AbstractAsyncContextManager[None]:
    """Hold the lock in this place: a file, or a server under the name of these tests."""
    if place.startswith("postgresql"):
        return only_node(NodeLock(place, "tests"), SystemClock())
    return locked_file(place)


@pytest.fixture(params=["file", *(["server"] if POSTGRESQL else [])])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return POSTGRESQL if request.param == "server" else str(tmp_path / "queue.lock")


async def hold(place: str, holding: Connection) -> None:
    async with alone(place):
        holding.send("held")
        await asyncio.Event().wait()


def hold_until_killed(place: str, holding: Connection) -> None:
    asyncio.run(hold(place, holding))


async def test_a_second_robot_is_refused_while_the_first_works(place: str) -> None:
    async with alone(place):
        with pytest.raises(BadInput, match="уже работает другой Звонарь") as caught:
            async with alone(place):
                pass
        assert caught.value.hint
    async with alone(place):
        pass


async def test_a_robot_that_was_killed_stands_in_nobodys_way(place: str) -> None:
    ours, theirs = SPAWN.Pipe(duplex=False)
    victim = SPAWN.Process(target=hold_until_killed, args=(place, theirs))
    victim.start()
    assert await asyncio.to_thread(ours.recv) == "held"
    with pytest.raises(BadInput):
        async with alone(place):
            pass
    victim.kill()
    victim.join()
    for pipe in (ours, theirs):
        pipe.close()
    await until_free(place)


async def until_free(place: str) -> None:
    """A server notices a moment later that its client is gone."""
    while True:
        try:
            async with alone(place):
                return
        except BadInput:
            await SystemClock().sleep(0.05)


if POSTGRESQL:

    def end_sessions(url: str) -> None:
        """As a restart of the server does."""
        from sqlalchemy import create_engine, text

        others = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text(others)).all()
        engine.dispose()

    def test_robots_of_other_names_work_side_by_side() -> None:
        first, second = NodeLock(POSTGRESQL, "first"), NodeLock(POSTGRESQL, "second")
        first.take()
        second.take()
        with pytest.raises(NodeTaken, match="«first»") as caught:
            NodeLock(POSTGRESQL, "first").take()
        assert "node:" in caught.value.hint
        first.release()
        second.release()

    def test_a_forgotten_session_is_taken_anew_unless_another_robot_was_quicker() -> None:
        ours, theirs = NodeLock(POSTGRESQL, "tests"), NodeLock(POSTGRESQL, "tests")
        ours.take()
        end_sessions(POSTGRESQL)
        ours.keep()
        with pytest.raises(NodeTaken):
            theirs.take()
        end_sessions(POSTGRESQL)
        theirs.take()
        with pytest.raises(NodeTaken):
            ours.keep()
        theirs.release()
        ours.keep()
        ours.release()
        ours.keep()
        theirs = NodeLock(POSTGRESQL, "tests")
        theirs.take()
        theirs.release()
