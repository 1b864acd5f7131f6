"""`python -m demo`: the town of the demonstration in a process of its own, so that it outlives the robot.

Runs until SIGTERM or SIGINT, or until nobody has called for a long time.
"""

import argparse
import asyncio
import random
import signal
from pathlib import Path

from demo import cast, tour
from demo.clock import ProcessClock
from demo.person import Person, lines_of
from demo.town import Town
from demo.voices import Lines, render
from tts.speaking import Settings, SupervisedMouth

IDLE_CHECK_S = 5.0


def everybody() -> dict[str, Person]:
    """Who lives in the town: the campaign's patients and those of the tour."""
    return cast.people() | tour.people()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--listen", default="127.0.0.1:0", help="HOST:PORT for SIP; port 0: any free one")
    parser.add_argument("--state", type=Path, required=True, help="JSON file with everything that happens")
    parser.add_argument("--recordings", type=Path, help="folder for stereo WAVs of the patients' ends")
    parser.add_argument("--speech", type=Path, default=Path("var/patients"), help="cache of spoken lines")
    parser.add_argument("--engine", default="rhvoice", help="voice engine: rhvoice, espeak_ng or fake")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers in SIP and RTP")
    parser.add_argument("--idle-limit-s", type=float, default=1800.0, help="end after so long without calls")
    return parser.parse_args()


async def _rendered(arguments: argparse.Namespace, clock: ProcessClock) -> Lines:
    fallback = None if arguments.engine == "fake" else "espeak_ng"
    settings = Settings(kind=arguments.engine, fallback=fallback, cache_folder=arguments.speech)
    mouth = SupervisedMouth(settings, clock)
    await mouth.start()
    try:
        return await render(lines_of(everybody().values()), mouth)
    finally:
        await mouth.stop()


async def _live(arguments: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    clock = ProcessClock()
    lines = await _rendered(arguments, clock)
    host, _, port = arguments.listen.rpartition(":")
    town = Town(
        everybody(),
        lines,
        clock,
        random.Random(arguments.seed),
        host=host,
        port=int(port),
        recordings=arguments.recordings,
        state=arguments.state,
    )
    async with town:
        await _until_stopped_or_idle(town, clock, stopped, arguments.idle_limit_s)


async def _until_stopped_or_idle(
    town: Town, clock: ProcessClock, stopped: asyncio.Event, limit_s: float
) -> None:
    busy_s = clock.monotonic()
    while not stopped.is_set():
        if town.active_calls:
            busy_s = clock.monotonic()
        if clock.monotonic() - busy_s > limit_s:
            return
        try:
            await asyncio.wait_for(stopped.wait(), IDLE_CHECK_S)
        except TimeoutError:
            continue


def main() -> None:
    """Start the town."""
    asyncio.run(_live(_arguments()))


if __name__ == "__main__":
    main()
