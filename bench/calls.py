"""Real calls for measurements: the whole program without a campaign, so many lines, so many calls."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.crowd import Crowd, phone_of, running_crowd
from calls.reminder import AttemptResult, Reminder, attempt_key
from robot.configuration_file import load
from robot.sample import sample_reminder
from robot.telephone import Telephone
from robot.wiring import Office, SystemClock, open_office, open_telephone
from storage.records import Campaign

CONFIGURATION = """
clinic: {{name: Ромашка}}
crm: {{kind: csv, path: appointments.csv, results: results.csv}}
line:
  kind: pjsua2
  lines: {lines}
  trunk: {{host: {host}, port: {port}}}
  local: {{bind_address: 127.0.0.1}}
voices: {{ru: {{name: Elena}}}}
calling:
  windows: ["00:00-24:00"]
  weekdays: [mon, tue, wed, thu, fri, sat, sun]
  holidays: ""
  lead_time: 0s
"""
BETWEEN_CALLS_S = 0.4
CSV = "Номер записи;Дата;Время;Телефон;Пациент\n"


@dataclass(frozen=True, slots=True)
class Bench:
    """The program under measurement and its simulated patients."""

    office: Office
    telephone: Telephone
    crowd: Crowd

    async def call(self, index: int) -> AttemptResult:
        """One call to one of the crowd."""
        reminder = self._reminder(index)
        key = attempt_key(reminder.key, 1)
        await asyncio.to_thread(self._note, reminder, key)
        result = await self.telephone.call(reminder, key)
        await asyncio.to_thread(self.office.store.finish_attempt, result)
        return result

    async def call_all(self, count: int, at_once: int, done: Callable[[], None]) -> list[AttemptResult]:
        """`count` calls, never more than `at_once`, each to another phone.

        They begin one after the other: a trunk takes a few calls a second, and people never speak in step.
        """
        free = asyncio.Semaphore(at_once)

        async def one(index: int) -> AttemptResult:
            await self.office.clock.sleep(index % at_once * BETWEEN_CALLS_S)
            async with free:
                result = await self.call(index)
            done()
            return result

        return list(await asyncio.gather(*(one(index) for index in range(count))))

    def _reminder(self, index: int) -> Reminder:
        now = self.office.clock.now()
        trial = f"bench-{index}-{now:%f}"
        return sample_reminder(phone_of(index), now, self.office.zone, self.office.scenario.name, trial)

    def _note(self, reminder: Reminder, key: str) -> None:
        store, now = self.office.store, self.office.clock.now()
        store.save_campaign(Campaign(reminder.campaign, "bench", "confirm-visit", now))
        store.add_reminders([reminder])
        store.begin_attempt(key, reminder.key, 1, now)


@asynccontextmanager
async def open_bench(lines: int, people: int) -> AsyncIterator[Bench]:
    """Patients in a process of their own, the program in this one with its children."""
    clock = SystemClock()
    with tempfile.TemporaryDirectory(prefix="zvonar-bench-") as name:
        folder = Path(name)
        async with running_crowd(folder, people, clock) as crowd, AsyncExitStack() as stack:
            host, port = crowd.address
            text = CONFIGURATION.format(lines=lines, host=host, port=port)
            await asyncio.to_thread(_write, folder, text)
            office = await stack.enter_async_context(open_office(load(folder)))
            yield Bench(office, await open_telephone(office, stack), crowd)


def _write(folder: Path, configuration: str) -> None:
    (folder / "zvonar.yaml").write_text(configuration, encoding="utf-8")
    (folder / "appointments.csv").write_text(CSV, encoding="utf-8")
