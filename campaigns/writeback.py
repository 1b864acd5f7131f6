"""Results on their way to the CRM: each delivered once, tried again while the CRM is away."""

import asyncio
from datetime import timedelta
from enum import StrEnum

import structlog

from calls.clock import Clock
from calls.errors import BadInput, ZvonarError
from calls.outcome import Outcome
from calls.reminder import Conversation
from crm_sync.errors import CrmError, CrmUnavailable
from crm_sync.port import CrmConnector, VisitResult
from storage.records import Task, Unreported
from storage.store import Store

log = structlog.get_logger(__name__)

# Under this name, with the visit's reference, a scenario leaves what one of several visits came to.
VISIT = "visit:"
FIRST_DELAY_S = 5.0
LONGEST_DELAY_S = 600.0


class Delivery(StrEnum):
    """How a delivery went."""

    DONE = "done"
    LATER = "later"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


class WriteBack:
    """Delivers one visit's result; the CRM's side is idempotent, so a repeated delivery does no harm."""

    most_tries = 400

    def __init__(self, store: Store, connector: CrmConnector, clock: Clock) -> None:
        self._store, self._connector, self._clock = store, connector, clock

    async def deliver(self, reminder: str, reference: str, tries: int) -> tuple[Delivery, float]:
        """Deliver now; with `LATER`, the seconds to wait before the next try. `tries` have failed already."""
        due = await asyncio.to_thread(self._store.unreported_visit, reminder, reference)
        if due is None:
            return Delivery.DONE, 0.0
        try:
            await self._connector.report(_result_of(due))
        except (CrmUnavailable, BadInput) as error:
            return await asyncio.to_thread(self._postpone, reminder, reference, tries, error)
        except CrmError as error:
            log.error("crm_refused", action="task", error=type(error).__name__)
            await asyncio.to_thread(self._refuse, reminder, reference, str(error))
            return Delivery.REFUSED, 0.0
        now = self._clock.now()
        await asyncio.to_thread(self._store.mark_reported, reminder, reference, now)
        return Delivery.DONE, 0.0

    def _postpone(
        self, reminder: str, reference: str, tries: int, error: ZvonarError
    ) -> tuple[Delivery, float]:
        """After the last try it is left for the next start of the program, and seen until then."""
        problem, now = str(error), self._clock.now()
        if tries + 1 >= self.most_tries:
            log.error("crm_unavailable", action="give_up", tries=tries, error=type(error).__name__)
            self._store.give_up_report(reminder, reference, now, problem)
            return Delivery.GIVEN_UP, 0.0
        log.warning("crm_unavailable", action="retry", tries=tries, error=type(error).__name__)
        delay_s = min(FIRST_DELAY_S * 2 ** min(tries, 10), LONGEST_DELAY_S)
        self._store.postpone_report(reminder, reference, now + timedelta(seconds=delay_s), problem)
        return Delivery.LATER, delay_s

    def _refuse(self, reminder: str, reference: str, reason: str) -> None:
        """Nobody is forgotten: what the CRM will never take, a person enters."""
        text = "CRM не приняла результат звонка, внесите его вручную."
        self._store.add_task(Task(reminder, "crm_refused", text, self._clock.now()))
        self._store.refuse_report(reminder, reference, reason)


def _result_of(due: Unreported) -> VisitResult:
    """One visit's own result: a call about several may confirm one and cancel another."""
    last = due.last.conversation if due.last else Conversation()
    own = last.results.get(f"{VISIT}{due.appointment.reference}")
    return VisitResult(
        appointment=due.appointment.reference,
        reminder=due.reminder.key,
        outcome=Outcome(own) if own else due.outcome,
        finished_at=due.ended_at,
        attempts=due.attempts,
        note=last.task,
        recording=due.last.recording if due.last else "",
        results={name: value for name, value in last.results.items() if not name.startswith(VISIT)},
    )
