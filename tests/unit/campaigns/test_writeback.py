"""Results on their way to the CRM: each visit its own, tried again while the CRM is away."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calls.appointment import Appointment, Patient
from calls.clock import ManualClock
from calls.outcome import Outcome
from calls.reminder import AttemptResult, Conversation, Reminder
from campaigns.writeback import FIRST_DELAY_S, LONGEST_DELAY_S, Delivery, WriteBack
from crm_sync.connectors.fake import FakeCrm
from crm_sync.errors import CrmRefused, CrmUnavailable
from storage.records import Campaign, ReportStage, Untaken
from storage.store import Store

NOW = datetime(2027, 3, 2, 9, tzinfo=UTC)
PATIENT = Patient("p1", "Иванова Анна Петровна")


def visit(reference: str, hour: int) -> Appointment:
    return Appointment(reference, PATIENT, "+79000000001", NOW.replace(hour=hour) + timedelta(days=1))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store.open(f"sqlite:///{tmp_path / 'zvonar.sqlite'}", owner="test")
    store.save_campaign(Campaign("c", "c", "confirm-visit", NOW))
    store.add_reminders([Reminder("r1", "c", "confirm-visit", (visit("a1", 9), visit("a2", 11)))])
    store.begin_attempt("r1:1", "r1", 1, NOW)
    return store


def ended(store: Store, outcome: Outcome, **results: str) -> None:
    named = {name.replace("_", ":"): value for name, value in results.items()}
    store.finish_attempt(
        AttemptResult("r1:1", outcome, NOW, NOW, conversation=Conversation(results=named, task="note"))
    )
    store.finish_reminder("r1", outcome, NOW)


def crm() -> FakeCrm:
    return FakeCrm(appointments=[visit("a1", 9), visit("a2", 11)])


async def test_each_of_several_visits_gets_its_own_result(store: Store) -> None:
    ended(store, Outcome.CANCELLED, visit_a1="confirmed", visit_a2="cancelled", tag_x="1")
    connector = crm()
    writeback = WriteBack(store, connector, ManualClock(NOW))
    for reference in ("a1", "a2"):
        assert await writeback.deliver("r1", reference, 0) == (Delivery.DONE, 0.0)
    assert {key: result.outcome for key, result in connector.results.items()} == {
        "a1": Outcome.CONFIRMED,
        "a2": Outcome.CANCELLED,
    }
    assert all(result.results == {"tag:x": "1"} for result in connector.results.values())
    assert store.unreported() == []


async def test_a_result_that_was_delivered_is_not_delivered_again(store: Store) -> None:
    ended(store, Outcome.CONFIRMED)
    connector = crm()
    writeback = WriteBack(store, connector, ManualClock(NOW))
    await writeback.deliver("r1", "a1", 0)
    await writeback.deliver("r1", "a1", 0)
    assert len(connector.deliveries) == 1


@pytest.mark.parametrize(
    ("tries", "delay_s"), [(0, FIRST_DELAY_S), (1, 2 * FIRST_DELAY_S), (30, LONGEST_DELAY_S)]
)
async def test_a_crm_that_is_away_is_tried_again_ever_more_rarely(
    store: Store, tries: int, delay_s: float
) -> None:
    ended(store, Outcome.CONFIRMED)
    connector = crm()
    connector.fail_next(CrmUnavailable("away"))
    writeback = WriteBack(store, connector, ManualClock(NOW))
    assert await writeback.deliver("r1", "a1", tries) == (Delivery.LATER, delay_s)
    assert len(store.unreported()) == 2


async def test_the_last_failure_leaves_the_result_in_sight(store: Store) -> None:
    ended(store, Outcome.CONFIRMED)
    connector = crm()
    connector.fail_next(CrmUnavailable("CRM не отвечает."))
    writeback = WriteBack(store, connector, ManualClock(NOW))
    assert await writeback.deliver("r1", "a1", writeback.most_tries - 1) == (Delivery.GIVEN_UP, 0.0)
    assert store.untaken("c") == [
        Untaken("r1", "a1", ReportStage.GIVEN_UP, "CRM не отвечает."),
        Untaken("r1", "a2", ReportStage.WAITING, ""),
    ]
    assert await writeback.deliver("r1", "a1", 0) == (Delivery.DONE, 0.0)
    assert [result.appointment for result in store.untaken("c")] == ["a2"]


async def test_why_a_result_was_not_taken_is_known_before_the_last_try(store: Store) -> None:
    ended(store, Outcome.CONFIRMED)
    connector = crm()
    connector.fail_next(CrmUnavailable("CRM не отвечает."))
    await WriteBack(store, connector, ManualClock(NOW)).deliver("r1", "a1", 0)
    assert store.untaken("c")[0] == Untaken("r1", "a1", ReportStage.WAITING, "CRM не отвечает.")


async def test_a_result_that_the_crm_refuses_becomes_a_task(store: Store) -> None:
    ended(store, Outcome.CONFIRMED)
    connector = crm()
    connector.fail_next(CrmRefused("Такой записи нет."))
    writeback = WriteBack(store, connector, ManualClock(NOW))
    assert await writeback.deliver("r1", "a1", 0) == (Delivery.REFUSED, 0.0)
    assert [task.kind for task in store.tasks()] == ["crm_refused"]
    assert [due.appointment.reference for due in store.unreported()] == ["a2"]
    assert store.untaken("c")[0] == Untaken("r1", "a1", ReportStage.REFUSED, "Такой записи нет.")
