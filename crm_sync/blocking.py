"""Connectors whose work blocks, files and databases: in threads, so that a slow one holds up no call."""

import asyncio
from datetime import datetime
from typing import Protocol

from calls.appointment import Appointment
from calls.slot import Slot
from crm_sync.port import Capabilities, Pull, VisitResult
from crm_sync.visits import FACTS, PERSONAL_FACTS


class BlockingCrm(Protocol):
    """The same questions as `crm_sync.port.CrmConnector`, asked from several threads at once."""

    @property
    def has_slots(self) -> bool:
        """Whether free times are configured: then they can be booked."""
        ...

    def check(self) -> None: ...

    def upcoming(self, start: datetime, end: datetime) -> Pull: ...

    def reread(self, reference: str) -> Appointment | None: ...

    def report(self, result: VisitResult) -> None: ...

    def free_slots(self, start: datetime, end: datetime, doctor: str, branch: str) -> tuple[Slot, ...]: ...

    def book(self, appointment: str, slot: str) -> Appointment: ...


class InThreads:
    """Implements `crm_sync.port.CrmConnector` over a blocking one."""

    def __init__(self, crm: BlockingCrm) -> None:
        self._crm = crm

    @property
    def capabilities(self) -> Capabilities:
        has_slots = self._crm.has_slots
        return Capabilities(free_slots=has_slots, book=has_slots, facts=FACTS | PERSONAL_FACTS)

    async def check(self) -> None:
        await asyncio.to_thread(self._crm.check)

    async def upcoming(self, start: datetime, end: datetime) -> Pull:
        return await asyncio.to_thread(self._crm.upcoming, start, end)

    async def reread(self, reference: str) -> Appointment | None:
        return await asyncio.to_thread(self._crm.reread, reference)

    async def report(self, result: VisitResult) -> None:
        await asyncio.to_thread(self._crm.report, result)

    async def free_slots(
        self, start: datetime, end: datetime, doctor: str = "", branch: str = ""
    ) -> tuple[Slot, ...]:
        return await asyncio.to_thread(self._crm.free_slots, start, end, doctor, branch)

    async def book(self, appointment: str, slot: str) -> Appointment:
        return await asyncio.to_thread(self._crm.book, appointment, slot)
