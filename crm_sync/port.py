"""What the rest of the program knows of the CRM. Each connector's module has `Settings` and `build()`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from calls.appointment import Appointment
from calls.clock import Clock
from calls.outcome import Group, Outcome
from calls.slot import Slot


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a connector can do. `facts` are the fields of an appointment that it may fill."""

    free_slots: bool = False
    book: bool = False
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that is no appointment we could act on.

    `row` counts from 1 as people see it; `column` is empty when it is about the whole row; `reference` is
    the visit's, where that much could be read; `field` is our own name of the column. `reason` quotes
    nothing from the row.
    """

    source: str
    row: int
    column: str
    reason: str
    reference: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Pull:
    """What was read: the visits, by their time, and the rows that could not be used."""

    appointments: tuple[Appointment, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitResult:
    """What came of one visit's reminder; delivered any number of times, it is one result."""

    appointment: str
    reminder: str
    outcome: Outcome
    finished_at: datetime
    attempts: int = 0
    note: str = field(default="", repr=False)
    recording: str = ""
    transcript: str = field(default="", repr=False)
    results: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.finished_at.tzinfo is None:
            raise ValueError("a result is of an aware time")

    @property
    def key(self) -> str:
        return f"{self.appointment}:{self.reminder}"

    @property
    def group(self) -> Group:
        return self.outcome.group


class CrmConnector(Protocol):
    """The clinic's CRM. Every method may raise CrmUnavailable; `check` and `upcoming` also BadInput."""

    @property
    def capabilities(self) -> Capabilities: ...

    async def check(self) -> None:
        """BadInput when configuration and CRM do not fit each other: files, tables, columns, rights."""
        ...

    async def upcoming(self, start: datetime, end: datetime) -> Pull:
        """The visits that begin at or after `start` and before `end` (aware), and every bad row."""
        ...

    async def reread(self, reference: str) -> Appointment | None:
        """The visit as it is now; none when it is gone or cancelled."""
        ...

    async def report(self, result: VisitResult) -> None:
        """Write the result back. Idempotent; an older result never replaces a newer one.

        Raises CrmRefused when the CRM knows no such visit or does not take the result.
        """
        ...

    async def free_slots(
        self, start: datetime, end: datetime, doctor: str = "", branch: str = ""
    ) -> tuple[Slot, ...]:
        """Free times between two instants, by time; empty `doctor` or `branch` means any. NotSupported."""
        ...

    async def book(self, appointment: str, slot: str) -> Appointment:
        """Move the visit to the slot and return it as it is then; once booked, again is no error.

        Raises SlotTaken, StaleAppointment (the visit is gone), NotSupported.
        """
        ...


class Connector(Protocol):
    """What a connector's module offers beside its pydantic class `Settings`."""

    def build(self, settings: Any, zone: ZoneInfo, clock: Clock) -> CrmConnector: ...
