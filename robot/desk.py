"""The clinic's desk during a call: free times and bookings from the CRM, messages handed to a person."""

import asyncio
from datetime import datetime

import structlog

from calls.clock import Clock
from calls.reminder import Reminder
from calls.slot import Slot
from crm_sync.errors import CrmError
from crm_sync.port import CrmConnector
from scenarios.exchange import BookSlot, FindSlots, SendMessage
from storage.records import Task
from storage.store import Store

log = structlog.get_logger(__name__)

ANSWER_WITHIN_S = 3.0


class CrmDesk:
    """Implements `dialer.desk.ClinicDesk` for one reminder; a patient waits three seconds at most."""

    def __init__(self, reminder: Reminder, connector: CrmConnector, store: Store, clock: Clock) -> None:
        self._reminder, self._connector, self._store, self._clock = reminder, connector, store, clock
        self._messages = 0

    async def find_slots(self, wanted: FindSlots) -> tuple[Slot, ...]:
        """Free times with the visit's doctor in its branch, else with anybody in that branch."""
        if not self._connector.capabilities.free_slots:
            return ()
        visit = self._reminder.appointments[0]
        for doctor in dict.fromkeys((visit.doctor, "")):
            slots = await self._free(wanted.earliest, wanted.latest, doctor, visit.branch)
            if slots:
                return slots[: wanted.limit]
        return ()

    async def book(self, wanted: BookSlot) -> bool:
        """Whether the slot is now the patient's; in doubt it is not, and a person looks after it."""
        if not self._connector.capabilities.book:
            return False
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await self._connector.book(wanted.appointment, wanted.slot.reference)
        except (CrmError, TimeoutError) as error:
            log.warning("booking_failed", action="apologise", error=type(error).__name__)
            return False
        return True

    async def send(self, message: SendMessage) -> None:
        """There is no gateway yet: a person gets the text to send."""
        self._messages += 1
        task = Task(
            self._reminder.key,
            f"send_{message.channel}",
            message.text,
            self._clock.now(),
            key=f"{self._reminder.key}:send_{message.channel}:{self._messages}",
        )
        await asyncio.to_thread(self._store.add_task, task)

    async def _free(self, earliest: datetime, latest: datetime, doctor: str, branch: str) -> tuple[Slot, ...]:
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await self._connector.free_slots(earliest, latest, doctor, branch)
        except (CrmError, TimeoutError) as error:
            log.warning("slots_unavailable", action="offer_none", error=type(error).__name__)
            return ()
