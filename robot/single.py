"""One robot at a time on one database: a second one would take the first one's calls for abandoned."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from calls.errors import BadInput


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


def _take(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BadInput(
            "С этой базой уже работает другой Звонарь.",
            hint="Подождите, пока он закончит, или остановите его (zvonar serve, zvonar campaign run).",
        ) from error
