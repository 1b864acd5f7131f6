"""Workbooks as clinics keep them."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from calls.clock import ManualClock
from calls.errors import BadInput
from calls.outcome import Outcome
from crm_sync.connectors.xlsx import Settings, build
from crm_sync.port import CrmConnector, VisitResult

ZONE = ZoneInfo("Europe/Moscow")
NOW = datetime(2027, 3, 2, 6, 0, tzinfo=UTC)
EVER = (datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
HEADERS = ("Дата", "Время", "Телефон", "Пациент")
VISIT_AT = datetime(2027, 3, 3, 6, 5, tzinfo=UTC)


def connector(path: Path, **options: Any) -> CrmConnector:
    return build(Settings(path=path, **options), ZONE, ManualClock(NOW))


def save(path: Path, *rows: tuple[Any, ...], title: str = "Лист1") -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    workbook.save(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "appointments.xlsx"


@pytest.mark.parametrize(
    "cells",
    [
        (date(2027, 3, 3), time(9, 5), 89161234567),
        (datetime(2027, 3, 3), time(9, 5), 89161234567.0),
        ("03.03.2027", "9:05", "8 (916) 123-45-67"),
        (datetime(2027, 3, 3, 9, 5), None, "+79161234567"),
    ],
)
async def test_cells_of_any_type_are_understood(path: Path, cells: tuple[Any, ...]) -> None:
    save(path, ("Записи клиники",), (), HEADERS, (*cells, "Черных Анна Петровна"))
    pull = await connector(path).upcoming(*EVER)
    assert pull.rejected == ()
    assert [(visit.starts_at, visit.phone) for visit in pull.appointments] == [(VISIT_AT, "+79161234567")]


async def test_bad_rows_have_the_numbers_of_the_sheet(path: Path) -> None:
    good = (date(2027, 3, 3), time(9, 5), "89161234567", "Ли Яна")
    save(path, HEADERS, good, (), (date(2027, 3, 3), None, "89161234567", "Ли"), (1.5, "x", 0, "Ли"))
    pull = await connector(path).upcoming(*EVER)
    assert len(pull.appointments) == 1
    assert [(row.row, row.column) for row in pull.rejected] == [(4, "Время"), (5, "Телефон")]


async def test_the_sheet_can_be_named(path: Path) -> None:
    save(path, HEADERS, ("03.03.2027", "9:05", "89161234567", "Ли Яна"), title="Завтра")
    assert len((await connector(path, sheet="Завтра").upcoming(*EVER)).appointments) == 1
    with pytest.raises(BadInput, match="нет листа «Вчера»"):
        await connector(path, sheet="Вчера").upcoming(*EVER)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not a workbook", "не книга Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "старого вида"),
        (b"PK\x03\x04 broken", "не книга Excel"),
        (b"", "не книга Excel"),
    ],
)
async def test_other_files_are_refused(path: Path, content: bytes, message: str) -> None:
    path.write_bytes(content)
    with pytest.raises(BadInput, match=message) as caught:
        await connector(path).upcoming(*EVER)
    assert caught.value.hint


async def test_results_go_into_a_workbook_of_their_own(path: Path, tmp_path: Path) -> None:
    save(path, ("№", *HEADERS), ("007", "03.03.2027", "9:05", "+79161234567", "Ли Яна"))
    before = path.read_bytes()
    crm = connector(path)
    result = VisitResult(
        "007", "r1", Outcome.WANTS_RESCHEDULE, NOW, 1, note="=1+1\x00", transcript="— Да.\n— Нет."
    )
    await crm.report(result)
    await crm.report(result)
    sheet = load_workbook(tmp_path / "appointments-results.xlsx").active
    assert sheet is not None
    headers, row = sheet.iter_rows(values_only=True)
    shown = dict(zip(headers, row, strict=True))
    assert (shown["Номер записи"], shown["Пациент"], shown["Телефон"]) == ("007", "Ли Яна", "+79161234567")
    assert (shown["Статус"], shown["Примечание"]) == ("Нужно перенести", "'=1+1")
    assert shown["Расшифровка"] == "— Да.\n— Нет."
    assert path.read_bytes() == before


@pytest.fixture
def whole(path: Path) -> bytes:
    """One workbook for all examples: the time that stands in it changes its length."""
    save(path, HEADERS, ("03.03.2027", "9:05", "89161234567", "Ли Яна"))
    return path.read_bytes()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_a_damaged_workbook_crashes_nothing(path: Path, whole: bytes, data: st.DataObject) -> None:
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        await connector(path).upcoming(*EVER)
    except BadInput as error:
        assert error.hint
