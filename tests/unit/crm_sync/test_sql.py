"""Databases of other shapes, and what people are told when the shape is wrong."""

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from calls.clock import ManualClock
from calls.errors import BadInput
from calls.outcome import Outcome
from crm_sync.connectors.sql import Settings, build
from crm_sync.errors import CrmRefused, CrmUnavailable, NotSupported
from crm_sync.port import CrmConnector, VisitResult

ZONE = ZoneInfo("Europe/Moscow")
NOW = datetime(2027, 3, 2, 6, 0, tzinfo=UTC)
DAY = (datetime(2027, 3, 2, 21, 0, tzinfo=UTC), datetime(2027, 3, 3, 21, 0, tzinfo=UTC))
RESULTS: Mapping[str, Any] = {"table": "visits", "mode": "update", "columns": {"appointment": "id"}}
SCHEMA = """
    CREATE TABLE visits (
        id TEXT PRIMARY KEY, surname TEXT, first_name TEXT, phone TEXT, date TEXT, time TEXT,
        outcome TEXT, finished_at TEXT, attempts INTEGER
    );
    INSERT INTO visits (id, surname, first_name, phone, date, time) VALUES
        ('a', 'Ли', 'Яна', '8 916 123-45-67', '03.03.2027', '9:05'),
        ('b', 'Юн', 'Ян', 'нет телефона', '03.03.2027', '10:00'),
        ('c', 'Ким', 'Ян', '8 916 123-45-68', '04.03.2027', '10:00');
    CREATE TABLE log (appointment TEXT PRIMARY KEY, outcome INTEGER);
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    path = tmp_path / "clinic.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA)
    connection.close()
    return f"sqlite:///{path}"


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    found = connection.execute(query).fetchall()
    connection.close()
    return found


def connector(url: str, **options: Any) -> CrmConnector:
    settings = Settings.model_validate({"url": url, "table": "visits", "results": RESULTS, **options})
    return build(settings, ZONE, ManualClock(NOW))


async def test_dates_kept_as_texts_and_names_in_parts(url: str) -> None:
    pull = await connector(url).upcoming(*DAY)
    [visit] = pull.appointments
    assert (visit.reference, visit.patient.name) == ("a", "Ли Яна")
    assert visit.starts_at == datetime(2027, 3, 3, 6, 5, tzinfo=UTC)
    assert [(row.reference, row.column, row.source) for row in pull.rejected] == [("b", "phone", "visits")]


async def test_a_query_in_place_of_a_table(url: str) -> None:
    query = """
        SELECT id AS reference, surname || ' ' || first_name AS name, phone, date, time
        FROM visits WHERE :start < :end AND phone LIKE '8%'
    """
    crm = connector(url, table="", query=query)
    assert [visit.reference for visit in (await crm.upcoming(*DAY)).appointments] == ["a"]
    visit = await crm.reread("c")
    assert visit is not None and visit.patient.name == "Ким Ян"
    assert await crm.reread("b") is None


async def test_the_visits_own_row_takes_the_result(url: str) -> None:
    crm = connector(url)
    result = VisitResult("a", "r1", Outcome.CONFIRMED, NOW, 2)
    await crm.report(result)
    assert rows(url, "SELECT outcome, finished_at, attempts FROM visits WHERE id = 'a'") == [
        ("confirmed", "2027-03-02T06:00:00+00:00", 2)
    ]
    with pytest.raises(CrmRefused, match="нет такой записи"):
        await crm.report(VisitResult("zz", "r1", Outcome.CONFIRMED, NOW))


async def test_a_clinic_may_have_codes_of_its_own(url: str) -> None:
    crm = connector(url, results={"table": "log", "outcomes": {"confirmed": "7"}})
    await crm.report(VisitResult("a", "r1", Outcome.CONFIRMED, NOW))
    assert rows(url, "SELECT * FROM log") == [("a", 7)]
    with pytest.raises(CrmRefused, match="не подходит") as caught:
        await crm.report(VisitResult("a", "r1", Outcome.BUSY, NOW))
    assert not caught.value.may_retry


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"table": "vizits"}, "нет таблицы «vizits»"),
        ({"columns": {"phone": "fone"}}, "нет столбца «fone»"),
        ({"table": "", "query": "SELECT * FROM nowhere"}, "нет таблицы или столбца"),
        ({"table": "", "query": "SELECT phone FROM visits"}, "нет столбца для reference и date"),
        ({"table": "log", "columns": {}}, "нет столбца для phone и date"),
    ],
)
async def test_a_wrong_shape_is_explained(url: str, options: dict[str, Any], message: str) -> None:
    crm = connector(url, **options)
    with pytest.raises(BadInput, match=message) as caught:
        await crm.upcoming(*DAY)
    assert caught.value.hint
    with pytest.raises(BadInput, match=message):
        await crm.check()
    with pytest.raises(CrmUnavailable, match=message):
        await crm.reread("a")


@pytest.mark.parametrize(
    ("results", "message"),
    [
        ({"table": "nowhere"}, "нет таблицы «nowhere»"),
        ({"table": "log", "columns": {"note": "nota"}}, "нет столбца «nota»"),
        ({"table": "visits"}, "нет столбца для номера записи"),
    ],
)
async def test_a_wrong_table_of_results_is_explained(url: str, results: dict[str, Any], message: str) -> None:
    crm = connector(url, results=results)
    with pytest.raises(BadInput, match=message):
        await crm.check()
    with pytest.raises(CrmUnavailable, match=message):
        await crm.report(VisitResult("a", "r1", Outcome.CONFIRMED, NOW))


async def test_a_locked_database_is_a_passing_trouble(url: str) -> None:
    blocker = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    with pytest.raises(CrmUnavailable):
        await connector(url + "?timeout=0.01").upcoming(*DAY)
    blocker.close()


@pytest.mark.parametrize("url", ["sqlite:////no/such/file.sqlite", "no url", "xyz://host/name"])
def test_a_wrong_url_is_explained(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        connector(url)
    assert caught.value.hint


async def test_an_absent_server_is_a_passing_trouble() -> None:
    crm = connector("postgresql+psycopg://robot:secret@127.0.0.1:9/clinic?connect_timeout=1")
    with pytest.raises(CrmUnavailable) as caught:
        await crm.upcoming(*DAY)
    assert "secret" not in str(caught.value) + caught.value.hint


async def test_without_free_times_there_is_no_booking(url: str) -> None:
    crm = connector(url)
    assert not crm.capabilities.book
    with pytest.raises(NotSupported):
        await crm.free_slots(*DAY)
    with pytest.raises(NotSupported):
        await crm.book("a", "s1")


@pytest.mark.parametrize(
    "options",
    [
        {"query": "SELECT 1"},
        {"table": ""},
        {"table": "", "query": "SELECT 1", "slots": {"table": "s"}},
        {"results": {"table": "x", "mode": "guess"}},
    ],
)
def test_wrong_settings_are_refused(url: str, options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        connector(url, **options)
