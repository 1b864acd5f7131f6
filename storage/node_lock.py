"""A robot's name among several on one PostgreSQL: held by a session of its own, freed by its death."""

import hashlib
import threading

from sqlalchemy import Connection, NullPool, create_engine, text

from storage.database import translated
from storage.errors import DatabaseUnusable, StorageUnavailable


class NodeTaken(DatabaseUnusable):
    """Another process works on this database under the same name."""


class NodeLock:
    """An advisory lock of the session level (PostgreSQL manual, 13.3.5)."""

    def __init__(self, url: str, node: str) -> None:
        self._engine = create_engine(
            url, hide_parameters=True, poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        self._node = node
        digest = hashlib.sha256(f"zvonar node {node}".encode()).digest()
        self._key = int.from_bytes(digest[:8], "big", signed=True)
        self._session: Connection | None = None
        self._is_released = False
        self._changing = threading.Lock()

    def take(self) -> None:
        """NodeTaken when another process has the name, StorageUnavailable when nobody answers."""
        with self._changing:
            self._take()

    def keep(self) -> None:
        """Make sure of it: a server that was restarted has forgotten the session. Errors as in `take`."""
        with self._changing:
            if self._is_released or self._is_standing():
                return
            self._drop()
            self._take()

    def release(self) -> None:
        with self._changing:
            self._is_released = True
            self._drop()
        self._engine.dispose()

    def _take(self) -> None:
        with translated():
            session = self._engine.connect()
            is_ours = session.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key}).scalar()
        if not is_ours:
            session.close()
            raise NodeTaken(
                f"С этой базой уже работает другой Звонарь под именем «{self._node}».",
                hint="Остановите его или дайте каждому роботу своё имя: node: в zvonar.yaml.",
            )
        self._session = session

    def _is_standing(self) -> bool:
        if self._session is None:
            return False
        try:
            with translated():
                self._session.execute(text("SELECT 1"))
        except StorageUnavailable:
            return False
        return True

    def _drop(self) -> None:
        if self._session is not None:
            self._session.invalidate()
            self._session.close()
            self._session = None
