"""A CRM in memory, for tests and trials; it obeys the same contract as the real ones."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from calls.appointment import Appointment
from calls.clock import Clock
from calls.slot import Slot
from crm_sync.errors import CrmError, SlotTaken, StaleAppointment
from crm_sync.port import Capabilities, CrmConnector, Pull, RejectedRow, VisitResult
from crm_sync.visits import FACTS, PERSONAL_FACTS


class Settings(BaseModel):
    """`crm: {kind: fake}`"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["fake"] = "fake"


class FakeCrm:
    """Change `appointments` and `slots` as the clinic would; `fail_next` makes the following calls fail."""

    def __init__(
        self,
        appointments: Iterable[Appointment] = (),
        slots: Iterable[Slot] = (),
        rejected: Iterable[RejectedRow] = (),
    ) -> None:
        self.appointments = {visit.reference: visit for visit in appointments}
        self.slots = {slot.reference: slot for slot in slots}
        self.rejected = tuple(rejected)
        self.bookings: dict[str, str] = {}
        self.results: dict[str, VisitResult] = {}
        self.deliveries: list[VisitResult] = []
        self._failures: list[CrmError] = []

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(free_slots=True, book=True, facts=FACTS | PERSONAL_FACTS)

    def fail_next(self, error: CrmError, times: int = 1) -> None:
        self._failures.extend([error] * times)

    async def check(self) -> None:
        self._fail()

    async def upcoming(self, start: datetime, end: datetime) -> Pull:
        self._fail()
        chosen = [visit for visit in self.appointments.values() if start <= visit.starts_at < end]
        return Pull(tuple(sorted(chosen, key=lambda each: (each.starts_at, each.reference))), self.rejected)

    async def reread(self, reference: str) -> Appointment | None:
        self._fail()
        return self.appointments.get(reference)

    async def report(self, result: VisitResult) -> None:
        """`deliveries` holds each call, `results` what the CRM believes, by appointment."""
        self._fail()
        self.deliveries.append(result)
        known = self.results.get(result.appointment)
        if known is None or known.finished_at <= result.finished_at:
            self.results[result.appointment] = result

    async def free_slots(
        self, start: datetime, end: datetime, doctor: str = "", branch: str = ""
    ) -> tuple[Slot, ...]:
        self._fail()
        fitting = [
            slot
            for slot in self.slots.values()
            if start <= slot.starts_at < end
            and doctor in ("", slot.doctor)
            and branch in ("", slot.branch)
            and slot.reference not in self.bookings
        ]
        return tuple(sorted(fitting, key=lambda slot: (slot.starts_at, slot.reference)))

    async def book(self, appointment: str, slot: str) -> Appointment:
        self._fail()
        visit = self.appointments.get(appointment)
        if visit is None:
            raise StaleAppointment()
        if self.bookings.get(slot, appointment) != appointment or slot not in self.slots:
            raise SlotTaken()
        self.bookings = {each: holder for each, holder in self.bookings.items() if holder != appointment}
        self.bookings[slot] = appointment
        time = self.slots[slot]
        self.appointments[appointment] = replace(
            visit,
            starts_at=time.starts_at,
            doctor=time.doctor or visit.doctor,
            branch=time.branch or visit.branch,
        )
        return self.appointments[appointment]

    def _fail(self) -> None:
        if self._failures:
            raise self._failures.pop(0)


def build(settings: Settings, zone: ZoneInfo, clock: Clock) -> CrmConnector:
    """An empty CRM."""
    return FakeCrm()
