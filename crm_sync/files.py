"""Files that are always whole: replaced in one step, by one process at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from calls.errors import BadInput
from crm_sync.errors import CrmUnavailable


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file's lock, waiting for its holder; the kernel frees it when a process dies (flock(2))."""
    lock = path.with_name(f".{path.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _cannot_write(path, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def replace(path: Path, content: bytes) -> None:
    """The whole new file or the whole old one, also when the power fails in between."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            os.chmod(temporary, path.stat().st_mode & 0o777)
        os.replace(temporary, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise _cannot_write(path, error) from error


def read(path: Path) -> bytes:
    """BadInput when the file is not there or cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BadInput(
            f"Файла {path} нет.", hint="Проверьте crm: path: или выгрузите записи в это место."
        ) from error
    except OSError as error:
        raise BadInput(
            f"Файл {path} не читается: {error.strerror}.",
            hint="Дайте пользователю робота право его читать.",
        ) from error


def stamp(path: Path) -> tuple[int, int, int]:
    """Changes when the file does; zeros where there is none."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0, 0
    return status.st_mtime_ns, status.st_size, status.st_ino


def _cannot_write(path: Path, error: OSError) -> CrmUnavailable:
    return CrmUnavailable(
        f"В файл {path} писать нельзя: {error.strerror}.",
        hint="Не открыт ли он в таблице, есть ли место на диске и право писать в папку?",
    )
