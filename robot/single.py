"""One robot at a time on one database: a second one would take the first one's calls for abandoned.

On PostgreSQL several may work together, each under a name of its own.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Protocol

import structlog

from calls.clock import Clock
from calls.errors import BadInput
from storage.errors import StorageUnavailable

log = structlog.get_logger(__name__)

KEEP_EVERY_S = 10.0


class Lock(Protocol):
    """A lock that a server holds for us, and may forget; see `storage.node_lock`."""

    def take(self) -> None: ...

    def keep(self) -> None: ...

    def release(self) -> None: ...


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold the lock file; BadInput when another process does. The dead let go of it (flock(2))."""
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise BadInput(
            f"Файл {lock} создать нельзя: {error.strerror}.", hint="Проверьте права на папку базы."
        ) from error
    try:
        _take(handle)
        yield
    finally:
        os.close(handle)


@asynccontextmanager
async def only_node(lock: Lock, clock: Clock) -> AsyncIterator[None]:
    """Hold the lock on a server; lost to another robot, it cancels the block and raises BadInput."""
    await asyncio.to_thread(lock.take)
    block = asyncio.current_task()
    assert block is not None
    keeping = asyncio.get_running_loop().create_task(_keep(lock, clock))
    keeping.add_done_callback(lambda done: None if done.cancelled() else block.cancel())
    try:
        yield
    except asyncio.CancelledError:
        if keeping.done() and not keeping.cancelled():
            block.uncancel()
            await keeping
        raise
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await asyncio.to_thread(lock.release)


async def _keep(lock: Lock, clock: Clock) -> None:
    """Ends only with the error that another robot has taken the lock."""
    while True:
        await clock.sleep(KEEP_EVERY_S)
        try:
            await asyncio.to_thread(lock.keep)
        except StorageUnavailable:
            log.warning("node_lock_lost", action="take_again")


def _take(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BadInput(
            "С этой базой уже работает другой Звонарь.",
            hint="Подождите, пока он закончит, или остановите его (zvonar serve, zvonar campaign run).",
        ) from error
