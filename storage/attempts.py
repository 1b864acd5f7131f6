"""Attempts and what was said in them as rows; the fence is the first insert."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, delete, select, update

from calls.machine import CallState
from calls.outcome import Outcome
from calls.reminder import AnswerDelay, Attempt, AttemptResult, Conversation, Turn, attempt_key
from calls.transcript import Word
from storage.database import insert_new
from storage.errors import UnknownRecord
from storage.tables import attempts, turns, visits


def begin_attempt(connection: Connection, reminder: str, number: int, owner: str, now: datetime) -> bool:
    """Insert the fence; False when this attempt, under whatever owner, has been begun before."""
    row = {
        "key": attempt_key(reminder, number),
        "reminder": reminder,
        "number": number,
        "owner": owner,
        "state": CallState.DIALING,
        "fate_unknown": False,
        "began_at": now,
        "moved_at": now,
        "recording": "",
        "results": {},
        "tags": [],
        "task": "",
        "path": [],
    }
    return insert_new(connection, attempts, [row]) == 1


def give_back_attempt(connection: Connection, key: str, owner: str) -> bool:
    """Take the fence away again; only its owner may, and only as long as the attempt has no outcome."""
    unspent = (attempts.c.key == key) & (attempts.c.owner == owner) & attempts.c.outcome.is_(None)
    return connection.execute(delete(attempts).where(unspent)).rowcount == 1


def move_attempt(connection: Connection, key: str, state: CallState, now: datetime) -> None:
    """Note the state; an attempt that has ended stays ended."""
    open_attempt = (attempts.c.key == key) & (attempts.c.state != CallState.ENDED)
    changed = connection.execute(update(attempts).where(open_attempt).values(state=state, moved_at=now))
    if not changed.rowcount:
        _existing(connection, key)


def finish_attempt(connection: Connection, result: AttemptResult) -> bool:
    """Store the end, once. A real end replaces the assumed one of an attempt of unknown fate."""
    row = _existing(connection, result.attempt)
    if row["outcome"] is not None and not row["fate_unknown"]:
        return False
    said = result.conversation
    values = {
        "state": CallState.ENDED,
        "outcome": result.outcome,
        "fate_unknown": False,
        "began_at": result.began_at,
        "moved_at": result.ended_at,
        "answered_at": result.answered_at,
        "ended_at": result.ended_at,
        "sip_code": result.sip_code,
        "q850_cause": result.q850_cause,
        "recording": result.recording,
        "results": dict(said.results),
        "tags": list(said.tags),
        "task": said.task,
        "path": [list(way) for way in said.path],
    }
    connection.execute(update(attempts).where(attempts.c.key == result.attempt).values(values))
    insert_new(
        connection,
        turns,
        [
            {"attempt": result.attempt, "position": position, **_turn_row(turn)}
            for position, turn in enumerate(said.turns)
        ],
    )
    return True


def settle(connection: Connection, where: ColumnElement[bool], now: datetime) -> list[Attempt]:
    """End the open attempts that fit as failed and of unknown fate: they may have rung."""
    lost = open_attempts(connection, where)
    values = {"state": CallState.ENDED, "outcome": Outcome.FAILED, "fate_unknown": True}
    keys = [attempt.key for attempt in lost]
    for key in keys:
        connection.execute(update(attempts).where(attempts.c.key == key).values(ended_at=now, **values))
    settled = {row["key"]: _attempt(row) for row in _rows(connection, attempts.c.key.in_(keys))}
    return [settled[key] for key in keys]


def open_attempts(connection: Connection, where: ColumnElement[bool]) -> list[Attempt]:
    rows = _rows(connection, (attempts.c.state != CallState.ENDED) & where)
    return [_attempt(row) for row in rows]


def abandoned(own: str, alive: Collection[str], moved_before: datetime | None) -> ColumnElement[bool]:
    """Attempts whose owner is neither this process nor one of those alive."""
    where = attempts.c.owner.not_in([own, *alive])
    return where if moved_before is None else where & (attempts.c.moved_at <= moved_before)


def owned_by(owner: str) -> ColumnElement[bool]:
    return attempts.c.owner == owner


def attempts_by_reminder(
    connection: Connection, keys: Select[tuple[str]] | Collection[str]
) -> dict[str, list[Attempt]]:
    found: dict[str, list[Attempt]] = defaultdict(list)
    for row in _rows(connection, attempts.c.reminder.in_(keys)):
        found[row["reminder"]].append(_attempt(row))
    return found


def attempt_result(connection: Connection, key: str) -> AttemptResult | None:
    """How the attempt ended; none while it goes on or when it was never begun."""
    rows = _rows(connection, (attempts.c.key == key) & attempts.c.outcome.is_not(None))
    if not rows:
        return None
    row = rows[0]
    said = connection.execute(select(turns).where(turns.c.attempt == key).order_by(turns.c.position))
    return AttemptResult(
        attempt=key,
        outcome=row["outcome"],
        began_at=row["began_at"],
        ended_at=row["ended_at"],
        answered_at=row["answered_at"],
        sip_code=row["sip_code"],
        q850_cause=row["q850_cause"],
        recording=row["recording"],
        conversation=Conversation(
            turns=tuple(_turn(turn) for turn in said.mappings()),
            results=row["results"],
            tags=tuple(row["tags"]),
            task=row["task"],
            path=tuple((label, branch, target) for label, branch, target in row["path"]),
        ),
    )


def last_attempt_of(connection: Connection, appointment: str) -> Attempt | None:
    """The latest dial about the visit with this reference."""
    about = attempts.join(visits, visits.c.reminder == attempts.c.reminder)
    query = select(attempts).select_from(about).where(visits.c.appointment == appointment)
    latest = query.order_by(attempts.c.began_at.desc(), attempts.c.number.desc()).limit(1)
    row = connection.execute(latest).mappings().first()
    return _attempt(row) if row else None


_TURN_COLUMNS = ("speaker", "text", "start_s", "end_s", "meaning")
_DELAY_COLUMNS = ("endpointing_s", "recognition_s", "decision_s", "line_s")


def _turn_row(turn: Turn) -> dict[str, Any]:
    said = {name: getattr(turn, name) for name in _TURN_COLUMNS}
    delay = {name: getattr(turn.answer_delay, name, None) for name in _DELAY_COLUMNS}
    words = [[word.text, word.start_s, word.end_s, word.confidence] for word in turn.words]
    return {**said, **delay, "words": words}


def _turn(row: RowMapping) -> Turn:
    said = {name: row[name] for name in _TURN_COLUMNS}
    parts = [row[name] for name in _DELAY_COLUMNS]
    delay = None if None in parts else AnswerDelay(*parts)
    return Turn(**said, answer_delay=delay, words=tuple(Word(*word) for word in row["words"]))


def _attempt(row: RowMapping) -> Attempt:
    return Attempt(
        reminder=row["reminder"],
        number=row["number"],
        state=row["state"],
        outcome=row["outcome"],
        began_at=row["began_at"],
        ended_at=row["ended_at"],
    )


def _rows(connection: Connection, where: ColumnElement[bool]) -> list[RowMapping]:
    query = select(attempts).where(where).order_by(attempts.c.reminder, attempts.c.number)
    return list(connection.execute(query).mappings())


def _existing(connection: Connection, key: str) -> RowMapping:
    rows = _rows(connection, attempts.c.key == key)
    if not rows:
        raise UnknownRecord(f"There is no attempt {key!r}.")
    return rows[0]
