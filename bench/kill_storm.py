"""Kills the whole robot at random moments of the demonstration; nobody may be rung twice for one attempt.

`python -m bench.kill_storm --kills 10 --seed 1`: the simulated patients live in a process of their own and
count INVITEs; after each SIGKILL the demonstration is started again and goes on where it stopped; at last it
is left to end.
"""

import argparse
import asyncio
import csv
import json
import os
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from calls.clock import Clock
from demo import cast
from demo.town_process import TownOptions, TownProcess
from robot.wiring import SystemClock
from storage.records import ReminderStatus
from storage.store import Store

ZVONAR = (sys.executable, "-c", "from robot.cli import main; main()")
TOWN_TIMEOUT_S = 120.0
FIRST_CALL_TIMEOUT_S = 60.0
POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Storm:
    """One campaign to kill: how it is started, where it keeps its things, and what it is about.

    Some kills come within `starting_s` of the start, the others within `calling_s` of the first new INVITE.
    """

    arguments: Sequence[str]
    folder: Path
    town_state: Path
    references: frozenset[str]
    kills: int
    starting_s: float = 5.0
    calling_s: float = 12.0
    starting_share: float = 0.25
    finish_within_s: float = 300.0


@dataclass(slots=True)
class Verdict:
    """What the storm came to."""

    kills: list[float] = field(default_factory=list)
    calls_cut: int = 0
    rows: list[tuple[str, str, bool]] = field(default_factory=list)

    def check(self, promise: str, found: str, kept: bool) -> None:
        self.rows.append((promise, found, kept))

    @property
    def kept(self) -> bool:
        return all(kept for _, _, kept in self.rows)


async def rage(storm: Storm, rng: random.Random, clock: Clock) -> Verdict:
    """Start, kill, start again; then let the campaign end and judge it."""
    verdict = Verdict()
    for _ in range(storm.kills):
        process = await _start(storm)
        began_s = clock.monotonic()
        await _until_town_stands(storm, process, clock)
        if rng.random() < storm.starting_share:
            pause_s = rng.uniform(0.0, storm.starting_s)
        else:
            await _until_a_phone_rings(storm, process, clock)
            pause_s = rng.uniform(0.0, storm.calling_s)
        ended = await _ended_within(process, pause_s, clock)
        if ended:
            break
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        verdict.kills.append(clock.monotonic() - began_s)
    else:
        process = await _start(storm)
        ended = await _ended_within(process, storm.finish_within_s, clock)
    if not ended:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    verdict.check("the campaign ends", f"exit status {process.returncode}", process.returncode in (0, 1))
    judge(storm, verdict)
    return verdict


def judge(storm: Storm, verdict: Verdict) -> None:
    """The town's count, the database and the CRM's file against each other."""
    town = json.loads(storm.town_state.read_text(encoding="utf-8"))
    rang: dict[str, int] = town["attempts"]
    twice = [attempt for attempt, times in rang.items() if times != 1]
    verdict.check("one INVITE for each attempt", f"{len(rang)} attempts, {len(twice)} doubles", not twice)
    with Store.open(f"sqlite:///{storm.folder / 'zvonar.sqlite'}", owner="kill-storm") as store:
        statuses = [each for campaign in store.campaigns() for each in store.reminders(campaign.key)]
        _judge_store(statuses, set(rang), verdict)
    _judge_results(storm, statuses, verdict)


def _judge_store(statuses: Sequence[ReminderStatus], rang: set[str], verdict: Verdict) -> None:
    attempts = {attempt.key: attempt for status in statuses for attempt in status.attempts}
    unknown = rang - attempts.keys()
    verdict.check("every INVITE was fenced", f"{len(unknown)} without a row", not unknown)
    unended = [key for key, attempt in attempts.items() if attempt.outcome is None]
    verdict.check("every attempt ended", f"{len(attempts)} attempts, {len(unended)} open", not unended)
    verdict.calls_cut = sum(attempt.outcome == "interrupted" for attempt in attempts.values())
    open_ended = [status for status in statuses if status.outcome is None]
    verdict.check("every reminder ended", f"{len(statuses)}, {len(open_ended)} open", not open_ended)
    undelivered = [status for status in statuses if status.reported_at is None]
    verdict.check("every result delivered", f"{len(undelivered)} undelivered", not undelivered)


def _judge_results(storm: Storm, statuses: Sequence[ReminderStatus], verdict: Verdict) -> None:
    rows = _read_results(storm.folder / "results.csv")
    counts = Counter(row["Номер записи"] for row in rows)
    missing = storm.references - counts.keys()
    verdict.check("every appointment has its result", f"{len(missing)} missing", not missing)
    doubled = [reference for reference, count in counts.items() if count != 1]
    verdict.check("each result once", f"{len(rows)} rows, {len(doubled)} doubled", not doubled)
    written = {row["Номер записи"]: row["Код итога"] for row in rows}
    different = [
        visit.reference
        for status in statuses
        for visit in status.reminder.appointments
        if status.outcome and written.get(visit.reference) != status.outcome.value
    ]
    verdict.check("the CRM says what the database says", f"{len(different)} differ", not different)


def _read_results(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


async def _start(storm: Storm) -> asyncio.subprocess.Process:
    """In a session of its own, so that one signal reaches the robot and all its children, not the town."""
    with (storm.folder.parent / f"{storm.folder.name}.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *ZVONAR,
            *storm.arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


async def _until_town_stands(storm: Storm, process: asyncio.subprocess.Process, clock: Clock) -> None:
    deadline = clock.monotonic() + TOWN_TIMEOUT_S
    while not storm.town_state.exists() and process.returncode is None:
        if clock.monotonic() > deadline:
            raise TimeoutError("the simulated patients did not come up")
        await clock.sleep(POLL_S)


async def _until_a_phone_rings(storm: Storm, process: asyncio.subprocess.Process, clock: Clock) -> None:
    before = _invites(storm)
    deadline = clock.monotonic() + FIRST_CALL_TIMEOUT_S
    while _invites(storm) == before and process.returncode is None and clock.monotonic() < deadline:
        await clock.sleep(POLL_S)


def _invites(storm: Storm) -> int:
    return len(json.loads(storm.town_state.read_text(encoding="utf-8"))["attempts"])


async def _ended_within(process: asyncio.subprocess.Process, seconds: float, clock: Clock) -> bool:
    deadline = clock.monotonic() + seconds
    while process.returncode is None and clock.monotonic() < deadline:
        await clock.sleep(POLL_S)
    return process.returncode is not None


def table_of(verdict: Verdict) -> Table:
    """The promises, what was found, and whether they were kept."""
    moments = ", ".join(f"{moment_s:.1f}" for moment_s in verdict.kills)
    table = Table(
        title=f"SIGKILL {len(verdict.kills)} times, after {moments} s; calls cut: {verdict.calls_cut}"
    )
    for heading in ("promise", "found", ""):
        table.add_column(heading)
    for promise, found, kept in verdict.rows:
        table.add_row(promise, found, "kept" if kept else "BROKEN", style="" if kept else "bold red")
    return table


def _demo_storm(folder: Path, kills: int) -> Storm:
    arguments = ("demo", "--folder", str(folder))
    state = folder / "town" / "town.json"
    return Storm(arguments, folder, state, frozenset(cast.roles_by_appointment()), kills)


async def _send_home(storm: Storm) -> None:
    """The town outlives robots on purpose; when a storm fails half way, nobody else would end it."""
    town = TownProcess(TownOptions(storm.town_state.parent), SystemClock())
    if town.adopt():
        await town.stop()


def main() -> int:
    """Run the storm over the demonstration; 1 when a promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.kill_storm", description=__doc__)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the database, logs and recordings")
    arguments = parser.parse_args()
    base = Path(tempfile.mkdtemp(prefix="zvonar-kill-storm-"))
    storm = _demo_storm(base / "demo", arguments.kills)
    try:
        verdict = asyncio.run(rage(storm, random.Random(arguments.seed), SystemClock()))
    finally:
        asyncio.run(_send_home(storm))
    console = Console()
    console.print(table_of(verdict))
    if verdict.kept and not arguments.keep:
        shutil.rmtree(base)
        return 0
    console.print(f"Everything is kept in {base}", soft_wrap=True)
    return 0 if verdict.kept else 1


if __name__ == "__main__":
    sys.exit(main())
