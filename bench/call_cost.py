"""What a call costs: CPU seconds per minute of call, by part, and the memory of the whole program.

    python -m bench.call_cost [--at-once 4 40]

Every call is real (SIP, RTP, speech both ways, four turns); the simulated patients run in a process of their
own and are not counted.
"""

import argparse
import asyncio
from collections import defaultdict
from dataclasses import dataclass

import psutil
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.calls import Bench, open_bench
from calls.clock import Clock
from robot.logs import configure_logs

AT_ONCE = (4, 40)
SAMPLE_S = 0.5
PARTS = {"dialer.backends": "line", "asr.worker": "ears", "tts.worker": "mouth"}
REST = "rest"
SHOWN = ("line", "ears", "mouth", REST)
GOALS_MB = {4: 500, 40: 1200}


@dataclass(slots=True)
class Cost:
    """CPU seconds by part, minutes of call, the largest memory seen."""

    cpu_s: dict[str, float]
    call_minutes: float
    wall_s: float
    memory_mb: float
    outcomes: int


def parts_of_program() -> dict[int, tuple[str, psutil.Process]]:
    """This process and its children by process number, without the simulated patients."""
    me = psutil.Process()
    found = {me.pid: (REST, me)}
    for child in me.children(recursive=True):
        line = " ".join(child.cmdline())
        if "bench.crowd" in line or any("bench.crowd" in " ".join(p.cmdline()) for p in child.parents()[:1]):
            continue
        part = next((name for module, name in PARTS.items() if module in line), REST)
        found[child.pid] = (part, child)
    return found


def cpu_by_part() -> dict[str, float]:
    """User and system seconds used so far."""
    used: dict[str, float] = defaultdict(float)
    for part, process in parts_of_program().values():
        times = process.cpu_times()
        used[part] += times.user + times.system
    return used


def memory_mb() -> float:
    """Proportional set size of all processes: shared pages are counted once."""
    return sum(process.memory_full_info().pss for _, process in parts_of_program().values()) / 2**20


async def watch_memory(clock: Clock, peak: list[float]) -> None:
    """Keep the largest figure until cancelled."""
    while True:
        peak[0] = max(peak[0], await asyncio.to_thread(memory_mb))
        await clock.sleep(SAMPLE_S)


async def measure(at_once: int, progress: Progress) -> Cost:
    """All calls begin together; the cost counts from the first INVITE to the last BYE."""
    task = progress.add_task(f"{at_once} calls at once", total=at_once)
    async with open_bench(at_once, at_once) as bench:
        await _warm(bench)
        peak, clock = [0.0], bench.office.clock
        watching = asyncio.get_running_loop().create_task(watch_memory(clock, peak))
        before, began_s = cpu_by_part(), clock.monotonic()
        results = await bench.call_all(at_once, at_once, lambda: progress.advance(task))
        after, ended_s = cpu_by_part(), clock.monotonic()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    talked_s = sum((r.ended_at - r.answered_at).total_seconds() for r in results if r.answered_at)
    used = {part: after[part] - before.get(part, 0.0) for part in after}
    confirmed = sum(result.outcome == "confirmed" for result in results)
    return Cost(used, talked_s / 60, ended_s - began_s, peak[0], confirmed)


async def _warm(bench: Bench) -> None:
    """The first call loads what is loaded lazily; its cost is the program's, not the call's."""
    await bench.call(0)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--at-once", type=int, nargs="+", default=list(AT_ONCE))
    arguments = parser.parse_args()
    configure_logs()
    table = Table(title="CPU seconds per minute of call")
    for heading in ("at once", *SHOWN, "all", "cores busy", "memory MB", "as played"):
        table.add_column(heading)
    with Progress(transient=True) as progress:
        for at_once in arguments.at_once:
            cost = asyncio.run(measure(at_once, progress))
            shares = [cost.cpu_s.get(part, 0.0) / cost.call_minutes for part in SHOWN]
            busy = sum(cost.cpu_s.values()) / cost.wall_s
            goal = f" (goal {GOALS_MB[at_once]})" if at_once in GOALS_MB else ""
            table.add_row(
                str(at_once),
                *(f"{share:.2f}" for share in shares),
                f"{sum(shares):.2f}",
                f"{busy:.2f}",
                f"{cost.memory_mb:.0f}{goal}",
                f"{cost.outcomes}/{at_once}",
            )
    console = Console()
    console.print(table)
    console.print("rest: sessions, dialogues, understanding, storage; no part is left out.")


if __name__ == "__main__":
    main()
