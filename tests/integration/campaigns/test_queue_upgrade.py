"""A queue that an older program filled: nobody is rung twice at once, and its plain digests are gone."""

import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from calls.appointment import Patient
from calls.outcome import Outcome
from crm_sync.connectors.fake import FakeCrm
from storage.queue_partitions import UNFINISHED
from tests.integration.campaigns.clinic import (
    TOMORROW,
    Place,
    RunningClock,
    ScriptedCaller,
    opened,
    phone,
    queue_url,
    visit,
)

FIRST, MOTHER = visit(5, hour=-1), visit(1)
CHILD = replace(
    visit(2), patient=Patient("P9", "Иванов Пётр"), phone=phone(1), starts_at=TOMORROW + timedelta(hours=1)
)


def plain_digest(key: bytes, number: str) -> str:
    """As an older program made it."""
    return hashlib.sha256(number.encode()).hexdigest()[:16]


def partitions(place: Place) -> list[tuple[str, str | None]]:
    table = "workflow_status" if isinstance(place, Path) else "dbos.workflow_status"
    query = text(f"SELECT status, queue_partition_key FROM {table} WHERE queue_name = 'calls'")
    with create_engine(queue_url(place), poolclass=NullPool).connect() as connection:
        return [(status, partition) for status, partition in connection.execute(query)]


async def leave_a_call_queued(place: Place, caller: ScriptedCaller) -> None:
    """One call is made, the mother's waits in the queue when the program ends."""
    async with opened(place, FakeCrm([FIRST, MOTHER]), caller) as clinic:
        plan = await clinic.plan()
        await clinic.run.save(plan)
        first, mother = (call.reminder for call in plan.calls)
        await clinic.engine.enqueue_call(mother, 1, 2.0)
        await clinic.engine.enqueue_call(first, 1, 0.0)
        while not clinic.store.attempts(first.key):
            await caller.clock.sleep(0.02)


async def go_on_with_the_child(place: Place, caller: ScriptedCaller) -> list[tuple[str, str | None]]:
    """The queue while both calls to the phone that mother and child share are unfinished."""
    caller.hold = asyncio.Event()
    async with opened(place, FakeCrm([FIRST, MOTHER, CHILD]), caller) as clinic:
        await clinic.run.begin(await clinic.plan(), clinic.engine, clinic.attempting)
        queued = partitions(place)
        caller.hold.set()
        await clinic.run.wait()
        assert [status.outcome for status in await clinic.run.progress()] == [Outcome.CONFIRMED] * 3
    return queued


async def test_calls_queued_by_an_older_program_never_overlap_with_new_ones(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = ScriptedCaller(RunningClock())
    with monkeypatch.context() as older:
        older.setattr("campaigns.engine.partition_of", plain_digest)
        older.setattr("campaigns.engine.settle_partitions", lambda *_: 0)
        await leave_a_call_queued(place, caller)
    plain = {plain_digest(b"", visit.phone) for visit in (FIRST, MOTHER)}
    assert {partition for _, partition in partitions(place)} == plain
    queued = await go_on_with_the_child(place, caller)
    waiting = [partition for status, partition in queued if status in UNFINISHED]
    assert len(waiting) == 2 and len(set(waiting)) == 1
    assert plain.isdisjoint(partition for _, partition in queued)
    assert len(caller.attempts) == len(set(caller.attempts)) == 3


async def test_a_key_that_was_lost_does_not_part_a_patient_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store may come from a backup that is older than its key."""
    caller = ScriptedCaller(RunningClock())
    await leave_a_call_queued(tmp_path, caller)
    before = {partition for _, partition in partitions(tmp_path)}
    monkeypatch.setattr("tests.integration.campaigns.clinic.PARTITION_KEY", b"another key")
    queued = await go_on_with_the_child(tmp_path, caller)
    waiting = {partition for status, partition in queued if status in UNFINISHED}
    assert len(waiting) == 1 and waiting.isdisjoint(before)
