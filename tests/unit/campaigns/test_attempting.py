"""The last look before a dial, on a clock that stands still."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calls.appointment import Appointment, Patient
from calls.clock import ManualClock
from calls.outcome import Outcome
from calls.policy import CallingWindow, CallPolicy, RetryRule
from calls.reminder import AttemptResult, Reminder
from campaigns.attempting import CRM_RETRY_S, GIVEN_BACK_S, Again, Attempting, GiveUp, Go, Over, Wait
from crm_sync.connectors.fake import FakeCrm
from crm_sync.errors import CrmUnavailable
from storage.records import Campaign
from storage.store import Store

NOW = datetime(2027, 3, 2, 6, 0, tzinfo=UTC)
VISIT = Appointment("A1", Patient("P1", "Иванова Анна"), "+79000000001", NOW + timedelta(days=1))
REMINDER = Reminder("r1", "c1", "confirm-visit", (VISIT,))
POLICY = CallPolicy(
    (CallingWindow(9 * 60, 20 * 60),),
    "Europe/Moscow",
    {Outcome.BUSY: RetryRule(timedelta(minutes=10), 2)},
    lead_time=timedelta(hours=2),
)


class Caller:
    """Tells what happened in the order in which it happened."""

    def __init__(self, store: Store, clock: ManualClock) -> None:
        self._store, self._clock = store, clock
        self.happened: list[str] = []
        self.outcome = Outcome.BUSY
        self.may_have_rung = True
        self.preparing_s = 0.0

    async def prepare(self, reminder: Reminder) -> None:
        self._clock.move(self.preparing_s)
        self.happened.append(f"prepared, attempts {len(self._store.attempts(reminder.key))}")

    async def call(self, reminder: Reminder, attempt: str) -> AttemptResult:
        self.happened.append(f"dialled, attempts {len(self._store.attempts(reminder.key))}")
        now = self._clock.now()
        return AttemptResult(attempt, self.outcome, now, now, may_have_rung=self.may_have_rung)


class Desk:
    """Everything around one reminder."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock, self.crm = store, ManualClock(NOW), FakeCrm([VISIT])
        self.caller = Caller(store, self.clock)
        self.attempting = Attempting(store, self.crm, POLICY, self.caller, self.clock, random.Random(1))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Store.open(f"sqlite:///{tmp_path}/z.sqlite", owner="test") as store:
        store.save_campaign(Campaign("c1", "Завтра", "confirm-visit", NOW))
        store.add_reminders([REMINDER])
        yield Desk(store)


async def test_within_the_window_it_may_ring(desk: Desk) -> None:
    assert await desk.attempting.check(REMINDER) == Go()


async def test_before_the_window_it_waits_for_the_opening(desk: Desk) -> None:
    desk.clock.move(-3600)
    assert await desk.attempting.check(REMINDER) == Wait(3600.0)


async def test_a_window_that_opens_too_late_for_the_visit_is_not_waited_for(desk: Desk) -> None:
    desk.clock.move(timedelta(hours=15).total_seconds())
    assert await desk.attempting.check(REMINDER) == GiveUp(Outcome.EXPIRED)


async def test_too_late_is_given_up(desk: Desk) -> None:
    desk.clock.move(timedelta(hours=23).total_seconds())
    assert await desk.attempting.check(REMINDER) == GiveUp(Outcome.EXPIRED)


async def test_a_crm_that_does_not_answer_is_waited_for_until_it_is_too_late(desk: Desk) -> None:
    desk.crm.fail_next(CrmUnavailable(), times=2)
    assert await desk.attempting.check(REMINDER) == Wait(CRM_RETRY_S)
    desk.clock.move(timedelta(hours=23).total_seconds())
    assert await desk.attempting.check(REMINDER) == GiveUp(Outcome.EXPIRED)


async def test_prompts_come_first_then_the_fence_then_the_dial(desk: Desk) -> None:
    assert await desk.attempting.dial(REMINDER, 1) is Outcome.BUSY
    assert desk.caller.happened == ["prepared, attempts 0", "dialled, attempts 1"]


async def test_a_window_that_closed_since_the_check_gives_the_attempt_back(desk: Desk) -> None:
    desk.caller.preparing_s = timedelta(hours=12).total_seconds()  # a crash, a restart, a slow voice
    assert await desk.attempting.dial(REMINDER, 1) == Wait(GIVEN_BACK_S)
    assert desk.store.attempts(REMINDER.key) == ()
    assert not any("dialled" in each for each in desk.caller.happened)


async def test_an_opt_out_since_the_check_gives_the_attempt_back(desk: Desk) -> None:
    desk.store.opt_out(REMINDER.phone, Outcome.DO_NOT_CALL, NOW)
    assert await desk.attempting.dial(REMINDER, 1) == Wait(GIVEN_BACK_S)
    assert await desk.attempting.check(REMINDER) == GiveUp(Outcome.OPTED_OUT)
    assert not any("dialled" in each for each in desk.caller.happened)


async def test_a_call_on_the_administrators_own_phone_needs_no_window(desk: Desk) -> None:
    desk.caller.preparing_s = timedelta(hours=12).total_seconds()
    assert await desk.attempting.dial(REMINDER, 1, anyway=True) is Outcome.BUSY


async def test_a_dial_repeated_by_the_queue_tells_what_is_known(desk: Desk) -> None:
    await desk.attempting.dial(REMINDER, 1)
    assert await desk.attempting.dial(REMINDER, 1) is Outcome.BUSY
    assert sum("dialled" in each for each in desk.caller.happened) == 1


async def test_an_interrupted_attempt_that_never_rang_is_given_back(desk: Desk) -> None:
    desk.caller.outcome, desk.caller.may_have_rung = Outcome.INTERRUPTED, False
    assert await desk.attempting.dial(REMINDER, 1) == Wait(GIVEN_BACK_S)
    assert desk.store.attempts(REMINDER.key) == ()
    desk.caller.outcome, desk.caller.may_have_rung = Outcome.CONFIRMED, True
    assert await desk.attempting.dial(REMINDER, 1) is Outcome.CONFIRMED


async def test_an_interrupted_attempt_that_may_have_rung_counts(desk: Desk) -> None:
    desk.caller.outcome = Outcome.INTERRUPTED
    assert await desk.attempting.dial(REMINDER, 1) is Outcome.INTERRUPTED
    [attempt] = desk.store.attempts(REMINDER.key)
    assert attempt.outcome is Outcome.INTERRUPTED


async def test_a_dial_that_failed_without_ringing_counts(desk: Desk) -> None:
    desk.caller.outcome, desk.caller.may_have_rung = Outcome.FAILED, False
    assert await desk.attempting.dial(REMINDER, 1) is Outcome.FAILED
    assert len(desk.store.attempts(REMINDER.key)) == 1


async def test_a_retry_waits_as_long_as_the_policy_says(desk: Desk) -> None:
    await desk.attempting.dial(REMINDER, 1)
    assert desk.attempting.decide(REMINDER) == Again(600.0)
    [status] = desk.store.reminders("c1")
    assert status.next_at == NOW + timedelta(minutes=10)


async def test_an_answer_ends_the_reminder(desk: Desk) -> None:
    desk.caller.outcome = Outcome.CONFIRMED
    await desk.attempting.dial(REMINDER, 1)
    assert desk.attempting.decide(REMINDER) == Over(Outcome.CONFIRMED)
    desk.attempting.finish(REMINDER, Outcome.CONFIRMED)
    assert desk.store.tasks() == []


async def test_do_not_call_is_stored_with_the_result(desk: Desk) -> None:
    desk.caller.outcome = Outcome.DO_NOT_CALL
    await desk.attempting.dial(REMINDER, 1)
    assert desk.store.is_opted_out(VISIT.phone)
    assert await desk.attempting.check(REMINDER) == GiveUp(Outcome.OPTED_OUT)
