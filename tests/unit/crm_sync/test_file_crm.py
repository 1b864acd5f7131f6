"""What the robot writes beside the clinic's file, and a file that changes under its hands."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from calls.clock import ManualClock
from calls.errors import BadInput
from calls.outcome import Outcome
from crm_sync.connectors.csv import Settings, build
from crm_sync.errors import CrmUnavailable
from crm_sync.port import VisitResult
from tests.unit.crm_sync.csv_files import GOOD, HEADER, NOW, ZONE, connector, pulled


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "appointments.csv"


async def test_results_are_readable_and_keep_what_people_added(path: Path, tmp_path: Path) -> None:
    [visit] = (await pulled(path, f"{HEADER}\n{GOOD}\n")).appointments
    crm = connector(path)
    before = path.read_bytes()
    result = VisitResult(visit.reference, "r1", Outcome.CONFIRMED, NOW, 2, note='=cmd|"/c calc"')
    await crm.report(result)
    results = tmp_path / "appointments-results.csv"
    text = results.read_bytes().decode("utf-8-sig")
    assert results.read_bytes().startswith(b"\xef\xbb\xbf")
    for shown in (
        "Черных Анна Петровна;89161234567;03.03.2027;9:05;Ким О. Ю.",
        "Подтверждено;Придёт;confirmed",
    ):
        assert shown in text
    assert "'=cmd" in text and "2027-03-02 11:00:00+05:00" in text
    lines = zip(text.split("\r\n"), (";Комментарий", ";позвонила сама", ""), strict=True)
    results.write_bytes("\r\n".join(line + ending for line, ending in lines).encode("cp1251"))
    await crm.report(VisitResult("other", "r2", Outcome.BUSY, NOW, 1))
    again = results.read_bytes().decode("utf-8-sig")
    assert "позвонила сама" in again and again.count("\r\n") == 3
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir() if file.name.endswith(".new")] == []


async def test_a_spoilt_results_file_is_left_alone(path: Path, tmp_path: Path) -> None:
    await pulled(path, f"{HEADER}\n{GOOD}\n")
    results = tmp_path / "elsewhere" / "results.csv"
    results.parent.mkdir()
    results.write_text("Заметки бухгалтера\n")
    crm = connector(path, results=results)
    with pytest.raises(CrmUnavailable, match="не такой, каким"):
        await crm.report(VisitResult("1", "r1", Outcome.CONFIRMED, NOW))
    assert results.read_text() == "Заметки бухгалтера\n"
    results.unlink()
    await crm.report(VisitResult("1", "r1", Outcome.CONFIRMED, NOW))
    assert "confirmed" in results.read_text()


async def test_results_survive_an_export_that_is_gone(path: Path, tmp_path: Path) -> None:
    await connector(path).report(VisitResult("1", "r1", Outcome.CONFIRMED, NOW))
    assert "confirmed" in (tmp_path / "appointments-results.csv").read_text()


async def test_a_file_that_is_being_written_cancels_nobody(path: Path) -> None:
    await pulled(path, f"№;{HEADER}\n7;{GOOD}\n8;{GOOD}\n")
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    clock = ManualClock(changed + timedelta(seconds=1))
    crm = build(Settings(path=path), ZONE, clock)
    assert await crm.reread("7") is not None
    path.write_text(f"№;{HEADER}\n")
    os.utime(path, (changed.timestamp(), changed.timestamp()))
    with pytest.raises(CrmUnavailable, match="не дописан"):
        await crm.reread("7")
    clock.move(60)
    assert await crm.reread("7") is None
    path.unlink()
    with pytest.raises(CrmUnavailable, match="нет"):
        await crm.reread("7")


async def test_the_check_finds_what_will_not_work_tomorrow(path: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="нет"):
        await connector(path).check()
    await pulled(path, f"{HEADER}\n{GOOD}\n")
    await connector(path).check()
    with pytest.raises(BadInput, match="писать нельзя"):
        await connector(path, results=Path("/proc/zvonar/results.csv")).check()
    with pytest.raises(BadInput, match="нет"):
        await connector(path, slots=tmp_path / "slots.csv").check()
    (tmp_path / "appointments-results.csv").write_text("Чужая таблица\n")
    with pytest.raises(BadInput, match="не такой, каким"):
        await connector(path).check()


async def test_a_folder_that_cannot_be_written_is_a_passing_trouble(path: Path) -> None:
    crm = connector(path, results=Path("/proc/zvonar/results.csv"))
    with pytest.raises(CrmUnavailable, match="писать нельзя"):
        await crm.report(VisitResult("1", "r1", Outcome.CONFIRMED, NOW))


async def test_a_booking_gives_way_when_the_clinic_moves_the_visit(path: Path, tmp_path: Path) -> None:
    slots = tmp_path / "slots.csv"
    slots.write_text("Номер;Начало;Врач\ns1;03.03.2027 15:00;Ким О. Ю.\n;03.03.2027 16:00;\ns3;никогда;\n")
    options: dict[str, Any] = {"slots": slots}
    rows = f"№;{HEADER}\n7;{GOOD}\n"
    with pytest.raises(BadInput, match=r"slots\.csv: нет столбца для reference"):
        await pulled(path, rows, **options)
    slots.write_text(slots.read_text().replace("Номер", "№"))
    pull = await pulled(path, rows, **options)
    assert [(row.source, row.row) for row in pull.rejected] == [("slots.csv", 3), ("slots.csv", 4)]
    crm = connector(path, **options)
    assert (await crm.book("7", "s1")).starts_at == datetime(2027, 3, 3, 10, 0, tzinfo=UTC)
    path.write_text(rows.replace("9:05", "12:00"))
    visit = await crm.reread("7")
    assert visit is not None and visit.starts_at == datetime(2027, 3, 3, 7, 0, tzinfo=UTC)
