"""How fast the robot answers: from the end of the patient's speech to the first audible sample of the reply.

Measured on the patient's side of real calls, over SIP and RTP on this machine:

    python -m bench.answer_delay [--calls 26] [--at-once 1 4]

Beside it: what the published figures of others are, and what the robot itself believes.
"""

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.calls import open_bench
from calls.reminder import AnswerDelay
from robot.logs import configure_logs
from robot.summary import DELAY_PARTS, answer_delays, median_delay, percentile

CALLS = 26
AT_ONCE = (1, 4)
HUMAN_S, SLOW_S = 0.2, 0.8
VENDORS = "1.1–1.9"


PARTS = tuple(DELAY_PARTS)


async def measure(calls: int, at_once: int, progress: Progress) -> tuple[list[float], list[AnswerDelay]]:
    """Delays, ascending: seconds at the patient's end, and as the robot itself noted and split them."""
    task = progress.add_task(f"{calls} calls, {at_once} at once", total=calls)
    async with open_bench(at_once, calls) as bench:
        results = await bench.call_all(calls, at_once, lambda: progress.advance(task))
        seen = bench.crowd.seen()
    theirs = sorted(delay for call in seen["calls"] for delay in call["answer_delays_s"])
    return theirs, answer_delays(results)


def row(delays_s: Sequence[float]) -> list[str]:
    """p50, p95 and the largest, with the count."""
    if not delays_s:
        return ["–", "–", "–", "0"]
    figures = (percentile(delays_s, 0.5), percentile(delays_s, 0.95), delays_s[-1])
    return [*(f"{figure:.2f}" for figure in figures), str(len(delays_s))]


def medians(delays: Sequence[AnswerDelay]) -> list[str]:
    """The p50 of each part."""
    if not delays:
        return ["–"] * len(PARTS)
    middle = median_delay(delays)
    return [f"{getattr(middle, part):.3f}" for part in PARTS]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--calls", type=int, default=CALLS, help="calls per row, four turns each")
    parser.add_argument("--at-once", type=int, nargs="+", default=list(AT_ONCE))
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    arguments = parser.parse_args()
    configure_logs()
    table = Table(title="Answer delay, seconds after the end of the patient's speech")
    for heading in ("calls at once", "measured", "p50", "p95", "longest", "turns"):
        table.add_column(heading)
    split = Table(title="What the robot's own delay was spent on, p50 of each part, seconds")
    for heading in ("calls at once", *(part.removesuffix("_s") for part in PARTS)):
        split.add_column(heading)
    figures = {}
    with Progress(transient=True) as progress:
        for at_once in arguments.at_once:
            theirs, ours = asyncio.run(measure(max(arguments.calls, at_once), at_once, progress))
            table.add_row(str(at_once), "at the patient's end", *row(theirs))
            table.add_row("", "by the robot's own clock", *row([delay.total_s for delay in ours]))
            split.add_row(str(at_once), *medians(ours))
            figures[at_once] = {"at_the_patient": theirs, "split": [asdict(delay) for delay in ours]}
    console = Console()
    console.print(table, split)
    console.print(f"To compare: people {HUMAN_S} s, slow from {SLOW_S} s, vendors publish {VENDORS} s.")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
