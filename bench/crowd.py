"""Simulated patients for measurements: as many as needed, all saying the same, in a process of their own.

`python -m bench.crowd --state FILE --people N` runs until SIGTERM.
"""

import argparse
import asyncio
import json
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from calls.clock import Clock
from demo.cast import MAN, WOMAN, talker
from demo.clock import ProcessClock
from demo.person import Person
from demo.town import Town
from demo.voices import render
from tts.speaking import Settings, SupervisedMouth

LINES = ("повторите, пожалуйста", "нет, не приду", "нет", "да, приду")
START_TIMEOUT_S = 60.0
POLL_S = 0.05


def phone_of(index: int) -> str:
    """The number of one of the crowd; nobody outside this machine has it."""
    return f"+7900001{index:04}"


def crowd(people: int) -> dict[str, Person]:
    """Patients who ask to repeat, say no, deny it when read back, and come after all: four turns a call."""
    return {phone_of(index): talker(MAN if index % 2 else WOMAN, *LINES) for index in range(people)}


@asynccontextmanager
async def running_crowd(folder: Path, people: int, clock: Clock) -> AsyncIterator["Crowd"]:
    """Start the crowd's process and end it with the block."""
    state = folder / "crowd.json"
    command = (sys.executable, "-m", "bench.crowd", "--state", str(state), "--people", str(people))
    process = await asyncio.create_subprocess_exec(*command, stdin=subprocess.DEVNULL)
    try:
        deadline_s = clock.monotonic() + START_TIMEOUT_S
        while not await asyncio.to_thread(state.exists):
            if process.returncode is not None or clock.monotonic() > deadline_s:
                raise RuntimeError("the simulated patients did not start")
            await clock.sleep(POLL_S)
        yield Crowd(state)
    finally:
        process.terminate()
        await process.wait()


class Crowd:
    """What the crowd's process has written down."""

    def __init__(self, state: Path) -> None:
        self._state = state

    def seen(self) -> dict[str, Any]:
        seen: dict[str, Any] = json.loads(self._state.read_text(encoding="utf-8"))
        return seen

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = str(self.seen()["sip_address"]).rpartition(":")
        return host, int(port)


async def _live(state: Path, people: int) -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    clock = ProcessClock()
    mouth = SupervisedMouth(Settings(cache_folder=state.parent / "crowd-speech"), clock)
    await mouth.start()
    members = crowd(people)
    wanted = {(person.voice, text) for person in members.values() for text in person.texts}
    lines = await render(wanted, mouth)
    await mouth.stop()
    async with Town(members, lines, clock, random.Random(1), state=state):
        await stopped.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--people", type=int, required=True)
    arguments = parser.parse_args()
    asyncio.run(_live(arguments.state, arguments.people))
