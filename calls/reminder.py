"""The durable obligation to reach one patient, and each dial made for it."""

from dataclasses import dataclass, field
from datetime import datetime

from calls.appointment import Appointment
from calls.machine import CallState
from calls.outcome import Outcome
from calls.transcript import Word


@dataclass(frozen=True, slots=True)
class Reminder:
    """One patient to reach about one or several visits of one day; ends in one `Outcome`.

    `key` is derived from the visits, so planning twice gives the same reminder.
    """

    key: str
    campaign: str
    scenario: str
    appointments: tuple[Appointment, ...]

    @property
    def phone(self) -> str:
        return self.appointments[0].phone

    @property
    def starts_at(self) -> datetime:
        """When the first of the visits begins: after that a reminder is useless."""
        return min(appointment.starts_at for appointment in self.appointments)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One dial of one reminder; `key` is the fence that keeps it from ringing twice."""

    reminder: str
    number: int
    state: CallState = CallState.PLANNED
    outcome: Outcome | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def key(self) -> str:
        return attempt_key(self.reminder, self.number)


def attempt_key(reminder: str, number: int) -> str:
    """The primary key of the `number`-th dial (1 is the first) of a reminder."""
    return f"{reminder}:{number}"


@dataclass(frozen=True, slots=True)
class AnswerDelay:
    """What the time from the end of the patient's speech to the first sample of the reply was spent on.

    Endpointing: until the turn was taken. Recognition: until its words were known. Decision: until the
    reply was handed to the line (the dialogue, the clinic's answer, a sentence spoken on the way). Line:
    until its first sample left.
    """

    endpointing_s: float
    recognition_s: float
    decision_s: float
    line_s: float

    @property
    def total_s(self) -> float:
        return self.endpointing_s + self.recognition_s + self.decision_s + self.line_s


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said in a call. Times are seconds of the call's audio; text and words never show in `repr`.

    `words` are what a recogniser heard, with their times; `answer_delay` stands at the robot's reply.
    """

    speaker: str
    text: str = field(repr=False)
    start_s: float
    end_s: float
    meaning: str = ""
    answer_delay: AnswerDelay | None = None
    words: tuple[Word, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said in one attempt and what came of it, ready for the CRM and the report.

    `path` is the way through the scenario: step, branch taken, next step.
    """

    turns: tuple[Turn, ...] = ()
    results: dict[str, str] = field(default_factory=dict, repr=False)
    tags: tuple[str, ...] = ()
    task: str = field(default="", repr=False)
    path: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """How one attempt ended: its outcome, its causes on the line and what was said.

    `may_have_rung` is false only when it is certain that no INVITE was sent; it is not stored.
    """

    attempt: str
    outcome: Outcome
    began_at: datetime
    ended_at: datetime
    answered_at: datetime | None = None
    sip_code: int | None = None
    q850_cause: int | None = None
    recording: str = ""
    conversation: Conversation = field(default_factory=Conversation)
    may_have_rung: bool = True
