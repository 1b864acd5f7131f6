"""The one configuration file: its shape, its reading, its errors with file, line and a hint."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from asr.hearing import Settings as EarsSettings
from calls.outcome import Outcome
from calls.policy import CallingWindow, CallPolicy, RetryRule
from dialer.session import CallLimits
from scenarios.facts import Clinic
from tts.port import Voice
from tts.speaking import Settings as MouthSettings

DURATION = re.compile(r"(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+(?:\.\d+)?)s)?")
WINDOW = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _duration(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    match = DURATION.fullmatch(value.strip())
    if not value.strip() or match is None:
        raise ValueError("время пишется так: 90s, 10m, 2h, 1d или 1h 30m")
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


Duration = Annotated[timedelta, BeforeValidator(_duration)]


class Section(BaseModel):
    """Nothing unknown is accepted: a typing mistake must not pass for a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(BaseModel):
    """A part whose other keys belong to the module named by `kind`."""

    model_config = ConfigDict(extra="allow", frozen=True)

    kind: str = Field(
        pattern=r"^[a-z][a-z0-9_]*$", description="The module that does it, such as csv or pjsua2"
    )

    @property
    def options(self) -> dict[str, Any]:
        return {"kind": self.kind, **(self.model_extra or {})}


class ClinicSection(Section):
    """The clinic as patients hear of it."""

    name: str = Field(description="As the robot says it after the word «клиники»: Ромашка")
    zone: str = Field(default="Europe/Moscow", description="IANA time zone of the visits")
    operator: str = Field(
        default="", description="SIP URI or extension of a person; empty: a task is written instead"
    )
    facts: dict[str, str] = Field(
        default_factory=dict, description="Answers to questions: address, phone, price …"
    )
    pronunciation: dict[str, str] = Field(
        default_factory=dict, description="How words of the clinic are spoken"
    )

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("неизвестный часовой пояс; пример: Europe/Moscow") from error
        return name

    def as_facts(self) -> Clinic:
        return Clinic({"name": self.name, **self.facts}, self.zone, self.operator, self.pronunciation)


class RetrySection(Section):
    """What follows one outcome."""

    after: Duration = Field(description="How long to wait before the next call")
    at_most: int = Field(default=1, ge=0, le=10, description="How many times")


DEFAULT_RETRIES = {
    Outcome.BUSY: RetrySection(after=timedelta(minutes=10), at_most=3),
    Outcome.NO_ANSWER: RetrySection(after=timedelta(hours=1), at_most=2),
    Outcome.DECLINED: RetrySection(after=timedelta(hours=2), at_most=1),
    Outcome.UNREACHABLE: RetrySection(after=timedelta(hours=1), at_most=2),
    Outcome.VOICEMAIL: RetrySection(after=timedelta(hours=2), at_most=1),
    Outcome.HUNG_UP: RetrySection(after=timedelta(minutes=30), at_most=1),
    Outcome.SILENT: RetrySection(after=timedelta(minutes=30), at_most=1),
    Outcome.LINE_LOST: RetrySection(after=timedelta(minutes=5), at_most=1),
    Outcome.FAILED: RetrySection(after=timedelta(minutes=10), at_most=2),
    Outcome.INTERRUPTED: RetrySection(after=timedelta(minutes=2), at_most=3),
}


class CallingSection(Section):
    """When patients may be phoned, and how often."""

    windows: list[str] = Field(default=["09:00-20:00"], min_length=1, description="Local times: 09:00-20:00")
    weekdays: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = Field(
        default=["mon", "tue", "wed", "thu", "fri", "sat"]
    )
    holidays: str = Field(default="RU", description="Country whose public holidays are kept; empty: none")
    lead_time: Duration = Field(
        default=timedelta(hours=2), description="No call later than this before the visit"
    )
    max_attempts: int = Field(default=4, ge=1, le=20)
    spread: Duration = Field(
        default=timedelta(0), description="First calls are spread at random over this time"
    )
    retries: dict[Outcome, RetrySection] = Field(default_factory=lambda: dict(DEFAULT_RETRIES))
    ringing: Duration = Field(default=timedelta(seconds=30), description="How long a phone may ring")
    longest_call: Duration = Field(default=timedelta(minutes=5))

    @field_validator("holidays")
    @classmethod
    def _known_country(cls, country: str) -> str:
        _holidays(country, range(2027, 2028))
        return country

    @field_validator("windows")
    @classmethod
    def _well_formed(cls, windows: list[str]) -> list[str]:
        for window in windows:
            _window(window, frozenset({1}))
        return windows

    def policy(self, zone: str, years: range) -> CallPolicy:
        days = frozenset(WEEKDAYS.index(day) + 1 for day in self.weekdays)
        return CallPolicy(
            windows=tuple(_window(window, days) for window in self.windows),
            zone=zone,
            retries={outcome: RetryRule(rule.after, rule.at_most) for outcome, rule in self.retries.items()},
            max_attempts=self.max_attempts,
            lead_time=self.lead_time,
            spread=self.spread,
            holidays=_holidays(self.holidays, years),
        )

    def limits(self) -> CallLimits:
        return CallLimits(ringing_s=self.ringing.total_seconds(), talking_s=self.longest_call.total_seconds())


class ScheduleSection(Section):
    """When `zvonar serve` pulls the appointments, and of which day."""

    at: str = Field(
        default="18:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="Local time of the clinic"
    )
    days_ahead: int = Field(default=1, ge=0, le=30, description="1: tomorrow's visits")


class VoiceSection(Section):
    """Who speaks, of the voices that the engine in `tts` has."""

    name: str = Field(default="Elena", description="The engine's own name of the voice")
    rate: float = Field(default=1.0, ge=0.5, le=2.0, description="1.0 is the voice's own pace")

    def voice(self, language: str) -> Voice:
        return Voice(self.name, language, self.rate)


class Configuration(Section):
    """Everything `zvonar` needs to know. Paths are relative to the file."""

    clinic: ClinicSection
    crm: Part
    line: Part
    asr: EarsSettings = Field(default_factory=EarsSettings)
    tts: MouthSettings = Field(default_factory=MouthSettings)
    voices: dict[str, VoiceSection] = Field(
        default_factory=lambda: {"ru": VoiceSection()}, description="The voice of each language"
    )
    scenario: str = Field(default="confirm-visit", description="A ready-made scenario's name or a file")
    database: str = Field(default="sqlite:///zvonar.sqlite", description="SQLAlchemy URL")
    node: str = Field(
        default="zvonar",
        pattern=r"^[\w.-]{1,60}$",
        description="Name of this robot among several on one PostgreSQL; it keeps its name for good",
    )
    recordings: Path | None = Field(
        default=Path("recordings"), description="Folder; empty: nothing is recorded"
    )
    models: Path | None = Field(
        default=None, description="Folder of `zvonar models`; empty: ZVONAR_MODELS or the user's data folder"
    )
    calling: CallingSection = CallingSection()
    schedule: ScheduleSection = ScheduleSection()


def _window(text: str, weekdays: frozenset[int]) -> CallingWindow:
    match = WINDOW.fullmatch(text.strip())
    if match is None:
        raise ValueError("окно звонков пишется так: 09:00-20:00")
    opens_h, opens_m, closes_h, closes_m = (int(part) for part in match.groups())
    if opens_m > 59 or closes_m > 59:
        raise ValueError("в часе 60 минут")
    if not opens_h * 60 + opens_m < closes_h * 60 + closes_m <= 24 * 60:
        raise ValueError("окно звонков открывается раньше, чем закрывается, и кончается не позже 24:00")
    return CallingWindow(opens_h * 60 + opens_m, closes_h * 60 + closes_m, weekdays)


def _holidays(country: str, years: range) -> frozenset[date]:
    if not country:
        return frozenset()
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, years=years))
    except NotImplementedError as error:
        raise ValueError(f"праздники страны «{country}» неизвестны; пример: RU") from error
