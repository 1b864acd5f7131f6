"""Results on their way to the CRM: each delivered once, tried again while the CRM is away."""

from enum import StrEnum

import structlog

from calls.clock import Clock
from calls.errors import BadInput
from crm_sync.errors import CrmError, CrmUnavailable
from crm_sync.port import CrmConnector, VisitResult
from storage.records import Task, Unreported
from storage.store import Store

log = structlog.get_logger(__name__)

FIRST_DELAY_S = 5.0
LONGEST_DELAY_S = 600.0


class Delivery(StrEnum):
    """How a delivery went."""

    DONE = "done"
    LATER = "later"
    REFUSED = "refused"


class WriteBack:
    """Delivers one visit's result; the CRM's side is idempotent, so a repeated delivery does no harm."""

    most_tries = 400

    def __init__(self, store: Store, connector: CrmConnector, clock: Clock) -> None:
        self._store, self._connector, self._clock = store, connector, clock

    async def deliver(self, reminder: str, reference: str, tries: int) -> tuple[Delivery, float]:
        """Deliver now; with `LATER`, the seconds to wait before the next try."""
        due = next((each for each in self._store.unreported() if _is(each, reminder, reference)), None)
        if due is None:
            return Delivery.DONE, 0.0
        try:
            await self._connector.report(_result_of(due))
        except (CrmUnavailable, BadInput) as error:
            log.warning("crm_unavailable", action="retry", tries=tries, error=type(error).__name__)
            return Delivery.LATER, min(FIRST_DELAY_S * 2 ** min(tries, 10), LONGEST_DELAY_S)
        except CrmError as error:
            log.error("crm_refused", action="task", error=type(error).__name__)
            text = "CRM не приняла результат звонка, внесите его вручную."
            self._store.add_task(Task(reminder, "crm_refused", text, self._clock.now()))
            self._store.refuse_report(reminder, reference, type(error).__name__)
            return Delivery.REFUSED, 0.0
        self._store.mark_reported(reminder, reference, self._clock.now())
        return Delivery.DONE, 0.0


def _is(due: Unreported, reminder: str, reference: str) -> bool:
    return due.reminder.key == reminder and due.appointment.reference == reference


def _result_of(due: Unreported) -> VisitResult:
    last = due.last
    return VisitResult(
        appointment=due.appointment.reference,
        reminder=due.reminder.key,
        outcome=due.outcome,
        finished_at=due.ended_at,
        attempts=due.attempts,
        note=last.conversation.task if last else "",
        recording=last.recording if last else "",
        results=dict(last.conversation.results) if last else {},
    )
