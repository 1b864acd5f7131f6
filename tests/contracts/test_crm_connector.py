"""What every CRM connector must do, the fake one too; the SQL connector on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from calls.appointment import Sex
from calls.outcome import Group, Outcome
from crm_sync.errors import CrmError, SlotTaken, StaleAppointment
from crm_sync.port import VisitResult
from tests.contracts.crm_rigs import DAY, NOW, RIGS, VISITS, Rig, SqlRig, at

START, END = at(time(0)), at(time(0), DAY + timedelta(days=1))
RESULT = VisitResult("101", "r1", Outcome.CONFIRMED, NOW, 1, note="придёт", results={"visit": "confirmed"})


@pytest.fixture(params=[*RIGS, pytest.param("postgresql", marks=pytest.mark.postgresql)])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Rig:
    if request.param == "postgresql":
        return SqlRig(tmp_path, request.getfixturevalue("postgresql"))
    make: Callable[[Path], Rig] = RIGS[request.param]
    return make(tmp_path)


async def test_visits_come_by_their_time_as_the_clinic_wrote_them(rig: Rig) -> None:
    pull = await rig.connector().upcoming(START, END)
    assert pull.rejected == ()
    assert [
        (visit.reference, visit.patient.name, visit.phone, visit.starts_at, visit.doctor)
        for visit in pull.appointments
    ] == [(reference, name, phone, at(hour), doctor) for reference, name, phone, hour, doctor in VISITS]
    assert all(visit.starts_at.tzinfo is UTC for visit in pull.appointments)
    assert pull.appointments[0].patient.sex is Sex.FEMALE


async def test_a_sound_configuration_passes_the_check(rig: Rig) -> None:
    await rig.connector().check()
    assert rig.results() == {}


async def test_the_window_holds_its_start_and_not_its_end(rig: Rig) -> None:
    connector = rig.connector()
    assert [
        visit.reference for visit in (await connector.upcoming(at(time(9, 5)), at(time(12)))).appointments
    ] == ["101", "102"]
    assert (await connector.upcoming(END, END + timedelta(days=1))).appointments == ()


async def test_patients_are_told_apart(rig: Rig) -> None:
    pull = await rig.connector().upcoming(START, END)
    assert len({visit.patient.reference for visit in pull.appointments}) == len(VISITS)


async def test_rereading_shows_what_the_clinic_changed(rig: Rig) -> None:
    connector = rig.connector()
    before = await connector.reread("101")
    [same] = [visit for visit in (await connector.upcoming(START, END)).appointments if visit == before]
    rig.move("101", time(11, 15))
    after = await connector.reread("101")
    assert after is not None
    assert (after.starts_at, after.patient) == (at(time(11, 15)), same.patient)
    rig.cancel("101")
    assert await connector.reread("101") is None
    assert await connector.reread("no such visit") is None
    assert [visit.reference for visit in (await connector.upcoming(START, END)).appointments] == [
        "102",
        "103",
    ]


async def test_a_result_is_one_result_however_often_it_is_delivered(rig: Rig) -> None:
    connector = rig.connector()
    for _ in range(3):
        await connector.report(RESULT)
    await rig.connector().report(RESULT)
    await connector.report(replace(RESULT, appointment="102", outcome=Outcome.NO_ANSWER, note="", attempts=3))
    assert rig.results() == {"101": "confirmed", "102": "no_answer"}


async def test_a_newer_result_replaces_an_older_one_and_not_the_other_way_round(rig: Rig) -> None:
    connector = rig.connector()
    newer = replace(RESULT, reminder="r2", outcome=Outcome.CANCELLED, finished_at=NOW + timedelta(hours=1))
    await connector.report(RESULT)
    await connector.report(newer)
    await connector.report(RESULT)
    assert rig.results() == {"101": "cancelled"}


async def test_results_reported_at_once_all_arrive(rig: Rig) -> None:
    first, second = rig.connector(), rig.connector()
    await asyncio.gather(
        *(
            connector.report(replace(RESULT, appointment=str(number)))
            for number in range(101, 113)
            for connector in (first, second)
        )
    )
    assert rig.results() == {str(number): "confirmed" for number in range(101, 113)}


async def test_every_outcome_can_be_reported(rig: Rig) -> None:
    connector = rig.connector()
    for number, outcome in enumerate(Outcome, 1):
        await connector.report(replace(RESULT, appointment=str(number), outcome=outcome))
    assert rig.results() == {str(number): outcome.value for number, outcome in enumerate(Outcome, 1)}


async def test_free_times_are_offered_until_they_are_booked(rig: Rig) -> None:
    connector = rig.connector()
    assert connector.capabilities.free_slots and connector.capabilities.book
    slots = await connector.free_slots(START, END)
    assert [(slot.reference, slot.starts_at) for slot in slots] == [
        ("s1", at(time(15))),
        ("s2", at(time(16))),
    ]
    assert await connector.free_slots(START, END, doctor="Белая Инна Львовна") == ()
    assert len(await connector.free_slots(at(time(16)), END, "Ким Олег Юрьевич", "Центр")) == 1
    moved = await connector.book("101", "s1")
    assert (moved.reference, moved.starts_at, moved.branch) == ("101", at(time(15)), "Центр")
    assert await connector.reread("101") == moved
    assert moved in (await connector.upcoming(START, END)).appointments
    assert [slot.reference for slot in await connector.free_slots(START, END)] == ["s2"]


async def test_a_time_is_booked_by_one_visit_only(rig: Rig) -> None:
    connector, other = rig.connector(), rig.connector()
    outcomes = await asyncio.gather(
        *(each.book(visit, "s1") for each in (connector, other) for visit in ("101", "102", "103")),
        return_exceptions=True,
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    winners = {outcome.reference for outcome in outcomes if not isinstance(outcome, BaseException)}
    assert len(winners) == 1
    assert len(refused) == 4 and all(isinstance(error, SlotTaken) for error in refused)


async def test_booking_again_is_no_error_and_booking_another_frees_the_first(rig: Rig) -> None:
    connector = rig.connector()
    first = await connector.book("101", "s1")
    assert await connector.book("101", "s1") == first
    assert (await connector.book("101", "s2")).starts_at == at(time(16))
    assert [slot.reference for slot in await connector.free_slots(START, END)] == ["s1"]


async def test_what_cannot_be_booked_is_refused(rig: Rig) -> None:
    connector = rig.connector()
    with pytest.raises(SlotTaken):
        await connector.book("101", "s3")
    with pytest.raises(SlotTaken):
        await connector.book("101", "no such time")
    rig.cancel("102")
    with pytest.raises(CrmError) as caught:
        await connector.book("777", "s1")
    assert isinstance(caught.value, StaleAppointment) and not caught.value.may_retry
    assert len(await connector.free_slots(START, END)) == 2


def test_a_result_has_a_key_and_a_group_and_an_aware_time() -> None:
    assert (RESULT.key, RESULT.group) == ("101:r1", Group.CONFIRMED)
    assert "придёт" not in repr(RESULT)
    with pytest.raises(ValueError, match="aware"):
        replace(RESULT, finished_at=datetime(2027, 3, 2))
