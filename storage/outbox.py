"""Results on their way to the CRM: a visit stays here from its reminder's end until the CRM has it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, or_, select, update

from storage.attempts import attempt_result
from storage.errors import UnknownRecord
from storage.records import ReportStage, Unreported, Untaken
from storage.reminders import appointment_of, reminder_statuses
from storage.tables import reminders, visits

UNTAKEN = reminders.c.outcome.is_not(None) & visits.c.reported_at.is_(None)
WAITING = UNTAKEN & visits.c.report_refused.is_(None)


def unreported(connection: Connection, now: datetime | None, limit: int | None) -> list[Unreported]:
    """What the CRM has not got, oldest first; with `now`, only what is due for delivery."""
    waiting: ColumnElement[bool] = WAITING
    if now is not None:
        waiting &= or_(visits.c.report_after.is_(None), visits.c.report_after <= now)
    return _entries(connection, waiting, limit)


def unreported_visit(connection: Connection, reminder: str, appointment: str) -> Unreported | None:
    """One visit, if its reminder has ended and the CRM has not got it."""
    waiting = WAITING & (visits.c.reminder == reminder) & (visits.c.appointment == appointment)
    return next(iter(_entries(connection, waiting, 1)), None)


def mark_reported(connection: Connection, reminder: str, appointment: str, now: datetime) -> None:
    """The CRM has it. The first time stays."""
    _change_visit(connection, reminder, appointment, {"reported_at": now}, visits.c.reported_at.is_(None))


def untaken(connection: Connection, campaign: str) -> list[Untaken]:
    """A campaign's results that the CRM has not got, by the time they have waited."""
    joined = visits.join(reminders, visits.c.reminder == reminders.c.key)
    query = select(visits).select_from(joined).where(UNTAKEN & (reminders.c.campaign == campaign))
    oldest_first = query.order_by(reminders.c.ended_at, visits.c.reminder, visits.c.position)
    return [_untaken(row) for row in connection.execute(oldest_first).mappings()]


def postpone_report(
    connection: Connection, reminder: str, appointment: str, until: datetime, problem: str
) -> None:
    """One delivery more has failed, and why; the next is not due before `until`."""
    values = {"report_tries": visits.c.report_tries + 1, "report_after": until, "report_problem": problem}
    _change_visit(connection, reminder, appointment, values)


def give_up_report(
    connection: Connection, reminder: str, appointment: str, now: datetime, problem: str
) -> None:
    """The last delivery has failed, and why; it stays in the outbox until somebody begins anew."""
    values = {"report_given_up_at": now, "report_problem": problem}
    _change_visit(connection, reminder, appointment, values)


def renew_report(connection: Connection, reminder: str, appointment: str) -> None:
    """It is tried again from the beginning."""
    values = {"report_given_up_at": None, "report_after": None, "report_tries": 0}
    _change_visit(connection, reminder, appointment, values)


def refuse_report(connection: Connection, reminder: str, appointment: str, reason: str) -> None:
    """The CRM will never take it; `reason` is for people and holds nothing personal."""
    _change_visit(connection, reminder, appointment, {"report_refused": reason})


def _entries(connection: Connection, where: ColumnElement[bool], limit: int | None) -> list[Unreported]:
    joined = visits.join(reminders, visits.c.reminder == reminders.c.key)
    query = select(visits).select_from(joined).where(where)
    oldest_first = query.order_by(reminders.c.ended_at, visits.c.reminder, visits.c.position).limit(limit)
    return [_entry(connection, row) for row in connection.execute(oldest_first).mappings().all()]


def _entry(connection: Connection, visit: RowMapping) -> Unreported:
    status = reminder_statuses(connection, reminders.c.key == visit["reminder"])[0]
    assert status.outcome is not None and status.ended_at is not None
    ended = [attempt for attempt in status.attempts if attempt.outcome is not None]
    return Unreported(
        reminder=status.reminder,
        appointment=appointment_of(visit),
        outcome=status.outcome,
        ended_at=status.ended_at,
        attempts=len(status.attempts),
        last=attempt_result(connection, ended[-1].key) if ended else None,
        tries=visit["report_tries"],
        not_before=visit["report_after"],
    )


def _untaken(visit: RowMapping) -> Untaken:
    stage = ReportStage.GIVEN_UP if visit["report_given_up_at"] else ReportStage.WAITING
    problem = visit["report_problem"] or ""
    if visit["report_refused"] is not None:
        stage, problem = ReportStage.REFUSED, visit["report_refused"]
    return Untaken(visit["reminder"], visit["appointment"], stage, problem)


def _change_visit(
    connection: Connection,
    reminder: str,
    appointment: str,
    values: dict[str, Any],
    only_if: ColumnElement[bool] | None = None,
) -> None:
    where = (visits.c.reminder == reminder) & (visits.c.appointment == appointment)
    changed = connection.execute(
        update(visits).where(where if only_if is None else where & only_if).values(values)
    )
    if not changed.rowcount and connection.execute(select(visits.c.position).where(where)).first() is None:
        raise UnknownRecord(f"The reminder {reminder!r} has no such visit.")
