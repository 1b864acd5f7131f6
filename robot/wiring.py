"""Builds the real program from a configuration: the one place that knows every part, the clock and chance."""

import asyncio
import importlib
import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

from asr.port import Ears
from calls.clock import Clock
from calls.errors import BadInput
from calls.policy import CallPolicy
from calls.reminder import Reminder
from campaigns.attempting import Attempting
from campaigns.engine import Engine, EngineSettings
from campaigns.writeback import WriteBack
from crm_sync.port import CrmConnector
from dialer.desk import ClosedDesk
from dialer.port import CallBackend
from robot.configuration import Configuration, Part
from robot.telephone import Services, Telephone
from scenarios.dialogue import Dialogue
from scenarios.facts import Facts, language_of
from scenarios.schema import Scenario
from scenarios.understanding import understander
from storage.store import Store
from tts.port import Mouth, Voice


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
