"""Who must not be called, and what is left for people to do, as rows."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage.database import insert_new
from storage.errors import UnknownRecord
from storage.records import Task
from storage.tables import opt_outs, tasks


def opt_out(connection: Connection, phone: str, reason: str, now: datetime) -> None:
    """No call to this number (E.164) from now on. The first reason stays."""
    insert_new(connection, opt_outs, [{"phone": phone, "reason": reason, "since": now}])


def opt_in(connection: Connection, phone: str) -> bool:
    """The patient wants calls again; False when nothing stood against them."""
    return connection.execute(delete(opt_outs).where(opt_outs.c.phone == phone)).rowcount > 0


def is_opted_out(connection: Connection, phone: str) -> bool:
    query = select(opt_outs.c.since).where(opt_outs.c.phone == phone)
    return connection.execute(query).first() is not None


def add_task(connection: Connection, task: Task) -> bool:
    """False when the key is there already; nothing changes then."""
    row = {name: getattr(task, name) for name in Task.__dataclass_fields__}
    return insert_new(connection, tasks, [row]) == 1


def all_tasks(connection: Connection, open_only: bool) -> list[Task]:
    query = select(tasks).order_by(tasks.c.created_at, tasks.c.key)
    if open_only:
        query = query.where(tasks.c.closed_at.is_(None))
    return [Task(**row) for row in connection.execute(query).mappings()]


def close_task(connection: Connection, key: str, now: datetime) -> bool:
    """False when it was closed before."""
    where = tasks.c.key == key
    changed = connection.execute(
        update(tasks).where(where & tasks.c.closed_at.is_(None)).values(closed_at=now)
    )
    if not changed.rowcount and connection.execute(select(tasks.c.key).where(where)).first() is None:
        raise UnknownRecord(f"There is no task {key!r}.")
    return changed.rowcount > 0
