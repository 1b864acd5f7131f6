"""Some of the demonstration's patients in a process of their own, and a clinic that phones them for real."""

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from calls.machine import CallState
from demo import cast
from demo.town_process import TownProcess
from storage.store import Store

ZVONAR = (sys.executable, "-c", "from robot.cli import main; main()")
FAMILY, DOCTOR = "Канарейкин", "Щеглов"
HEADERS = "Номер записи;Дата;Время;Телефон;Пациент;Пол;Врач;Специальность"
TIMEOUT_S = 100.0
POLL_S = 0.1


def tomorrow() -> date:
    return datetime.now(UTC).date() + timedelta(days=1)  # noqa: TID251 - the real program runs on real time


def phone(number: int) -> str:
    """The phone of one of the demonstration's roles."""
    return f"+790000000{number:02}"


@dataclass(frozen=True, slots=True)
class Clinic:
    """A folder with the demonstration's configuration and appointments of our choice."""

    folder: Path
    town: TownProcess

    def open(self, phones: Mapping[str, str]) -> None:
        """Write the files; `phones` by the visit's reference."""
        self.folder.mkdir()
        host, _, port = self.town.sip_address.rpartition(":")
        yaml = cast.configuration_yaml(host, int(port)).replace("after: 5s", "after: 1s")
        (self.folder / "zvonar.yaml").write_text(yaml, encoding="utf-8")
        day = tomorrow().strftime("%d.%m.%Y")
        rows = [
            f"{reference};{day};23:{number:02};{number_called};{FAMILY} Кенар Кенарович;м;"
            f"{DOCTOR} Щегол Щеглович;терапевт"
            for number, (reference, number_called) in enumerate(phones.items())
        ]
        (self.folder / "appointments.csv").write_text("\n".join([HEADERS, *rows]) + "\n", encoding="utf-8")

    def start(self) -> "subprocess.Popen[str]":
        """`zvonar campaign run` in a session of its own, as a shell gives it."""
        date_of = tomorrow().isoformat()
        return subprocess.Popen(
            [*ZVONAR, "campaign", "run", "--config", str(self.folder), "--date", date_of],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "ZVONAR_LOG": "debug"},
        )

    def run(self) -> tuple[int, str, str]:
        """To the end: status, output, errors."""
        with self.start() as process:
            out, err = process.communicate(timeout=TIMEOUT_S)
        return process.returncode, out, err

    def stop_while_talking(self, stop: Callable[["subprocess.Popen[str]"], None]) -> tuple[int, str]:
        """Start, wait until a patient listens, stop it as the test says: status, and the attempt cut."""
        with self.start() as process:
            attempt = self._until_somebody_talks(process)
            stop(process)
            process.communicate(timeout=TIMEOUT_S)
        return process.returncode, attempt

    def _until_somebody_talks(self, process: "subprocess.Popen[str]") -> str:
        deadline = time.monotonic() + TIMEOUT_S  # noqa: TID251
        while time.monotonic() < deadline:  # noqa: TID251
            assert process.poll() is None, "the campaign ended before anybody talked"
            with Store.open(self.database, owner="test") as store:
                for campaign in store.campaigns():
                    for status in store.reminders(campaign.key):
                        for attempt in status.attempts:
                            if attempt.state is CallState.TALKING and attempt.outcome is None:
                                return attempt.key
            time.sleep(POLL_S)  # noqa: TID251
        raise AssertionError("nobody talks")

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder / 'zvonar.sqlite'}"

    def results(self) -> list[dict[str, str]]:
        """The rows of results.csv."""
        with (self.folder / "results.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))

    def calls(self, attempt: str) -> list[dict[str, Any]]:
        """What the patients saw of an attempt, once the call is over."""
        return [call for call in self.town.seen()["calls"] if call["attempt"] == attempt]

    def invites(self) -> dict[str, int]:
        """INVITEs by attempt of this clinic's patients."""
        with Store.open(self.database, owner="test") as store:
            known = {
                attempt.key
                for campaign in store.campaigns()
                for status in store.reminders(campaign.key)
                for attempt in status.attempts
            }
        return {attempt: count for attempt, count in self.town.seen()["attempts"].items() if attempt in known}


def interrupt(process: "subprocess.Popen[str]") -> None:
    """Ctrl-C reaches the whole foreground group."""
    os.killpg(process.pid, signal.SIGINT)


def kill(process: "subprocess.Popen[str]") -> None:
    """SIGKILL for the robot and all its children."""
    os.killpg(process.pid, signal.SIGKILL)
