"""Opens the database, brings it up to date, and runs transactions; its errors are translated here."""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, literal, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from calls.errors import MissingDependency
from storage.errors import DatabaseUnusable, StorageError, StorageUnavailable, UnknownRecord
from storage.migrate import upgrade

BUSY_TIMEOUT_MS = 30_000
HINT = "Проверьте database: в настройках, права на папку и место на диске."
WRITE_HINT = "Дайте пользователю робота право писать в файл базы и в её папку."
_TRANSIENT_SQLITE = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR")
_TRANSIENT_SQLSTATES = ("08", "40", "53", "55", "57")


class Database:
    """Transactions over one database. SQLite has one writer at a time, so writers queue up here first."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing: Any = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that changes nothing and sees one state of the database."""
        with translated(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is on the disk when the block has been left without an error."""
        with (
            translated(),
            self._writing,
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        self._engine.dispose()


def open_database(url: str) -> Database:
    """Open and upgrade; DatabaseUnusable says why not, without the password in the URL."""
    engine = _engine(_checked(url))
    database = Database(engine)
    try:
        with database.write() as connection:
            upgrade(connection)
    except StorageError:
        engine.dispose()
        raise
    return database


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows whose keys are not there yet; how many those were."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    inserts = (insert(table).values(**row).on_conflict_do_nothing().returning(literal(1)) for row in rows)
    return sum(len(connection.execute(statement).all()) for statement in inserts)


@contextmanager
def translated() -> Iterator[None]:
    """The driver's errors as ours. Their texts are left out: they may quote what was to be stored."""
    try:
        yield
    except IntegrityError as error:
        raise UnknownRecord(f"The database refused a row ({_code(error)}).") from error
    except DBAPIError as error:
        raise _as_ours(error) from error
    except StatementError as error:
        raise ValueError(str(error.orig)) from error
    except PoolTimeout as error:
        raise StorageUnavailable("Нет свободного соединения с базой.", hint=HINT) from error


def _as_ours(error: DBAPIError) -> StorageError:
    code = _code(error)
    if code.startswith(_TRANSIENT_SQLITE) or code.startswith(_TRANSIENT_SQLSTATES):
        return StorageUnavailable(f"База сейчас не отвечает ({code}).", hint=HINT)
    if code.startswith("SQLITE_READONLY"):
        return DatabaseUnusable(
            "База открыта только для чтения.",
            hint=WRITE_HINT,
        )
    if code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return DatabaseUnusable(
            f"Файл базы повреждён или это не база SQLite ({code}).",
            hint="Восстановите её из копии или назовите другой файл в database:.",
        )
    return DatabaseUnusable(f"База не годится ({code}).", hint=HINT)


def _code(error: DBAPIError) -> str:
    """SQLite's symbolic name or PostgreSQL's SQLSTATE; both are free of data."""
    original = error.orig
    name = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    if name:
        return str(name)
    lost = error.connection_invalidated or isinstance(error, OperationalError)
    return "08: no connection" if lost else type(original).__name__


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseUnusable(
            "Адрес базы не читается.", hint="Он пишется так: sqlite:///var/zvonar.sqlite"
        ) from error
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise DatabaseUnusable(
            f"Базы вида «{parsed.get_backend_name()}» не поддерживаются.",
            hint="Годятся sqlite:///путь/к/файлу и postgresql+psycopg://user@host/name",
        )
    if parsed.get_backend_name() == "sqlite":
        _check_file(parsed)
    return parsed


def _check_file(url: URL) -> None:
    name = url.database or ""
    if name in ("", ":memory:"):
        raise DatabaseUnusable(
            "База в памяти забывает, кому звонили.", hint="Напишите sqlite:///путь/к/файлу"
        )
    if name.startswith("file:"):
        return
    path = Path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnusable(
            f"Папку базы {path.parent} создать нельзя: {error.strerror}.", hint=HINT
        ) from error
    if path.is_dir():
        raise DatabaseUnusable(f"База {path} — это папка.", hint="Назовите в database: файл.")
    blocked = path if path.exists() else path.parent
    if not os.access(blocked, os.W_OK):
        raise DatabaseUnusable(
            f"В базу {path} писать нельзя: {blocked} только для чтения у этого пользователя.",
            hint=WRITE_HINT,
        )


def _engine(url: URL) -> Engine:
    try:
        engine = create_engine(url, hide_parameters=True)
    except NoSuchModuleError as error:
        raise DatabaseUnusable(f"Для «{url.drivername}» нет драйвера SQLAlchemy.", hint=HINT) from error
    except ModuleNotFoundError as error:
        raise MissingDependency(
            f"Драйвер базы {error.name} не установлен.", hint=f"pip install {error.name}"
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _set_up_postgresql)
    return engine


def _set_up_sqlite(connection: Any, record: object) -> None:
    """Each commit is on the disk before it returns; the driver leaves transactions to us."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Writers take the lock at once: a reader that turns writer half way could not wait for it."""
    immediate = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _set_up_postgresql(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("SET synchronous_commit = on")
    cursor.close()
    connection.commit()
