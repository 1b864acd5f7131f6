"""Rows of a table as appointments; a bad row is reported and the others go on."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from calls.appointment import Appointment, Patient
from crm_sync import sex, values
from crm_sync.columns import Columns, Field
from crm_sync.phone import BadPhone, e164
from crm_sync.port import Pull, RejectedRow
from crm_sync.table import Table

Cells = Mapping[Field, str]

PERSONAL_FACTS = frozenset({"name", "sex", "born", "language", "zone", "wish"})
FACTS = frozenset({"doctor", "speciality", "branch", "address", "service", "preparation"})
T = TypeVar("T")
_MIDNIGHT = re.compile(r"[\sT,]0?0:00(?::00)?$")


@dataclass(frozen=True, slots=True)
class Reading:
    """How cells are understood: the clinic's zone, its branches' zones, the country of short numbers."""

    zone: ZoneInfo
    branch_zones: Mapping[str, ZoneInfo] = field(default_factory=dict)
    region: str = "RU"
    cancelled: frozenset[str] = frozenset()

    def zone_at(self, branch: str) -> ZoneInfo:
        return self.branch_zones.get(branch, self.zone)


@dataclass(frozen=True, slots=True)
class Visits:
    """Everything a table says. `cells` keeps each visit's row as it was written, for the results."""

    appointments: Mapping[str, Appointment]
    rejected: tuple[RejectedRow, ...]
    cells: Mapping[str, Cells] = field(repr=False)

    def between(self, start: datetime, end: datetime) -> Pull:
        chosen = [visit for visit in self.appointments.values() if start <= visit.starts_at < end]
        ordered = sorted(chosen, key=lambda visit: (visit.starts_at, visit.reference))
        return Pull(tuple(ordered), self.rejected)


class BadCell(Exception):
    """A cell of the row cannot be used."""

    def __init__(self, field: Field, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def read_visits(table: Table, columns: Columns, reading: Reading) -> Visits:
    """Cancelled visits are left out, a visit's second row is refused."""
    appointments: dict[str, Appointment] = {}
    first_rows: dict[str, int] = {}
    rejected = list(table.broken)
    all_cells: dict[str, Cells] = {}
    for row in table.rows:
        cells = columns.pick(row.cells)
        reference = reference_of(cells)
        if reference in first_rows:
            reason = f"тот же визит, что в строке {first_rows[reference]}"
            rejected.append(RejectedRow(table.source, row.number, "", reason, reference))
            continue
        first_rows[reference] = row.number
        all_cells[reference] = cells
        if status_of(cells) in reading.cancelled:
            continue
        try:
            appointments[reference] = appointment_of(cells, reading)
        except BadCell as bad:
            header = columns.headers.get(bad.field, "")
            rejected.append(RejectedRow(table.source, row.number, header, bad.reason, reference, bad.field))
    return Visits(appointments, tuple(sorted(rejected, key=lambda row: row.row)), all_cells)


def appointment_of(cells: Cells, reading: Reading) -> Appointment:
    """The row's visit; BadCell names the first cell that cannot be used."""
    branch = cells.get(Field.BRANCH, "")
    name = name_of(cells)
    try:
        phone = e164(cells.get(Field.PHONE, ""), reading.region)
    except BadPhone as error:
        raise BadCell(Field.PHONE, str(error)) from error
    patient = Patient(
        reference=cells.get(Field.PATIENT, "") or digest(phone, name.lower()),
        name=name,
        sex=values.sex_of(cells.get(Field.SEX, "")) or sex.guess(name),
        born=values.born_of(cells.get(Field.BORN, "")),
        language=_understood(cells, Field.LANGUAGE, values.language_of),
        zone=_understood(cells, Field.ZONE, values.zone_of),
        wish=_understood(cells, Field.WISH, values.wish_of),
    )
    return Appointment(
        reference=reference_of(cells),
        patient=patient,
        phone=phone,
        starts_at=start_of(cells, reading.zone_at(branch)),
        first_visit=values.first_visit_of(cells.get(Field.FIRST_VISIT, "")),
        version=digest(*(f"{key}={text}" for key, text in sorted(cells.items()))),
        **{fact: cells.get(Field(fact), "") for fact in FACTS},
    )


def start_of(cells: Cells, zone: ZoneInfo) -> datetime:
    """From one column or from two, in the zone of the place of the visit; a sheet's date has a midnight."""
    if cells.get(Field.START):
        return _moment(cells, Field.START, zone)
    if not cells.get(Field.DATE):
        raise BadCell(Field.DATE if Field.DATE in cells else Field.START, "нет даты")
    if not cells.get(Field.TIME):
        return _moment(cells, Field.DATE, zone)
    day = _understood(cells, Field.DATE, lambda text: values.day_of(text.replace("T", " ").partition(" ")[0]))
    hour = _understood(cells, Field.TIME, lambda text: values.time_of(text.rpartition("T")[2]))
    return _understood(cells, Field.TIME, lambda _: values.local(day, hour, zone))


def _moment(cells: Cells, field: Field, zone: ZoneInfo) -> datetime:
    """A date and a time in one cell. Midnight there means that the clinic has left out the time."""
    if _MIDNIGHT.search(cells[field]) or not re.search(r"[\sT,]\S*\d", cells[field].strip()):
        day = cells[field].replace("T", " ").partition(" ")[0]
        _understood({field: day}, field, values.day_of)
        raise BadCell(Field.TIME if Field.TIME in cells else field, "нет времени приёма")
    return _understood(cells, field, lambda text: values.moment_of(text, zone))


def name_of(cells: Cells) -> str:
    parts = (cells.get(part, "") for part in (Field.SURNAME, Field.FIRST_NAME, Field.PATRONYMIC))
    return " ".join((cells.get(Field.NAME, "") or " ".join(parts)).split())


def reference_of(cells: Cells) -> str:
    """The CRM's own, else one made of who comes when to whom: the same row gives the same reference."""
    own = cells.get(Field.REFERENCE, "")
    if own:
        return own
    facts = (Field.START, Field.DATE, Field.TIME, Field.PHONE, Field.DOCTOR)
    return digest(name_of(cells).lower(), *(cells.get(fact, "") for fact in facts))


def digest(*facts: str) -> str:
    """A short name for facts that must not be shown."""
    return "z" + hashlib.sha256("\x1f".join(facts).encode(errors="replace")).hexdigest()[:16]


def status_of(cells: Cells) -> str:
    return cells.get(Field.STATUS, "").strip().lower().replace("ё", "е")


def _understood(cells: Cells, field: Field, read: Callable[[str], T]) -> T:
    try:
        return read(cells.get(field, ""))
    except values.BadValue as error:
        raise BadCell(field, str(error)) from error
