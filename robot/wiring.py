"""Builds the real program from a configuration: the one place that knows every part, the clock and chance."""

import asyncio
import importlib
import math
import random
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from asr.languages import LanguageEars
from asr.port import Ears
from calls.clock import Clock
from calls.errors import ZvonarError
from calls.policy import CallPolicy
from calls.reminder import Reminder
from campaigns.attempting import Attempting
from campaigns.engine import Engine, EngineSettings
from campaigns.partitions import KEY_BYTES, KEY_NAME
from campaigns.writeback import WriteBack
from crm_sync.port import CrmConnector
from dialer.port import CallBackend
from dialer.prompts import APOLOGIES
from robot.configuration import Configuration
from robot.configuration_file import Loaded, problem_at, problems_at
from robot.desk import CrmDesk
from robot.models.installed import ears_settings, mouth_settings
from robot.single import only_node, only_one
from robot.telephone import Services, Telephone
from scenarios.dialogue import Dialogue, understander_for
from scenarios.facts import Facts, language_of
from scenarios.loader import load as load_scenario
from scenarios.loader import ready_made
from scenarios.schema import Scenario
from scenarios.sentences import require_facts
from storage.node_lock import NodeLock
from storage.store import Store
from tts.port import Mouth, Voice
from tts.speaking import SupervisedMouth

SQLITE = "sqlite:///"
SQLITE_NODE = "zvonar"  # whatever the settings say: what is left in the file is always ours to take up


# Measured with the embedded model: twenty people answering at once keep one process busy.
LINES_PER_EARS_PROCESS = 20


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Office:
    """What plans and reports need: no line, no voice, nothing that rings."""

    loaded: Loaded
    store: Store
    connector: CrmConnector
    policy: CallPolicy
    scenario: Scenario
    clock: Clock
    rng: random.Random

    @property
    def configuration(self) -> Configuration:
        return self.loaded.configuration

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.configuration.clinic.zone)

    def dialogue(self, reminder: Reminder) -> Dialogue:
        """A new conversation about this reminder."""
        now = self.clock.now()
        # The campaign was planned with this scenario, even if the configuration names another by now.
        scenario = self.scenario_named(reminder.scenario)
        language = language_of(scenario.languages, reminder)
        facts = Facts.of(reminder, self.configuration.clinic.as_facts(), language, now)
        require_facts(scenario, facts)
        return Dialogue(scenario, facts, understander_for(scenario, language), now)

    def scenario_named(self, name: str) -> Scenario:
        """A ready-made scenario, or one in a file beside the configuration."""
        if name == self.configuration.scenario:
            return self.scenario
        return load_scenario(_scenario_file(self.loaded, name))

    def desk(self, reminder: Reminder) -> CrmDesk:
        """What a call about this reminder may ask of the clinic."""
        return CrmDesk(reminder, self.connector, self.store, self.clock)

    def voice(self, language: str) -> Voice:
        """The voice of a language; BadInput when none is configured."""
        section = self.configuration.voices.get(language)
        if section is None:
            raise problem_at(self.loaded, ("voices",), f"не задан голос для языка «{language}»")
        return section.voice(language)


@dataclass(frozen=True, slots=True)
class Robot:
    """The whole program, its lines open."""

    office: Office
    telephone: Telephone
    attempting: Attempting
    engine: Engine


@asynccontextmanager
async def open_office(loaded: Loaded, clock: Clock | None = None) -> AsyncIterator[Office]:
    """Open the database and the CRM; raises a ZvonarError that says what to mend."""
    clock = clock or SystemClock()
    configuration = loaded.configuration
    now = clock.now()
    policy = configuration.calling.policy(configuration.clinic.zone, range(now.year, now.year + 2))
    scenario = load_scenario(_scenario_file(loaded, configuration.scenario))
    connector = build_part(
        loaded,
        "crm",
        "crm_sync.connectors",
        lambda module, settings: _connector(module, settings, configuration, clock),
    )
    url = anchored_url(configuration.database, loaded.folder)
    store = await asyncio.to_thread(Store.open, url, _owner(clock))
    try:
        yield Office(loaded, store, connector, policy, scenario, clock, random.Random())
    finally:
        await asyncio.to_thread(store.close)


@asynccontextmanager
async def open_robot(office: Office) -> AsyncIterator[Robot]:
    """Start the line, the ears and the mouth; they end with the block."""
    require_trunk(office.loaded)
    async with AsyncExitStack() as stack:
        node = await _alone(office, stack)
        telephone = await open_telephone(office, stack)
        attempting = Attempting(
            office.store, office.connector, office.policy, telephone, office.clock, office.rng
        )
        writeback = WriteBack(office.store, office.connector, office.clock)
        key = await asyncio.to_thread(office.store.key, KEY_NAME, secrets.token_bytes(KEY_BYTES))
        settings = EngineSettings(queue_url(office), telephone.capacity, key, node)
        engine = Engine(settings, office.store, attempting, writeback)
        yield Robot(office, telephone, attempting, engine)


async def _alone(office: Office, stack: AsyncExitStack) -> str:
    """Make sure that no other robot works under our name, and tell it; BadInput when one does."""
    url, node = queue_url(office), office.configuration.node
    if url.startswith(SQLITE):
        stack.enter_context(only_one(Path(url.removeprefix(SQLITE) + ".lock")))
        return SQLITE_NODE
    await stack.enter_async_context(only_node(NodeLock(url, node), office.clock))
    return node


async def open_telephone(office: Office, stack: AsyncExitStack) -> Telephone:
    """Line, ears and mouth, stopped by the stack."""
    backend = await open_line(office, stack)
    ears, mouth = await open_ears(office, stack), await open_mouth(office, stack)
    services = Services(backend, ears, mouth, office.desk, office.store, office.clock)
    recordings = office.configuration.recordings
    folder = office.loaded.folder / recordings if recordings else None
    limits = office.configuration.calling.limits()
    return Telephone(services, office.dialogue, office.voice, limits, folder)


async def open_line(office: Office, stack: AsyncExitStack) -> CallBackend:
    """The carrier of calls that the configuration names."""
    backend: CallBackend = build_part(
        office.loaded,
        "line",
        "dialer.backends",
        lambda module, settings: module.build(settings, office.clock),
    )
    await backend.start()
    stack.push_async_callback(backend.stop)
    return backend


async def open_ears(office: Office, stack: AsyncExitStack) -> Ears:
    """The hearing service; unless the configuration says how many, a process for every twenty lines."""
    settings = ears_settings(office.loaded)
    if "processes" not in settings.model_fields_set:
        lines = office.configuration.line.options.get("lines", 1)
        enough = math.ceil(lines / LINES_PER_EARS_PROCESS) if isinstance(lines, int) else 1
        settings = settings.model_copy(update={"processes": max(1, enough)})
    ears = LanguageEars(settings, office.clock)
    await ears.start()
    stack.push_async_callback(ears.stop)
    return ears


async def open_mouth(office: Office, stack: AsyncExitStack) -> Mouth:
    """The speaking service; its cache and recordings lie beside the configuration."""
    mouth = SupervisedMouth(mouth_settings(office.loaded), office.clock)
    await mouth.start()
    stack.push_async_callback(mouth.stop)
    await _check_voices(office, mouth)
    return mouth


async def _check_voices(office: Office, mouth: Mouth) -> None:
    """Nobody is phoned with a voice that is not there; the apology is needed in every call anyway."""
    for language in office.configuration.voices:
        try:
            await mouth.speak(APOLOGIES.get(language, APOLOGIES["en"]), office.voice(language))
        except ZvonarError as error:
            place = ("voices", language, "name")
            raise problem_at(office.loaded, place, str(error), error.hint) from error


def build_part(loaded: Loaded, section: str, package: str, build: Callable[[Any, Any], Any]) -> Any:
    """The part whose module is named by `kind` in that section; BadInput points at the line of a mistake."""
    return build(*_part(loaded, section, package))


def require_trunk(loaded: Loaded) -> None:
    """BadInput when the line could not reach a telephone number: better now than with a patient in turn."""
    _, settings = _part(loaded, "line", "dialer.backends")
    if not settings.dials_numbers:
        raise problem_at(
            loaded,
            ("line",),
            "не задан trunk: телефонные номера набирать не через что",
            "Добавьте в line: trunk: {host: адрес станции или оператора связи}",
        )


def _part(loaded: Loaded, section: str, package: str) -> tuple[Any, Any]:
    part = getattr(loaded.configuration, section)
    name = f"{package}.{part.kind}"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        known = ", ".join(modules_of(package))
        raise problem_at(loaded, (section, "kind"), f"вида «{part.kind}» нет", f"Есть: {known}") from error
    try:
        settings = module.Settings.model_validate(_anchored(part.options, loaded.folder))
    except ValidationError as error:
        raise problems_at(loaded, (section,), error, module.Settings) from error
    return module, settings


def modules_of(package: str) -> list[str]:
    """The kinds that a package offers: its modules with a `Settings` of their own."""
    folder = Path(str(importlib.import_module(package).__path__[0]))
    names = sorted(
        path.stem for path in folder.glob("*.py") if "def build(" in path.read_text(encoding="utf-8")
    )
    return [name for name in names if not name.startswith("_")]


def anchored_url(url: str, folder: Path) -> str:
    """A relative SQLite path counts from the configuration file, wherever the command is started."""
    path = url.removeprefix(SQLITE)
    if not url.startswith(SQLITE) or path.startswith(("/", "file:")) or path in ("", ":memory:"):
        return url
    return f"{SQLITE}{folder / path}"


def queue_url(office: Office) -> str:
    """The queue's own database: beside an SQLite store, in the same PostgreSQL server."""
    url = anchored_url(office.configuration.database, office.loaded.folder)
    return url.removesuffix(".sqlite") + ".queue.sqlite" if url.startswith("sqlite") else url


def _scenario_file(loaded: Loaded, name: str) -> str | Path:
    return name if name in ready_made() else loaded.folder / name


def _connector(module: Any, settings: Any, configuration: Configuration, clock: Clock) -> CrmConnector:
    connector: CrmConnector = module.build(settings, ZoneInfo(configuration.clinic.zone), clock)
    return connector


def _anchored(options: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Relative paths count from the configuration file."""
    return {
        key: str(folder / value) if key in PATH_OPTIONS and isinstance(value, str) else value
        for key, value in options.items()
    }


def _owner(clock: Clock) -> str:
    """Names this process among all that ever worked on the database."""
    return f"{clock.now():%Y%m%dT%H%M%S.%f}-{random.SystemRandom().getrandbits(32):08x}"


PATH_OPTIONS = frozenset({"path", "results", "slots"})
