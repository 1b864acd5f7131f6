"""Several processes write to one clinic's files: no result is lost, no time is booked twice."""

import asyncio
import csv
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from zoneinfo import ZoneInfo

from calls.clock import ManualClock
from calls.outcome import Outcome
from crm_sync.connectors.csv import Settings, build
from crm_sync.errors import SlotTaken
from crm_sync.port import CrmConnector, VisitResult

NOW = datetime(2027, 3, 2, 6, 0, tzinfo=UTC)
SPAWN = multiprocessing.get_context("spawn")
WRITERS = 3
EACH = 10
SLOTS = 12


def connector(folder: Path) -> CrmConnector:
    settings = Settings(path=folder / "appointments.csv", slots=folder / "slots.csv")
    return build(settings, ZoneInfo("Europe/Moscow"), ManualClock(NOW))


def result(reference: str) -> VisitResult:
    return VisitResult(reference, f"r{reference}", Outcome.CONFIRMED, NOW, 1)


def report_many(folder: Path, writer: int) -> None:
    async def run() -> None:
        crm = connector(folder)
        for number in range(EACH):
            await crm.report(result(f"{writer}-{number}"))

    asyncio.run(run())


def book_all(folder: Path, visit: int) -> list[str]:
    """Try every slot in turn and keep the one that was won first."""

    async def run() -> list[str]:
        crm = connector(folder)
        for number in range(SLOTS):
            try:
                await crm.book(str(visit), f"s{number}")
            except SlotTaken:
                continue
            return [f"s{number}"]
        return []

    return asyncio.run(run())


def report_until_killed(folder: Path, done: Connection) -> None:
    async def run() -> None:
        crm, number = connector(folder), 0
        while True:
            await crm.report(result(str(number)))
            done.send(number)
            number += 1

    asyncio.run(run())


def reported(folder: Path) -> set[str]:
    with (folder / "appointments-results.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    found = {row["Номер записи"] for row in rows}
    assert len(found) == len(rows)
    return found


def prepare(folder: Path) -> None:
    visits = "".join(f"{number};03.03.2027 9:05;8916123456{number}\n" for number in range(WRITERS))
    (folder / "appointments.csv").write_text(f"№;Начало;Телефон\n{visits}")
    slots = "".join(f"s{number};03.03.2027 15:00\n" for number in range(SLOTS))
    (folder / "slots.csv").write_text(f"№;Начало\n{slots}")


def test_results_of_all_processes_are_there(tmp_path: Path) -> None:
    prepare(tmp_path)
    with ProcessPoolExecutor(WRITERS, mp_context=SPAWN) as pool:
        list(pool.map(report_many, [tmp_path] * WRITERS, range(WRITERS)))
    assert reported(tmp_path) == {f"{writer}-{number}" for writer in range(WRITERS) for number in range(EACH)}


def test_no_time_is_booked_by_two_processes(tmp_path: Path) -> None:
    prepare(tmp_path)
    with ProcessPoolExecutor(WRITERS, mp_context=SPAWN) as pool:
        won = [slot for slots in pool.map(book_all, [tmp_path] * WRITERS, range(WRITERS)) for slot in slots]
    assert sorted(won) == [f"s{number}" for number in range(WRITERS)]


def test_a_kill_leaves_a_whole_file_and_every_confirmed_result(tmp_path: Path) -> None:
    prepare(tmp_path)
    ours, theirs = SPAWN.Pipe(duplex=False)
    victim = SPAWN.Process(target=report_until_killed, args=(tmp_path, theirs))
    victim.start()
    theirs.close()
    confirmed = {str(ours.recv()) for _ in range(15)}
    assert victim.pid is not None
    os.kill(victim.pid, signal.SIGKILL)
    victim.join()
    try:
        while True:
            confirmed.add(str(ours.recv()))
    except EOFError:
        ours.close()
    assert reported(tmp_path) >= confirmed
    asyncio.run(connector(tmp_path).report(result("after")))
    assert "after" in reported(tmp_path)
