"""Free times: the clinic's table of them, and who has booked which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from calls.appointment import Appointment
from calls.slot import Slot
from crm_sync.columns import Columns, Field
from crm_sync.errors import SlotTaken
from crm_sync.port import RejectedRow
from crm_sync.table import Table
from crm_sync.visits import BadCell, Reading, start_of

_FREE = {"", "нет", "свободно", "no", "0", "free", "false"}


@dataclass(frozen=True, slots=True)
class SlotTable:
    """The slots of the clinic's own table: free, taken by others, and the rows that could not be read."""

    free: Mapping[str, Slot]
    taken: frozenset[str]
    rejected: tuple[RejectedRow, ...]


@dataclass(frozen=True, slots=True)
class Booking:
    """A slot that was booked in a call. `before` is when the visit began by the clinic's own table then."""

    slot: Slot
    appointment: str
    before: datetime


def read_slots(table: Table, columns: Columns, reading: Reading) -> SlotTable:
    free: dict[str, Slot] = {}
    taken: set[str] = set()
    rejected = list(table.broken)
    for row in table.rows:
        cells = columns.pick(row.cells)
        reference, branch = cells.get(Field.REFERENCE, ""), cells.get(Field.BRANCH, "")
        if not reference or reference in free or reference in taken:
            reason = "у свободного времени должен быть свой номер"
            rejected.append(RejectedRow(table.source, row.number, columns.headers[Field.REFERENCE], reason))
        elif cells.get(Field.TAKEN, "").lower() not in _FREE:
            taken.add(reference)
        else:
            try:
                starts_at = start_of(cells, reading.zone_at(branch))
            except BadCell as bad:
                header = columns.headers.get(bad.field, "")
                rejected.append(RejectedRow(table.source, row.number, header, bad.reason))
            else:
                free[reference] = Slot(reference, starts_at, cells.get(Field.DOCTOR, ""), branch)
    return SlotTable(free, frozenset(taken), tuple(rejected))


def offered(
    slots: Sequence[Slot], start: datetime, end: datetime, doctor: str, branch: str
) -> tuple[Slot, ...]:
    """The slots that fit, by time."""
    fitting = [
        slot
        for slot in slots
        if start <= slot.starts_at < end and doctor in ("", slot.doctor) and branch in ("", slot.branch)
    ]
    return tuple(sorted(fitting, key=lambda slot: (slot.starts_at, slot.reference)))


def with_booking(
    bookings: Sequence[Booking], table: SlotTable, appointment: Appointment, slot: str
) -> tuple[Booking, ...] | None:
    """The bookings after this one, which frees the visit's earlier slot; none when it stands already.

    SlotTaken when somebody else has the slot, or when the clinic offers it no more.
    """
    holder = next((booking.appointment for booking in bookings if booking.slot.reference == slot), None)
    if holder == appointment.reference:
        return None
    if holder is not None or slot not in table.free:
        raise SlotTaken()
    kept = tuple(booking for booking in bookings if booking.appointment != appointment.reference)
    return (*kept, Booking(table.free[slot], appointment.reference, appointment.starts_at))


def moved(appointment: Appointment, bookings: Sequence[Booking]) -> Appointment:
    """The visit at its booked time, as long as the clinic has not moved it since."""
    for booking in bookings:
        if booking.appointment == appointment.reference and booking.before == appointment.starts_at:
            slot = booking.slot
            return replace(
                appointment,
                starts_at=slot.starts_at,
                doctor=slot.doctor or appointment.doctor,
                branch=slot.branch or appointment.branch,
            )
    return appointment
