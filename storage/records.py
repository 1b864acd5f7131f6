"""What the store takes and gives beside the domain's own types."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from calls.appointment import Appointment
from calls.outcome import Outcome
from calls.reminder import Attempt, AttemptResult, Reminder


class CampaignState(StrEnum):
    """Where a campaign stands."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Campaign:
    """One round of calls with one scenario, say tomorrow's visits."""

    key: str
    name: str
    scenario: str
    created_at: datetime
    state: CampaignState = CampaignState.PLANNED


@dataclass(frozen=True, slots=True)
class ReminderStatus:
    """How far a reminder has come. `next_at`: the planned dial; `reported_at`: the CRM has all visits."""

    reminder: Reminder
    outcome: Outcome | None = None
    attempts: tuple[Attempt, ...] = ()
    next_at: datetime | None = None
    reported_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unreported:
    """A visit whose reminder has ended and whose result the CRM has not got yet.

    `last` is the last attempt that ended, none when nobody was rung; `tries` counts failed deliveries.
    """

    reminder: Reminder
    appointment: Appointment
    outcome: Outcome
    ended_at: datetime
    attempts: int
    last: AttemptResult | None
    tries: int = 0
    not_before: datetime | None = None


class ReportStage(StrEnum):
    """What becomes of a result that the CRM has not taken: tried again, at the next start, or never."""

    WAITING = "waiting"
    GIVEN_UP = "given_up"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Untaken:
    """A result that the CRM has not taken. `problem` is for people; empty: it has not been tried yet."""

    reminder: str
    appointment: str
    stage: ReportStage
    problem: str


@dataclass(frozen=True, slots=True)
class Task:
    """Work handed to a person. The same key (by default reminder and kind) is never added twice."""

    reminder: str
    kind: str
    text: str = field(repr=False)
    created_at: datetime
    key: str = ""
    closed_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.key:
            object.__setattr__(self, "key", f"{self.reminder}:{self.kind}")
