"""Starting the town in a process of its own, finding one that still lives, and reading what it saw."""

import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calls.clock import Clock
from calls.errors import ZvonarError

POLL_S = 0.05


class TownNotStarted(ZvonarError):
    """The simulated patients could not be started."""


@dataclass(frozen=True, slots=True)
class TownOptions:
    """Where the town keeps its things; everything below `folder` unless it is absolute."""

    folder: Path
    listen: str = "127.0.0.1:0"
    engine: str = "rhvoice"
    start_timeout_s: float = 90.0

    @property
    def state(self) -> Path:
        return self.folder / "town.json"

    @property
    def log(self) -> Path:
        return self.folder / "town.log"

    @property
    def recordings(self) -> Path:
        return self.folder / "recordings"

    @property
    def command(self) -> list[str]:
        speech = self.folder / "speech"
        options = {"--listen": self.listen, "--engine": self.engine, "--state": self.state}
        options |= {"--recordings": self.recordings, "--speech": speech}
        pairs = (part for option, value in options.items() for part in (option, str(value)))
        return [sys.executable, "-m", "demo", *pairs]


class TownProcess:
    """A town that outlives whoever started it, until `stop`."""

    def __init__(self, options: TownOptions, clock: Clock) -> None:
        self._options, self._clock = options, clock
        self.pid = 0

    async def start(self) -> None:
        """Take over the town that still lives in this folder, or start one; raises TownNotStarted."""
        self._options.folder.mkdir(parents=True, exist_ok=True)
        if self.adopt():
            return
        self.pid = self._spawn()
        await self._ready()

    def _spawn(self) -> int:
        """In a session of its own: Ctrl-C in the terminal is the robot's, the patients stay."""
        command, log = self._options.command, str(self._options.log)
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ]
        return os.posix_spawn(command[0], command, os.environ, file_actions=actions, setsid=True)

    def adopt(self) -> bool:
        """Take over the town that still lives in this folder; False when there is none."""
        if not self._options.state.exists() or not _is_town(self.seen()["process"]):
            return False
        self.pid = int(self.seen()["process"])
        return True

    async def _ready(self) -> None:
        deadline = self._clock.monotonic() + self._options.start_timeout_s
        while not (self._options.state.exists() and self.seen()["process"] == self.pid):
            if _buried(self.pid) or self._clock.monotonic() > deadline:
                await self._end(signal.SIGKILL)
                raise TownNotStarted(hint=f"Its own words are in {self._options.log}")
            await self._clock.sleep(POLL_S)

    def seen(self) -> dict[str, Any]:
        """What has happened so far; the keys are those of `Town.as_json`."""
        found: dict[str, Any] = json.loads(self._options.state.read_text(encoding="utf-8"))
        return found

    @property
    def sip_address(self) -> str:
        """`host:port` of the patients."""
        return str(self.seen()["sip_address"])

    def invites(self, attempt: str) -> int:
        """How often the attempt made a phone ring, all towns of this folder together."""
        return int(self.seen()["attempts"].get(attempt, 0))

    async def stop(self) -> None:
        """End the town politely; it writes its last words into its state file."""
        await self._end(signal.SIGTERM)

    async def _end(self, by: signal.Signals) -> None:
        if _is_town(self.pid):
            os.kill(self.pid, by)
        while _is_town(self.pid):
            await self._clock.sleep(POLL_S)
        _buried(self.pid)


def _buried(pid: int) -> bool:
    """Collect the child if it has ended; a town that another process started is none of our children."""
    try:
        return bool(pid) and os.waitpid(pid, os.WNOHANG) != (0, 0)
    except ChildProcessError:
        return False


def _is_town(pid: int) -> bool:
    """Whether the process is a town, and no zombie or stranger that was given its number."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return command[1:3] == [b"-m", b"demo"]
