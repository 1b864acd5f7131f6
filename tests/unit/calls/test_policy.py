"""Calling policy: never outside the window, never too often, never too late."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.appointment import Appointment, ContactWish, Patient
from calls.machine import CallState
from calls.outcome import Outcome
from calls.policy import CallAt, CallingWindow, CallPolicy, DoNotCall, Refusal, RetryRule
from calls.reminder import Attempt, Reminder

NOON = datetime(2027, 3, 2, 12, tzinfo=UTC)
ZONES = [
    "Europe/Moscow",
    "Asia/Kamchatka",
    "Europe/Berlin",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
]


def reminder(
    starts_at: datetime = NOON + timedelta(days=1),
    zone: str | None = None,
    wish: ContactWish = ContactWish.CALL,
) -> Reminder:
    patient = Patient("p1", "Иванова Анна Петровна", zone=zone, wish=wish)
    return Reminder("r1", "c", "confirm-visit", (Appointment("a1", patient, "+79000000001", starts_at),))


def policy(**changes: object) -> CallPolicy:
    settings_ = {
        "windows": (CallingWindow(9 * 60, 20 * 60),),
        "zone": "Europe/Moscow",
        "retries": {Outcome.BUSY: RetryRule(timedelta(minutes=10), 2)},
        "max_attempts": 3,
        **changes,
    }
    return CallPolicy(**settings_)  # type: ignore[arg-type]


def ended(number: int, outcome: Outcome, at: datetime = NOON) -> Attempt:
    return Attempt("r1", number, CallState.ENDED, outcome, at, at)


def decide(
    rules: CallPolicy, *history: Attempt, now: datetime = NOON, **changes: object
) -> CallAt | DoNotCall:
    return rules.next_attempt(now, reminder(**changes), history, random.Random(1))  # type: ignore[arg-type]


def test_an_open_window_means_now() -> None:
    assert decide(policy()) == CallAt(NOON)


def test_a_closed_window_means_its_next_opening() -> None:
    night = datetime(2027, 3, 2, 20, 30, tzinfo=UTC)
    assert decide(policy(), now=night) == CallAt(datetime(2027, 3, 3, 6, 0, tzinfo=UTC))


def test_a_busy_phone_is_tried_again_after_its_interval() -> None:
    assert decide(policy(), ended(1, Outcome.BUSY)) == CallAt(NOON + timedelta(minutes=10))


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        ([ended(1, Outcome.CONFIRMED)], Refusal.OUTCOME_NOT_RETRIED),
        ([ended(number, Outcome.BUSY) for number in (1, 2, 3)], Refusal.ATTEMPTS_USED_UP),
        ([Attempt("r1", 1, CallState.DIALING)], Refusal.SETTLED),
    ],
)
def test_why_nobody_is_called_again(history: list[Attempt], reason: Refusal) -> None:
    assert decide(policy(), *history) == DoNotCall(reason)


def test_each_outcome_has_its_own_limit() -> None:
    rules = policy(max_attempts=10)
    assert isinstance(decide(rules, ended(1, Outcome.BUSY), ended(2, Outcome.BUSY)), CallAt)
    three = [ended(number, Outcome.BUSY) for number in (1, 2, 3)]
    assert decide(rules, *three) == DoNotCall(Refusal.ATTEMPTS_USED_UP)


def test_a_visit_too_near_is_not_phoned_about() -> None:
    assert decide(policy(), starts_at=NOON + timedelta(hours=1)) == DoNotCall(Refusal.TOO_LATE)


def test_an_unknown_zone_means_no_call() -> None:
    assert decide(policy(), zone="Mars/Olympus") == DoNotCall(Refusal.UNKNOWN_ZONE)


def test_a_wish_for_messages_is_kept() -> None:
    assert decide(policy(), wish=ContactWish.MESSAGE_ONLY) == DoNotCall(Refusal.WISH)


def test_an_opt_out_is_kept() -> None:
    decision = policy().next_attempt(NOON, reminder(), (), random.Random(1), opted_out=True)
    assert decision == DoNotCall(Refusal.OPTED_OUT)


def test_the_patients_own_zone_counts() -> None:
    in_kamchatka = decide(policy(), now=NOON, zone="Asia/Kamchatka", starts_at=NOON + timedelta(days=2))
    assert in_kamchatka == CallAt(datetime(2027, 3, 2, 21, 0, tzinfo=UTC))


@settings(max_examples=2000, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),
    opens=st.integers(0, 1438),
    length=st.integers(1, 1440),
    weekdays=st.frozensets(st.integers(1, 7), min_size=1),
    days_ahead=st.integers(0, 10),
    outcome=st.sampled_from([None, Outcome.BUSY]),
    wait_minutes=st.integers(0, 3000),
    seed=st.integers(0, 999),
)
def test_no_call_is_ever_planned_outside_the_window(
    zone: str,
    now: datetime,
    opens: int,
    length: int,
    weekdays: frozenset[int],
    days_ahead: int,
    outcome: Outcome | None,
    wait_minutes: int,
    seed: int,
) -> None:
    window = CallingWindow(opens, min(1440, opens + length), weekdays)
    rules = CallPolicy(
        windows=(window,),
        zone=zone,
        retries={Outcome.BUSY: RetryRule(timedelta(minutes=wait_minutes), 2)},
        spread=timedelta(minutes=30),
        holidays=frozenset({date(2027, 1, 1), date(2027, 3, 8)}),
    )
    visit = reminder(starts_at=now + timedelta(days=days_ahead))
    history = [ended(1, outcome, now)] if outcome else []
    decision = rules.next_attempt(now, visit, history, random.Random(seed))
    if isinstance(decision, CallAt):
        local = decision.when.astimezone(ZoneInfo(zone))
        assert window.contains(local)
        assert local.date() not in rules.holidays
        assert now <= decision.when <= visit.starts_at - rules.lead_time
        assert rules.may_ring(decision.when, visit)
