"""Campaigns on the real durable queue: whom they ring, how often, and what the CRM gets to know."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from calls.appointment import Appointment, ContactWish
from calls.errors import BadInput
from calls.outcome import Outcome
from calls.policy import CallingWindow
from calls.reminder import attempt_key
from campaigns.writeback import WriteBack
from crm_sync.connectors.fake import FakeCrm
from crm_sync.errors import CrmRefused, CrmUnavailable
from storage.records import CampaignState, ReportStage
from tests.integration.campaigns.clinic import (
    LINES,
    NINE,
    TOMORROW,
    Place,
    RunningClock,
    ScriptedCaller,
    opened,
    phone,
    policy,
    visit,
)


@pytest.fixture
def clock() -> RunningClock:
    return RunningClock()


async def until(clock: RunningClock, condition: Callable[[], Awaitable[bool]]) -> None:
    while not await condition():
        await clock.sleep(0.02)


async def test_a_day_of_calls(place: Place, clock: RunningClock) -> None:
    scripts = {
        phone(2): [Outcome.BUSY, Outcome.BUSY, Outcome.CONFIRMED],
        phone(3): [Outcome.NO_ANSWER],
        phone(4): [Outcome.CANCELLED],
        phone(5): [Outcome.WANTS_RESCHEDULE],
    }
    crm = FakeCrm([*map(visit, range(1, 10)), visit(10, patient=1, hour=1)])
    caller = ScriptedCaller(clock, scripts, task="Хочет в четверг.")
    async with opened(place, crm, caller) as clinic:
        outcomes = await clinic.finish()
        [campaign], [task] = clinic.store.campaigns(), clinic.store.tasks()
    confirmed = {phone(number): Outcome.CONFIRMED for number in range(1, 10)}
    ended = {phone(3): Outcome.NO_ANSWER, phone(4): Outcome.CANCELLED, phone(5): Outcome.WANTS_RESCHEDULE}
    assert outcomes == confirmed | ended
    assert sorted(calls_by_reminder(caller)) == [1] * 7 + [2, 3], "retries follow the policy"
    assert len(set(caller.attempts)) == len(caller.attempts)
    assert caller.most_at_once <= LINES
    delivered = sorted(result.appointment for result in crm.deliveries)
    assert delivered == sorted(crm.appointments), "two visits of a patient are one call and two results"
    assert (task.kind, task.text) == ("wants_reschedule", "Хочет в четверг.")
    assert crm.results["A5"].note == "Хочет в четверг."
    assert campaign.state is CampaignState.FINISHED


def calls_by_reminder(caller: ScriptedCaller) -> list[int]:
    return list(Counter(attempt.rpartition(":")[0] for attempt in caller.attempts).values())


async def test_what_changes_after_the_plan_is_heeded(tmp_path: Path, clock: RunningClock) -> None:
    crm = FakeCrm([*map(visit, (1, 2, 3, 4)), visit(5, wish=ContactWish.NOTHING)])
    caller = ScriptedCaller(clock)
    async with opened(tmp_path, crm, caller) as clinic:
        plan = await clinic.plan()
        clinic.store.opt_out(phone(1), "asked at the desk", NINE)
        del crm.appointments["A2"]
        crm.appointments["A3"] = replace(visit(3), starts_at=TOMORROW + timedelta(hours=3))
        await clinic.run.begin(plan, clinic.engine, clinic.attempting)
        await clinic.run.wait()
        outcomes = {each.reminder.phone: each.outcome for each in await clinic.run.progress()}
    assert outcomes == {
        phone(1): Outcome.OPTED_OUT,
        phone(2): Outcome.SUPERSEDED,
        phone(3): Outcome.SUPERSEDED,
        phone(4): Outcome.CONFIRMED,
        phone(5): Outcome.OPTED_OUT,
    }
    assert len(caller.made) == 1, "only the fourth patient is rung"
    assert crm.results["A1"].outcome is Outcome.OPTED_OUT
    assert crm.results["A5"].attempts == 0


async def test_an_opt_out_in_a_call_holds_for_ever(tmp_path: Path, clock: RunningClock) -> None:
    crm, caller = FakeCrm([visit(1)]), ScriptedCaller(clock, {phone(1): [Outcome.DO_NOT_CALL]})
    async with opened(tmp_path, crm, caller) as clinic:
        await clinic.finish()
        assert clinic.store.is_opted_out(phone(1))
        [task] = clinic.store.tasks()
        crm.appointments["A9"] = replace(visit(9, patient=1), starts_at=TOMORROW + timedelta(hours=5))
        again = await clinic.finish()
    assert task.kind == "do_not_call"
    assert len(caller.made) == 1
    assert again[phone(1)] is not Outcome.CONFIRMED


async def test_a_call_that_comes_up_outside_the_window_waits_for_it(tmp_path: Path) -> None:
    clock = RunningClock(NINE - timedelta(seconds=2))
    crm, caller = FakeCrm([visit(1)]), ScriptedCaller(clock)
    rules = policy(windows=(CallingWindow(9 * 60, 10 * 60),))
    async with opened(tmp_path, crm, caller, rules) as clinic:
        plan = await clinic.plan()
        await clinic.run.save(plan)
        await clinic.engine.enqueue_call(plan.calls[0].reminder, 1, 0.0)
        await clinic.run.wait()
    [(_, rang_at)] = caller.made
    assert rang_at >= NINE


async def test_a_crm_that_is_down_gets_each_result_once_later(
    tmp_path: Path, clock: RunningClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.writeback.FIRST_DELAY_S", 0.05)
    crm, caller = FakeCrm([visit(1), visit(2)]), ScriptedCaller(clock)
    caller.hold = asyncio.Event()
    async with opened(tmp_path, crm, caller) as clinic:
        await clinic.run.begin(await clinic.plan(), clinic.engine, clinic.attempting)
        await until(clock, lambda: both_under_way(caller))
        crm.fail_next(CrmUnavailable("away"), times=5)
        caller.hold.set()
        await clinic.run.wait()
    assert sorted(result.appointment for result in crm.deliveries) == ["A1", "A2"]
    assert len(caller.made) == 2


async def both_under_way(caller: ScriptedCaller) -> bool:
    return len(caller.under_way) == 2


class VanishingFile(FakeCrm):
    """A file that is being written anew when it is asked for."""

    _gone = False

    def vanish(self) -> None:
        self._gone = True

    async def reread(self, reference: str) -> Appointment | None:
        if self._gone and not self._failures:
            self._gone = False
            raise BadInput("the file is gone")
        return await super().reread(reference)


async def test_nobody_is_rung_while_the_crm_cannot_be_read(
    tmp_path: Path, clock: RunningClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.attempting.CRM_RETRY_S", 0.05)
    crm, caller = VanishingFile([visit(1)]), ScriptedCaller(clock)
    async with opened(tmp_path, crm, caller) as clinic:
        plan = await clinic.plan()
        crm.fail_next(CrmUnavailable("away"))
        crm.vanish()
        await clinic.run.begin(plan, clinic.engine, clinic.attempting)
        await clinic.run.wait()
    assert len(caller.made) == 1


async def test_a_result_that_the_crm_refuses_becomes_a_task(tmp_path: Path, clock: RunningClock) -> None:
    crm, caller = FakeCrm([visit(1)]), ScriptedCaller(clock)
    caller.hold = asyncio.Event()
    async with opened(tmp_path, crm, caller) as clinic:
        await clinic.run.begin(await clinic.plan(), clinic.engine, clinic.attempting)
        await until(clock, lambda: one_under_way(caller))
        crm.fail_next(CrmRefused())
        caller.hold.set()
        await clinic.run.wait()
        [task] = clinic.store.tasks()
    assert task.kind == "crm_refused"
    assert crm.deliveries == []


@pytest.mark.parametrize("given_up_by_an_older_program", [False, True])
async def test_a_result_that_was_given_up_is_delivered_after_the_next_start(
    tmp_path: Path, clock: RunningClock, monkeypatch: pytest.MonkeyPatch, given_up_by_an_older_program: bool
) -> None:
    monkeypatch.setattr("campaigns.writeback.FIRST_DELAY_S", 0.05)
    monkeypatch.setattr(WriteBack, "most_tries", 2)
    crm, caller = FakeCrm([visit(1), visit(2)]), ScriptedCaller(clock)
    caller.hold = asyncio.Event()
    async with opened(tmp_path, crm, caller) as clinic:
        await clinic.run.begin(await clinic.plan(), clinic.engine, clinic.attempting)
        await until(clock, lambda: both_under_way(caller))
        crm.fail_next(CrmUnavailable("CRM не отвечает."), times=4)
        caller.hold.set()
        await clinic.run.wait()
        untaken = await clinic.run.untaken()
        if given_up_by_an_older_program:
            for result in untaken:
                clinic.store.renew_report(result.reminder, result.appointment)
    assert crm.deliveries == []
    assert [each.stage for each in untaken] == [ReportStage.GIVEN_UP] * 2
    assert {each.problem for each in untaken} == {"CRM не отвечает."}
    for _ in range(2):
        async with opened(tmp_path, crm, caller) as clinic:
            await clinic.finish()
            assert await clinic.run.untaken() == []
    assert sorted(result.appointment for result in crm.deliveries) == ["A1", "A2"]
    assert len(caller.made) == 2


async def one_under_way(caller: ScriptedCaller) -> bool:
    return len(caller.under_way) == 1


async def test_a_campaign_begun_twice_doubles_nothing(tmp_path: Path, clock: RunningClock) -> None:
    crm, caller = FakeCrm([visit(1), visit(2)]), ScriptedCaller(clock, {phone(2): [Outcome.BUSY]})
    async with opened(tmp_path, crm, caller) as clinic:
        plan = await clinic.plan()
        await clinic.run.begin(plan, clinic.engine, clinic.attempting)
        await clinic.run.begin(await clinic.plan(), clinic.engine, clinic.attempting)
        await clinic.run.wait()
    async with opened(tmp_path, crm, caller) as clinic:
        await clinic.finish()
    assert len(caller.attempts) == len(set(caller.attempts)) == 4
    assert len(crm.deliveries) == 2


async def test_an_attempt_of_unknown_fate_counts_and_is_never_dialled_again(
    tmp_path: Path, clock: RunningClock
) -> None:
    crm, caller = FakeCrm([visit(1)]), ScriptedCaller(clock)
    async with opened(tmp_path, crm, caller) as clinic:
        plan = await clinic.plan()
        await clinic.run.save(plan)
        key = plan.calls[0].reminder.key
        clinic.store.begin_attempt(attempt_key(key, 1), key, 1, clock.now())
        await clinic.engine.enqueue_call(plan.calls[0].reminder, 1, 0.0)
        await clinic.run.wait()
        attempts = clinic.store.attempts(key)
    assert [attempt.outcome for attempt in attempts] == [Outcome.INTERRUPTED, Outcome.CONFIRMED]
    assert caller.attempts == [attempt_key(key, 2)]
