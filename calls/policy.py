"""When a patient may be phoned, how often, and when to stop trying: pure, over aware times."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from calls.appointment import ContactWish
from calls.outcome import Outcome
from calls.reminder import Attempt, Reminder

SEARCH_DAYS = 30


@dataclass(frozen=True, slots=True)
class CallingWindow:
    """Local minutes of the day (0 to 1440) between which the phone may ring, on ISO weekdays 1 to 7."""

    opens_minute: int
    closes_minute: int
    weekdays: frozenset[int] = frozenset(range(1, 8))

    def __post_init__(self) -> None:
        if not 0 <= self.opens_minute < self.closes_minute <= 24 * 60:
            raise ValueError("a calling window opens before it closes, within one day")

    def contains(self, local: datetime) -> bool:
        minute = local.hour * 60 + local.minute
        return local.isoweekday() in self.weekdays and self.opens_minute <= minute < self.closes_minute


@dataclass(frozen=True, slots=True)
class RetryRule:
    """How long to wait after an outcome before the next dial, and how many such outcomes are enough."""

    after: timedelta
    at_most: int


class Refusal(StrEnum):
    """Why a patient is not phoned (again)."""

    SETTLED = "settled"
    WISH = "wish"
    OPTED_OUT = "opted_out"
    UNKNOWN_ZONE = "unknown_zone"
    ATTEMPTS_USED_UP = "attempts_used_up"
    OUTCOME_NOT_RETRIED = "outcome_not_retried"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class CallAt:
    """The next dial, not before `when` (aware UTC)."""

    when: datetime


@dataclass(frozen=True, slots=True)
class DoNotCall:
    """No further dial, and why."""

    reason: Refusal


@dataclass(frozen=True, slots=True)
class CallPolicy:
    """The clinic's rules for ringing people."""

    windows: tuple[CallingWindow, ...]
    zone: str
    retries: Mapping[Outcome, RetryRule] = field(default_factory=dict)
    max_attempts: int = 3
    lead_time: timedelta = timedelta(hours=2)
    spread: timedelta = timedelta(0)
    holidays: frozenset[date] = frozenset()

    def next_attempt(
        self,
        now: datetime,
        reminder: Reminder,
        history: Sequence[Attempt],
        rng: random.Random,
        opted_out: bool = False,
    ) -> CallAt | DoNotCall:
        """When to dial next, or why not. Attempts of unknown fate count as attempts."""
        refusal = self._refusal(reminder, history, opted_out)
        if refusal:
            return DoNotCall(refusal)
        zone = self.zone_of(reminder)
        if zone is None:
            return DoNotCall(Refusal.UNKNOWN_ZONE)
        earliest = now.astimezone(UTC)
        if history:
            last = history[-1]
            assert last.outcome is not None
            ended_at = last.ended_at or earliest
            earliest = max(earliest, ended_at + self.retries[last.outcome].after)
        if self.spread:
            earliest += self.spread * rng.random()
        when = self.next_opening(earliest, zone)
        if when is None or when > reminder.starts_at - self.lead_time:
            return DoNotCall(Refusal.TOO_LATE)
        return CallAt(when)

    def may_ring(self, now: datetime, reminder: Reminder) -> bool:
        """The last check, made just before the INVITE."""
        zone = self.zone_of(reminder)
        return zone is not None and self.is_open(now, zone) and now <= reminder.starts_at - self.lead_time

    def zone_of(self, reminder: Reminder) -> ZoneInfo | None:
        """The patient's own zone, else the clinic's; none when the name is unknown."""
        name = reminder.appointments[0].patient.zone or self.zone
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None

    def is_open(self, instant: datetime, zone: ZoneInfo) -> bool:
        local = instant.astimezone(zone)
        return local.date() not in self.holidays and any(window.contains(local) for window in self.windows)

    def next_opening(self, instant: datetime, zone: ZoneInfo) -> datetime | None:
        """The first moment, at or after `instant`, when the phone may ring."""
        if self.is_open(instant, zone):
            return instant
        candidates = (when for when in self._openings(instant, zone) if self.is_open(when, zone))
        return min((when for when in candidates if when >= instant), default=None)

    def _openings(self, instant: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        first = instant.astimezone(zone).date()
        for day in (first + timedelta(days=offset) for offset in range(SEARCH_DAYS)):
            for window in self.windows:
                yield from _instants_of(day, window.opens_minute, zone)

    def _refusal(self, reminder: Reminder, history: Sequence[Attempt], opted_out: bool) -> Refusal | None:
        if opted_out:
            return Refusal.OPTED_OUT
        if any(visit.patient.wish is not ContactWish.CALL for visit in reminder.appointments):
            return Refusal.WISH
        if len(history) >= self.max_attempts:
            return Refusal.ATTEMPTS_USED_UP
        if not history:
            return None
        last = history[-1].outcome
        if last is None:
            return Refusal.SETTLED
        rule = self.retries.get(last)
        if rule is None:
            return Refusal.OUTCOME_NOT_RETRIED
        if sum(attempt.outcome is last for attempt in history) > rule.at_most:
            return Refusal.ATTEMPTS_USED_UP
        return None


def _instants_of(day: date, minute: int, zone: ZoneInfo) -> Iterable[datetime]:
    """The instants at which the local clock shows this minute, or the one after a skipped hour (PEP 495)."""
    naive = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    for fold in (0, 1):
        yield naive.replace(tzinfo=zone, fold=fold).astimezone(UTC)
