"""What DBOS needs under Python 3.12 of an SQLite older than 3.42, such as Debian 12's.

There its tables take their times from `unixepoch('subsec')`, and an older SQLite answers NULL to that. Under
Python 3.11 DBOS uses another expression; PostgreSQL is not concerned.
"""

import sqlite3
import time
from typing import Any

KNOWS_SUBSECONDS = (3, 42)


class QueueConnection(sqlite3.Connection):
    """A connection that knows the seconds since 1970 with their fraction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sqlite3.sqlite_version_info < KNOWS_SUBSECONDS:
            self.create_function("unixepoch", 1, _unixepoch)


def engine_options(database_url: str) -> dict[str, Any]:
    """Options for DBOS's own engine."""
    return {"connect_args": {"factory": QueueConnection}} if database_url.startswith("sqlite") else {}


def _unixepoch(modifier: str) -> float:
    now_s = time.time()  # noqa: TID251 - stands in for the database's own clock
    return now_s if modifier == "subsec" else int(now_s)
