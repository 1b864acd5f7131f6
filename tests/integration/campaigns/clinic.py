"""A clinic for the campaign tests: CRM and telephone in memory, the real store, the real durable queue."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from calls.appointment import Appointment, ContactWish, Patient
from calls.outcome import Outcome
from calls.policy import CallingWindow, CallPolicy, RetryRule
from calls.reminder import AttemptResult, Conversation, Reminder
from campaigns.attempting import Attempting
from campaigns.engine import Engine, EngineSettings
from campaigns.run import CampaignPlan, CampaignRun
from campaigns.writeback import WriteBack
from crm_sync.connectors.fake import FakeCrm
from storage.records import Campaign
from storage.store import Store

NINE = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
TOMORROW = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)
LINES = 3
PARTITION_KEY = b"the key of these tests"

Place = Path | str
"""A folder for SQLite files, or the URL of a PostgreSQL database."""


def store_url(place: Place) -> str:
    return place if isinstance(place, str) else f"sqlite:///{place}/zvonar.sqlite"


def queue_url(place: Place) -> str:
    return place if isinstance(place, str) else f"sqlite:///{place}/queue.sqlite"


class RunningClock:
    """The machine's time, begun at another date: it runs, and a test may say when."""

    def __init__(self, start: datetime = NINE) -> None:
        self._start, self._began_s = start, time.monotonic()  # noqa: TID251 - the durable queue knows no other

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return time.monotonic() - self._began_s  # noqa: TID251

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)  # noqa: TID251


@dataclass
class ScriptedCaller:
    """Ends the calls to each phone with the outcomes of its script, the last one ever after."""

    clock: RunningClock
    scripts: Mapping[str, Sequence[Outcome]] = field(default_factory=dict)
    task: str = ""
    made: list[tuple[str, datetime]] = field(default_factory=list)
    hold: asyncio.Event | None = None
    under_way: set[str] = field(default_factory=set)
    most_at_once: int = 0

    async def prepare(self, reminder: Reminder) -> None:
        return None

    async def call(self, reminder: Reminder, attempt: str) -> AttemptResult:
        now = self.clock.now()
        self.made.append((attempt, now))
        assert reminder.phone not in self.under_way, "a patient is called on two lines"
        self.under_way.add(reminder.phone)
        self.most_at_once = max(self.most_at_once, len(self.under_way))
        if self.hold:
            await self.hold.wait()
        await self.clock.sleep(0.02)
        self.under_way.remove(reminder.phone)
        script = self.scripts.get(reminder.phone, [Outcome.CONFIRMED])
        times = sum(made.startswith(reminder.key) for made, _ in self.made)
        outcome = script[min(times, len(script)) - 1]
        return AttemptResult(
            attempt, outcome, now, self.clock.now(), conversation=Conversation(task=self.task)
        )

    @property
    def attempts(self) -> list[str]:
        return [attempt for attempt, _ in self.made]


def visit(
    number: int, patient: int | None = None, wish: ContactWish = ContactWish.CALL, hour: int = 0
) -> Appointment:
    """The `number`-th visit; two visits of one patient share the phone."""
    who = patient or number
    return Appointment(
        reference=f"A{number}",
        patient=Patient(f"P{who}", "Иванова Анна Петровна", wish=wish),
        phone=phone(who),
        starts_at=TOMORROW + timedelta(hours=hour),
    )


def phone(number: int) -> str:
    return f"+7900000{number:04}"


def policy(**changes: object) -> CallPolicy:
    """Every hour of every day, retries at once."""
    soon = timedelta(milliseconds=50)
    rules: dict[str, object] = {
        "windows": (CallingWindow(0, 24 * 60),),
        "zone": "UTC",
        "retries": {
            Outcome.BUSY: RetryRule(soon, 2),
            Outcome.NO_ANSWER: RetryRule(soon, 1),
            Outcome.INTERRUPTED: RetryRule(soon, 3),
        },
        "max_attempts": 4,
    }
    return CallPolicy(**(rules | changes))  # type: ignore[arg-type]


@dataclass
class Clinic:
    """Everything of one campaign; `plan` and `run` are what the command line does."""

    store: Store
    crm: FakeCrm
    caller: ScriptedCaller
    attempting: Attempting
    engine: Engine
    run: CampaignRun

    async def plan(self) -> CampaignPlan:
        return await self.run.plan(NINE, TOMORROW + timedelta(days=1))

    async def finish(self) -> dict[str, Outcome | None]:
        """Plan, begin, wait for the end: outcomes by phone."""
        await self.run.begin(await self.plan(), self.engine, self.attempting)
        await self.run.wait()
        return {status.reminder.phone: status.outcome for status in await self.run.progress()}


@asynccontextmanager
async def opened(
    place: Place,
    crm: FakeCrm,
    caller: ScriptedCaller,
    rules: CallPolicy | None = None,
) -> AsyncIterator[Clinic]:
    """The durable queue runs inside the block; a second block in the same place goes on where it stopped."""
    clock, rng = caller.clock, random.Random(1)
    with Store.open(store_url(place), owner=f"test-{rng.random()}") as store:
        attempting = Attempting(store, crm, rules or policy(), caller, clock, rng)
        settings = EngineSettings(queue_url(place), LINES, PARTITION_KEY, polling_s=0.05)
        engine = Engine(settings, store, attempting, WriteBack(store, crm, clock))
        campaign = Campaign("march", "Завтрашние визиты", "confirm-visit", NINE)
        run = CampaignRun(campaign, store, crm, rules or policy(), clock, rng)
        await engine.start()
        try:
            yield Clinic(store, crm, caller, attempting, engine, run)
        finally:
            await engine.stop(5.0)
