"""Clinics to try the connectors on: each kind of CRM with the same visits and free times in it."""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from openpyxl import Workbook, load_workbook
from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
    select,
    update,
)
from sqlalchemy.pool import NullPool

from calls.appointment import Appointment, Patient, Sex
from calls.clock import ManualClock
from calls.slot import Slot
from crm_sync.connectors import csv as csv_connector
from crm_sync.connectors import sql as sql_connector
from crm_sync.connectors import xlsx as xlsx_connector
from crm_sync.connectors.fake import FakeCrm
from crm_sync.port import CrmConnector
from crm_sync.results import OUTCOME_CODE, REFERENCE

ZONE = ZoneInfo("Asia/Yekaterinburg")
NOW = datetime(2027, 3, 2, 6, 0, tzinfo=UTC)
DAY = date(2027, 3, 3)

VISITS = (
    ("101", "Черных Анна Петровна", "+79161234567", time(9, 5), "Ким Олег Юрьевич"),
    ("102", "Ли Пётр Ильич", "+73432901122", time(10, 30), "Ким Олег Юрьевич"),
    ("103", "Юсупова Алия Маратовна", "+79161234569", time(12, 0), "Белая Инна Львовна"),
)
SLOTS = (("s1", time(15, 0)), ("s2", time(16, 0)))


def at(hour: time, day: date = DAY) -> datetime:
    return datetime.combine(day, hour, tzinfo=ZONE)


class Rig(Protocol):
    """A clinic whose CRM people change by hand."""

    def connector(self) -> CrmConnector: ...

    def cancel(self, reference: str) -> None: ...

    def move(self, reference: str, hour: time) -> None: ...

    def results(self) -> dict[str, str]:
        """What the clinic reads: the outcome's code by visit. Two rows of one visit are an error."""
        ...


class FakeRig:
    """The CRM in memory."""

    def __init__(self, folder: Path) -> None:
        visits = [
            Appointment(reference, Patient(f"P{reference}", name), phone, at(hour).astimezone(UTC), doctor)
            for reference, name, phone, hour, doctor in VISITS
        ]
        visits[0] = Appointment(
            "101", Patient("P101", VISITS[0][1], Sex.FEMALE), VISITS[0][2], visits[0].starts_at, VISITS[0][4]
        )
        slots = [Slot(name, at(hour).astimezone(UTC), "Ким Олег Юрьевич", "Центр") for name, hour in SLOTS]
        self._crm = FakeCrm(visits, slots)

    def connector(self) -> CrmConnector:
        return self._crm

    def cancel(self, reference: str) -> None:
        del self._crm.appointments[reference]

    def move(self, reference: str, hour: time) -> None:
        old = self._crm.appointments[reference]
        self._crm.appointments[reference] = Appointment(
            reference, old.patient, old.phone, at(hour).astimezone(UTC), old.doctor
        )

    def results(self) -> dict[str, str]:
        return {reference: result.outcome.value for reference, result in self._crm.results.items()}


class _FileRig:
    """Tables in files; a clinic changes them by exporting anew."""

    suffix = ""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"appointments{self.suffix}"
        self.slots = folder / f"slots{self.suffix}"
        self._visits = {visit[0]: visit for visit in VISITS}
        self._status: dict[str, str] = {}
        self._export()
        headers = ("Номер записи", "Дата", "Время", "Врач", "Филиал", "Занято")
        rows = [(name, DAY, hour, "Ким Олег Юрьевич", "Центр", "") for name, hour in SLOTS]
        self._write(self.slots, headers, [*rows, ("s3", DAY, time(17, 0), "", "", "да")])

    def cancel(self, reference: str) -> None:
        self._status[reference] = "Отменён"
        self._export()

    def move(self, reference: str, hour: time) -> None:
        _, name, phone, _, doctor = self._visits[reference]
        self._visits[reference] = (reference, name, phone, hour, doctor)
        self._export()

    def results(self) -> dict[str, str]:
        path = self.path.with_name(f"appointments-results{self.suffix}")
        rows = self._read(path) if path.exists() else []
        found = {row[REFERENCE]: row[OUTCOME_CODE] for row in rows}
        assert len(found) == len(rows), "a visit has two rows"
        return found

    def _export(self) -> None:
        headers = ("Номер записи", "ФИО", "Телефон", "Дата", "Время", "Врач", "Статус")
        rows = [
            (reference, name, phone, DAY, hour, doctor, self._status.get(reference, "Записан"))
            for reference, name, phone, hour, doctor in self._visits.values()
        ]
        self._write(self.path, headers, rows)

    def _write(self, path: Path, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        raise NotImplementedError

    def _read(self, path: Path) -> list[Mapping[str, str]]:
        raise NotImplementedError


class CsvRig(_FileRig):
    """Exports of an old Windows program."""

    suffix = ".csv"

    def connector(self) -> CrmConnector:
        settings = csv_connector.Settings(path=self.path, slots=self.slots)
        return csv_connector.build(settings, ZONE, ManualClock(NOW))

    def _write(self, path: Path, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        with path.open("w", encoding="cp1251", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(headers)
            for row in rows:
                writer.writerow([_shown(cell) for cell in row])

    def _read(self, path: Path) -> list[Mapping[str, str]]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))


class XlsxRig(_FileRig):
    """Workbooks with real dates and times in their cells."""

    suffix = ".xlsx"

    def connector(self) -> CrmConnector:
        settings = xlsx_connector.Settings(path=self.path, slots=self.slots)
        return xlsx_connector.build(settings, ZONE, ManualClock(NOW))

    def _write(self, path: Path, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        workbook = Workbook()
        sheet = workbook.active
        assert sheet is not None
        for row in (["Записи клиники"], headers, *rows):
            sheet.append(list(row))
        workbook.save(path)

    def _read(self, path: Path) -> list[Mapping[str, str]]:
        workbook = load_workbook(path)
        assert workbook.active is not None
        headers, *rows = workbook.active.iter_rows(values_only=True)
        return [dict(zip(map(str, headers), map(str, row), strict=True)) for row in rows]


class SqlRig:
    """A database with tables of its own shape: a whole-number key, local times, status codes."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self._url = url or f"sqlite:///{folder}/clinic.sqlite"
        self._engine = create_engine(self._url, poolclass=NullPool)
        schema = MetaData()
        self._visits = Table(
            "visits",
            schema,
            Column("id", Integer, primary_key=True),
            Column("fio", String(200)),
            Column("phone", String(40)),
            Column("starts_at", DateTime),
            Column("doctor", String(200)),
            Column("branch", String(200)),
            Column("status", String(20)),
        )
        self._slots = Table(
            "free_times",
            schema,
            Column("id", String(20), primary_key=True),
            Column("starts_at", DateTime),
            Column("doctor", String(200)),
            Column("branch", String(200)),
            Column("taken", Integer),
        )
        self._results = Table(
            "call_results",
            schema,
            Column("visit_id", Integer, primary_key=True),
            Column("outcome", String(40)),
            Column("finished_at", DateTime(timezone=True)),
            Column("attempts", Integer),
            Column("note", String(500)),
        )
        schema.drop_all(self._engine)
        schema.create_all(self._engine)
        with self._engine.begin() as connection:
            for reference, name, phone, hour, doctor in VISITS:
                row = (int(reference), name, phone, datetime.combine(DAY, hour), doctor, "", "booked")
                connection.execute(insert(self._visits).values(row))
            for name, hour in SLOTS:
                row2 = (name, datetime.combine(DAY, hour), "Ким Олег Юрьевич", "Центр", None)
                connection.execute(insert(self._slots).values(row2))
            taken = ("s3", datetime.combine(DAY, time(17, 0)), "", "", 999)
            connection.execute(insert(self._slots).values(taken))

    def connector(self) -> CrmConnector:
        settings = sql_connector.Settings.model_validate(
            {
                "url": self._url,
                "table": "visits",
                "columns": {"name": "fio"},
                "results": {"table": "call_results", "columns": {"appointment": "visit_id"}},
                "slots": {"table": "free_times"},
            }
        )
        return sql_connector.build(settings, ZONE, ManualClock(NOW))

    def cancel(self, reference: str) -> None:
        self._change(reference, {"status": "cancelled"})

    def move(self, reference: str, hour: time) -> None:
        self._change(reference, {"starts_at": datetime.combine(DAY, hour)})

    def results(self) -> dict[str, str]:
        with self._engine.connect() as connection:
            rows = connection.execute(select(self._results)).all()
        return {str(row.visit_id): row.outcome for row in rows}

    def _change(self, reference: str, values: dict[str, Any]) -> None:
        with self._engine.begin() as connection:
            this = self._visits.c.id == int(reference)
            connection.execute(update(self._visits).where(this).values(values))


RIGS: dict[str, type[Rig]] = {
    "fake": FakeRig,
    "csv": CsvRig,
    "xlsx": XlsxRig,
    "sql": SqlRig,
}


def _shown(cell: Any) -> str:
    if isinstance(cell, date):
        return cell.strftime("%d.%m.%Y")
    return f"{cell.hour}:{cell.minute:02}" if isinstance(cell, time) else str(cell)
