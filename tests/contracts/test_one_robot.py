"""What keeps robots of one name apart, whatever the database: SQLite's lock file, or a PostgreSQL server."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from calls.errors import BadInput
from robot.single import only_node, only_one
from robot.wiring import SystemClock
from storage.node_lock import NodeLock, NodeTaken

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


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "file":
        return str(tmp_path / "queue.lock")
    server: str = request.getfixturevalue("postgresql")
    return server


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


def end_sessions(url: str) -> None:
    """As a restart of the server does."""
    from sqlalchemy import create_engine, text

    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(others)).all()
    engine.dispose()


@pytest.mark.postgresql
def test_robots_of_other_names_work_side_by_side(postgresql: str) -> None:
    first, second = NodeLock(postgresql, "first"), NodeLock(postgresql, "second")
    first.take()
    second.take()
    with pytest.raises(NodeTaken, match="«first»") as caught:
        NodeLock(postgresql, "first").take()
    assert "node:" in caught.value.hint
    first.release()
    second.release()


@pytest.mark.postgresql
def test_a_forgotten_session_is_taken_anew_unless_another_robot_was_quicker(postgresql: str) -> None:
    ours, theirs = NodeLock(postgresql, "tests"), NodeLock(postgresql, "tests")
    ours.take()
    end_sessions(postgresql)
    ours.keep()
    with pytest.raises(NodeTaken):
        theirs.take()
    end_sessions(postgresql)
    theirs.take()
    with pytest.raises(NodeTaken):
        ours.keep()
    theirs.release()
    ours.keep()
    ours.release()
    ours.keep()
    theirs = NodeLock(postgresql, "tests")
    theirs.take()
    theirs.release()
