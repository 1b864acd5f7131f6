"""A CRM that is a file: appointments in one table, results, slots and bookings in others beside it."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from calls.appointment import Appointment
from calls.clock import Clock
from calls.errors import BadInput
from calls.slot import Slot
from crm_sync import files, results
from crm_sync.columns import Columns, Field, refuse_missing
from crm_sync.errors import CrmUnavailable, NotSupported, StaleAppointment, until_mended
from crm_sync.port import Pull, VisitResult
from crm_sync.settings import TableSettings
from crm_sync.slots import Booking, SlotTable, moved, offered, read_slots, with_booking
from crm_sync.table import IsHeader, Table
from crm_sync.visits import Visits, read_visits

SETTLING_S = 10.0
"""So long after its last change a file of appointments may still be growing."""

_BOOKING_HEADERS = ("Окно", "Номер записи", "Начало", "Врач", "Филиал", "Было")


class FileFormat(Protocol):
    """A kind of file that holds tables."""

    def read(self, path: Path, is_header: IsHeader) -> Table:
        """BadInput when the file is missing or of another kind."""
        ...

    def encode(self, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes: ...


class FileSettings(TableSettings):
    """Where the tables are. The appointments and the slots are only read, never changed."""

    path: Path
    results: Path | None = None
    slots: Path | None = None
    bookings: Path | None = None

    def beside(self, ending: str) -> Path:
        return self.path.with_name(f"{self.path.stem}-{ending}{self.path.suffix}")


class FileCrm:
    """The connector of the file formats; implements `crm_sync.blocking.BlockingCrm`."""

    def __init__(
        self,
        settings: FileSettings,
        zone: ZoneInfo,
        clock: Clock,
        appointments: FileFormat,
        own: FileFormat,
    ) -> None:
        self._settings, self._zone, self._clock = settings, zone, clock
        self._reading = settings.reading(zone)
        self._format, self._own = appointments, own
        self._results = settings.results or settings.beside("results")
        self._bookings = settings.bookings or settings.beside("bookings")
        self._cached: tuple[tuple[int, int, int], Visits] | None = None
        self._loading = threading.Lock()

    @property
    def has_slots(self) -> bool:
        return self._settings.slots is not None

    def check(self) -> None:
        self._visits()
        if self._settings.slots is not None:
            self._slots()
            self._read_bookings()
        try:
            with files.locked(self._results):
                self._own_table(self._results, results.REFERENCE)
        except CrmUnavailable as error:
            raise BadInput(str(error), hint=error.hint) from error

    def upcoming(self, start: datetime, end: datetime) -> Pull:
        visits = self._visits()
        bookings = self._read_bookings()
        current = {name: moved(visit, bookings) for name, visit in visits.appointments.items()}
        rejected = visits.rejected + (self._slots().rejected if self._settings.slots else ())
        return Visits(current, rejected, visits.cells).between(start, end)

    def reread(self, reference: str) -> Appointment | None:
        """A visit that is missing from a file still being written is not taken for a cancelled one."""
        with until_mended():
            visits = self._visits()
        visit = visits.appointments.get(reference)
        if visit is not None:
            return moved(visit, self._read_bookings())
        age_s = self._clock.now().timestamp() - files.stamp(self._settings.path)[0] / 1e9
        if reference not in visits.cells and 0 <= age_s < SETTLING_S:
            raise CrmUnavailable("Файл записей только что изменён: возможно, он ещё не дописан.")
        return None

    def report(self, result: VisitResult) -> None:
        row = results.result_row(result, self._cells_of(result.appointment), self._zone)
        with files.locked(self._results):
            table = self._own_table(self._results, results.REFERENCE)
            old = [dict(zip(table.headers, each.cells, strict=False)) for each in table.rows]
            changed = results.merged(table.headers, old, row)
            if changed is not None:
                self._write_own(self._results, *changed)

    def free_slots(self, start: datetime, end: datetime, doctor: str, branch: str) -> tuple[Slot, ...]:
        with until_mended():
            gone = {booking.slot.reference for booking in self._read_bookings()}
            free = [slot for name, slot in self._slots().free.items() if name not in gone]
        return offered(free, start, end, doctor, branch)

    def book(self, appointment: str, slot: str) -> Appointment:
        with files.locked(self._bookings), until_mended():
            visit = self._visits().appointments.get(appointment)
            if visit is None:
                raise StaleAppointment()
            bookings = self._read_bookings()
            changed = with_booking(bookings, self._slots(), visit, slot)
            if changed is not None:
                self._write_own(self._bookings, _BOOKING_HEADERS, [_booking_row(each) for each in changed])
            return moved(visit, bookings if changed is None else changed)

    def _visits(self) -> Visits:
        """Read anew when the file has changed: every call rereads its visit."""
        path = self._settings.path
        with self._loading:
            stamp = files.stamp(path)
            if self._cached is None or self._cached[0] != stamp:
                table, columns = self._table(path, lambda columns: columns.missing_for_visits, self._names())
                self._cached = stamp, read_visits(table, columns, self._reading)
            return self._cached[1]

    def _cells_of(self, reference: str) -> Mapping[Field, str]:
        """What the clinic's row says; nothing when the file has been replaced by another day's."""
        try:
            return self._visits().cells.get(reference, {})
        except BadInput:
            return {}

    def _slots(self) -> SlotTable:
        if self._settings.slots is None:
            raise NotSupported("Файл свободного времени не задан.", hint="Назовите его: crm: slots:.")
        table, columns = self._table(self._settings.slots, _missing_for_slots, {})
        return read_slots(table, columns, self._reading)

    def _table(
        self,
        path: Path,
        missing: Callable[[Columns], tuple[Field, ...]],
        names: Mapping[Field, Sequence[str]],
    ) -> tuple[Table, Columns]:
        table = self._format.read(path, lambda cells: not missing(Columns.of(cells, names)))
        columns = Columns.of(table.headers, names)
        refuse_missing(path.name, table.headers, missing(columns), names)
        return table, columns

    def _names(self) -> Mapping[Field, Sequence[str]]:
        return self._settings.columns

    def _read_bookings(self) -> list[Booking]:
        table = self._own_table(self._bookings, _BOOKING_HEADERS[0])
        try:
            return [_booking_of(dict(zip(table.headers, row.cells, strict=False))) for row in table.rows]
        except ValueError as error:
            raise _spoilt(self._bookings) from error

    def _own_table(self, path: Path, key: str) -> Table:
        """A table of ours, empty when it is not there yet. What people have spoilt is not overwritten."""
        if not path.exists():
            return Table(path.name, ())
        try:
            table = self._own.read(path, lambda cells: key in cells)
        except BadInput as error:
            raise CrmUnavailable(str(error), hint=error.hint) from error
        if table.broken or key not in table.headers:
            raise _spoilt(path)
        return table

    def _write_own(self, path: Path, headers: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
        lines = [[row.get(header, "") for header in headers] for row in rows]
        files.replace(path, self._own.encode(headers, lines))


def _missing_for_slots(columns: Columns) -> tuple[Field, ...]:
    own = () if columns.has(Field.REFERENCE) else (Field.REFERENCE,)
    return own + columns.missing_for_times


def _booking_row(booking: Booking) -> dict[str, str]:
    slot = booking.slot
    start, before = (moment.astimezone(UTC).isoformat() for moment in (slot.starts_at, booking.before))
    cells = (slot.reference, booking.appointment, start, slot.doctor, slot.branch, before)
    return dict(zip(_BOOKING_HEADERS, cells, strict=True))


def _booking_of(row: Mapping[str, str]) -> Booking:
    """ValueError when somebody has spoilt the row."""
    reference, appointment, start, doctor, branch, before = (row.get(name, "") for name in _BOOKING_HEADERS)
    starts_at, began_at = datetime.fromisoformat(start), datetime.fromisoformat(before)
    if starts_at.tzinfo is None or began_at.tzinfo is None:
        raise ValueError("a time without an offset")
    return Booking(Slot(reference, starts_at, doctor, branch), appointment, began_at)


def _spoilt(path: Path) -> CrmUnavailable:
    return CrmUnavailable(
        f"Файл {path} не такой, каким его оставил робот.",
        hint="Исправьте его или уберите: робот начнёт новый. Итоги звонков пока подождут.",
    )
