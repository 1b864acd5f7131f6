"""What every database behind the store must do: an SQLite file and a PostgreSQL server."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from calls.appointment import Appointment, ContactWish, Patient, Sex
from calls.machine import CallState
from calls.outcome import Outcome
from calls.reminder import AnswerDelay, Attempt, AttemptResult, Conversation, Reminder, Turn
from calls.transcript import Word
from storage.errors import UnknownRecord
from storage.records import Campaign, CampaignState, ReportStage, Task, Untaken
from storage.store import Store

NOW = datetime(2027, 3, 2, 6, 0, tzinfo=UTC)
TOMORROW = datetime(2027, 3, 3, 9, 5, tzinfo=ZoneInfo("Asia/Yekaterinburg"))
WORDS = (Word("да", 2.9, 3.1, 0.98), Word("приду", 3.1, 3.6, 0.87))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/zvonar.sqlite"
    server: str = request.getfixturevalue("postgresql")
    return server


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url, owner="this") as store:
        store.save_campaign(Campaign("c1", "Завтрашние приёмы", "confirm-visit", NOW))
        yield store


def appointment(reference: str = "A1", **changes: object) -> Appointment:
    facts: dict[str, object] = {
        "patient": Patient(
            "P1",
            "Черных Анна Петровна",
            Sex.FEMALE,
            date(1980, 2, 29),
            zone="Asia/Omsk",
            wish=ContactWish.CALL,
        ),
        "phone": "+79161234567",
        "starts_at": TOMORROW,
        "doctor": "Ким Олег Юрьевич",
        "speciality": "терапевт",
        "branch": "Центр",
        "address": "Ленина, 1",
        "service": "Приём",
        "preparation": "Натощак",
        "version": "7",
    }
    return Appointment(reference, **(facts | changes))  # type: ignore[arg-type]


def reminder(key: str = "r1", *appointments: Appointment) -> Reminder:
    return Reminder(key, "c1", "confirm-visit", appointments or (appointment(),))


def result(attempt: str = "r1:1", outcome: Outcome = Outcome.CONFIRMED) -> AttemptResult:
    return AttemptResult(
        attempt=attempt,
        outcome=outcome,
        began_at=NOW,
        ended_at=NOW + timedelta(seconds=40),
        answered_at=NOW + timedelta(seconds=10),
        sip_code=200,
        q850_cause=16,
        recording="c1/r1-1.wav",
        conversation=Conversation(
            turns=(
                Turn("robot", "Вы придёте?", 0.0, 2.5),
                Turn("patient", "да приду", 2.9, 3.6, "confirm", words=WORDS),
                Turn("robot", "Ждём вас.", 4.0, 5.5, "", AnswerDelay(0.31, 0.02, 0.01, 0.06)),
            ),
            results={"visit": "confirmed"},
            tags=("polite",),
            task="Перезвонить",
        ),
    )


def test_a_reminder_comes_back_as_it_was_put_in(store: Store) -> None:
    put_in = reminder("r1", appointment("A1"), appointment("A2", starts_at=TOMORROW + timedelta(hours=1)))
    assert store.add_reminders([put_in]) == 1
    [status] = store.reminders("c1")
    assert status.reminder == put_in
    assert status.reminder.starts_at.tzinfo is UTC
    assert (status.outcome, status.attempts, status.next_at, status.reported_at) == (None, (), None, None)
    assert store.reminder("r1") == status
    assert store.reminder("no such") is None


def test_reminders_are_added_once_and_sorted_by_their_visit(store: Store) -> None:
    later = reminder("r0", appointment("A0", starts_at=TOMORROW + timedelta(hours=3)))
    assert store.add_reminders([later, reminder()]) == 2
    assert store.add_reminders([reminder(), reminder("r2", appointment("A2"))]) == 1
    assert [status.reminder.key for status in store.reminders("c1")] == ["r1", "r2", "r0"]


def test_reminders_of_an_unknown_campaign_are_refused_as_a_whole(store: Store) -> None:
    stray = Reminder("r9", "no such campaign", "confirm-visit", (appointment("A9"),))
    with pytest.raises(UnknownRecord):
        store.add_reminders([reminder(), stray])
    assert store.reminders("c1") == []


def test_campaigns_keep_their_state_when_saved_again(store: Store) -> None:
    store.set_campaign_state("c1", CampaignState.RUNNING)
    store.save_campaign(Campaign("c1", "Новое имя", "other", NOW + timedelta(days=1)))
    assert store.campaigns() == [Campaign("c1", "Новое имя", "other", NOW, CampaignState.RUNNING)]
    with pytest.raises(UnknownRecord):
        store.set_campaign_state("c2", CampaignState.PAUSED)


def test_the_fence_lets_an_attempt_through_once(store: Store) -> None:
    store.add_reminders([reminder()])
    assert store.begin_attempt("r1:1", "r1", 1, NOW) is True
    assert store.begin_attempt("r1:1", "r1", 1, NOW) is False
    assert store.attempts("r1") == (Attempt("r1", 1, CallState.DIALING, None, NOW, None),)
    assert store.begin_attempt("r1:2", "r1", 2, NOW) is True


def test_an_attempt_is_given_back_only_by_its_owner_and_only_before_its_end(url: str, store: Store) -> None:
    store.add_reminders([reminder()])
    store.begin_attempt("r1:1", "r1", 1, NOW)
    with Store.open(url, owner="other") as other:
        assert other.give_back_attempt("r1:1") is False
    store.move_attempt("r1:1", CallState.ENDED, NOW)
    assert store.give_back_attempt("r1:1") is True
    assert store.attempts("r1") == ()
    assert store.give_back_attempt("r1:1") is False
    assert store.begin_attempt("r1:1", "r1", 1, NOW) is True
    store.finish_attempt(result())
    assert store.give_back_attempt("r1:1") is False
    assert len(store.attempts("r1")) == 1


def test_the_fence_lets_one_of_many_racers_through(url: str, store: Store) -> None:
    store.add_reminders([reminder()])
    with Store.open(url, owner="other") as other, ThreadPoolExecutor(8) as pool:
        racers = [store, other] * 8
        won = list(pool.map(lambda racer: racer.begin_attempt("r1:1", "r1", 1, NOW), racers))
    assert won.count(True) == 1


def test_the_fence_takes_no_foreign_key(store: Store) -> None:
    store.add_reminders([reminder()])
    with pytest.raises(ValueError, match="made of its reminder"):
        store.begin_attempt("r1:2", "r1", 1, NOW)
    with pytest.raises(UnknownRecord):
        store.begin_attempt("r7:1", "r7", 1, NOW)


def test_an_attempt_moves_and_ends_once(store: Store) -> None:
    store.add_reminders([reminder()])
    store.begin_attempt("r1:1", "r1", 1, NOW)
    store.move_attempt("r1:1", CallState.TALKING, NOW)
    assert store.attempts("r1")[0].state is CallState.TALKING
    assert store.attempt_result("r1:1") is None
    assert store.finish_attempt(result()) is True
    assert store.finish_attempt(result(outcome=Outcome.CANCELLED)) is False
    store.move_attempt("r1:1", CallState.RINGING, NOW)
    [attempt] = store.attempts("r1")
    assert (attempt.state, attempt.outcome) == (CallState.ENDED, Outcome.CONFIRMED)
    assert store.attempt_result("r1:1") == result()
    [status] = store.reminders("c1")
    assert status.attempts == (attempt,)


def test_attempts_that_were_never_begun_are_our_fault(store: Store) -> None:
    with pytest.raises(UnknownRecord):
        store.finish_attempt(result())
    with pytest.raises(UnknownRecord):
        store.move_attempt("r1:1", CallState.RINGING, NOW)
    assert store.attempt_result("r1:1") is None
    assert store.attempts("r1") == ()


def test_attempts_of_a_dead_process_end_as_failed(url: str, store: Store) -> None:
    store.add_reminders([reminder("r1"), reminder("r2"), reminder("r3")])
    store.begin_attempt("r1:1", "r1", 1, NOW)
    with Store.open(url, owner="dead") as dead, Store.open(url, owner="alive") as alive:
        dead.begin_attempt("r2:1", "r2", 1, NOW)
        alive.begin_attempt("r3:1", "r3", 1, NOW)
    assert [attempt.key for attempt in store.orphaned_attempts("dead")] == ["r2:1"]
    later = NOW + timedelta(minutes=1)
    assert store.settle_unknown(later, older_than=timedelta(minutes=2), alive=["alive"]) == []
    settled = store.settle_unknown(later, alive=["alive"])
    assert settled == [Attempt("r2", 1, CallState.ENDED, Outcome.FAILED, NOW, later)]
    assert store.settle_unknown(later, alive=["alive"]) == []
    assert store.orphaned_attempts("dead") == []
    assert store.begin_attempt("r2:1", "r2", 1, later) is False


def test_a_real_end_replaces_an_assumed_one(store: Store, url: str) -> None:
    store.add_reminders([reminder()])
    store.begin_attempt("r1:1", "r1", 1, NOW)
    with Store.open(url, owner="successor") as successor:
        [settled] = successor.settle_unknown(NOW)
        assert settled.outcome is Outcome.FAILED
    assert store.finish_attempt(result()) is True
    assert store.attempt_result("r1:1") == result()
    assert store.finish_attempt(result(outcome=Outcome.CANCELLED)) is False


def test_the_next_dial_is_forgotten_when_a_reminder_ends(store: Store) -> None:
    store.add_reminders([reminder()])
    when = NOW + timedelta(hours=1)
    store.set_next_attempt("r1", when)
    assert store.reminders("c1")[0].next_at == when
    assert store.finish_reminder("r1", Outcome.CONFIRMED, NOW) is True
    assert store.finish_reminder("r1", Outcome.CANCELLED, NOW) is False
    [status] = store.reminders("c1")
    assert (status.outcome, status.next_at, status.ended_at) == (Outcome.CONFIRMED, None, NOW)
    with pytest.raises(UnknownRecord):
        store.finish_reminder("r2", Outcome.CONFIRMED, NOW)
    with pytest.raises(UnknownRecord):
        store.set_next_attempt("r2", None)


def test_each_visit_waits_for_its_delivery(store: Store) -> None:
    two = reminder("r1", appointment("A1"), appointment("A2"))
    store.add_reminders([two])
    store.begin_attempt("r1:1", "r1", 1, NOW)
    store.finish_attempt(result())
    assert store.unreported() == []
    store.finish_reminder("r1", Outcome.CONFIRMED, NOW)
    first, second = store.unreported(NOW)
    assert [first.appointment.reference, second.appointment.reference] == ["A1", "A2"]
    assert (first.reminder, first.outcome, first.attempts) == (two, Outcome.CONFIRMED, 1)
    assert first.last == result()
    store.mark_reported("r1", "A1", NOW)
    store.mark_reported("r1", "A1", NOW + timedelta(hours=1))
    assert [entry.appointment.reference for entry in store.unreported()] == ["A2"]
    assert store.reminders("c1")[0].reported_at is None
    store.mark_reported("r1", "A2", NOW + timedelta(minutes=1))
    assert store.unreported() == []
    assert store.reminders("c1")[0].reported_at == NOW + timedelta(minutes=1)
    with pytest.raises(UnknownRecord):
        store.mark_reported("r1", "A3", NOW)


def test_a_failed_delivery_is_due_later_and_a_refused_one_never(store: Store) -> None:
    store.add_reminders([reminder("r1", appointment("A1"), appointment("A2"))])
    store.finish_reminder("r1", Outcome.OPTED_OUT, NOW)
    until = NOW + timedelta(minutes=5)
    store.postpone_report("r1", "A1", until, "the CRM is away")
    assert [entry.appointment.reference for entry in store.unreported(NOW)] == ["A2"]
    store.refuse_report("r1", "A2", "the CRM does not know this visit")
    [entry] = store.unreported(until)
    assert (entry.appointment.reference, entry.tries, entry.not_before, entry.last) == ("A1", 1, until, None)
    assert len(store.unreported()) == 1
    assert store.unreported(limit=0) == []


def test_what_the_crm_has_not_taken_stays_in_sight(store: Store) -> None:
    store.add_reminders([reminder("r1", *map(appointment, ("A1", "A2", "A3", "A4"))), reminder("r2")])
    assert store.untaken("c1") == []
    store.finish_reminder("r1", Outcome.CONFIRMED, NOW)
    store.postpone_report("r1", "A2", NOW, "away")
    store.give_up_report("r1", "A3", NOW, "away for days")
    store.refuse_report("r1", "A4", "unknown visit")
    waiting = Untaken("r1", "A1", ReportStage.WAITING, "")
    given_up = Untaken("r1", "A3", ReportStage.GIVEN_UP, "away for days")
    refused = Untaken("r1", "A4", ReportStage.REFUSED, "unknown visit")
    tried = Untaken("r1", "A2", ReportStage.WAITING, "away")
    assert store.untaken("c1") == [waiting, tried, given_up, refused]
    assert store.untaken("c2") == []
    assert [entry.appointment.reference for entry in store.unreported()] == ["A1", "A2", "A3"]
    store.renew_report("r1", "A3")
    assert store.untaken("c1")[2].stage is ReportStage.WAITING
    for number in (1, 2, 3):
        store.mark_reported("r1", f"A{number}", NOW)
    assert store.untaken("c1") == [refused]


def test_an_opt_out_holds_until_it_is_taken_back(store: Store) -> None:
    assert not store.is_opted_out("+79161234567")
    store.opt_out("+79161234567", "asked in a call", NOW)
    store.opt_out("+79161234567", "again", NOW)
    assert store.is_opted_out("+79161234567")
    assert not store.is_opted_out("+79161234568")
    assert store.opt_in("+79161234567") is True
    assert store.opt_in("+79161234567") is False
    assert not store.is_opted_out("+79161234567")


def test_tasks_are_added_once_and_closed_once(store: Store) -> None:
    store.add_reminders([reminder()])
    task = Task("r1", "call_back", "Перезвонить после пяти", NOW)
    other = Task("r1", "call_back", "Ещё раз", NOW + timedelta(minutes=1), key="r1:2:call_back")
    assert store.add_task(task) is True
    assert store.add_task(task) is False
    assert store.add_task(other) is True
    assert store.tasks() == [task, other]
    assert store.close_task(task.key, NOW) is True
    assert store.close_task(task.key, NOW) is False
    assert store.tasks() == [other]
    assert [task.closed_at for task in store.tasks(open_only=False)] == [NOW, None]
    with pytest.raises(UnknownRecord):
        store.close_task("no such task", NOW)


def test_everything_is_there_after_reopening(url: str, store: Store) -> None:
    store.add_reminders([reminder()])
    store.begin_attempt("r1:1", "r1", 1, NOW)
    store.finish_attempt(result())
    store.close()
    with Store.open(url, owner="next") as reopened:
        assert reopened.attempt_result("r1:1") == result()
        assert reopened.begin_attempt("r1:1", "r1", 1, NOW) is False


def test_naive_times_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="aware"):
        store.save_campaign(Campaign("c2", "x", "x", datetime(2027, 3, 2)))
    assert len(store.campaigns()) == 1


def test_whoever_opens_the_database_agrees_on_its_keys(store: Store, url: str) -> None:
    with Store.open(url, owner="other") as other:
        assert store.key("one", b"\x00first") == b"\x00first"
        assert other.key("one", b"second") == b"\x00first"
        assert other.key("two", b"second") == store.key("two", b"third") == b"second"
