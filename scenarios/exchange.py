"""What a dialogue hears (events) and asks for (commands): two closed unions, no I/O in either.

The same dialogue runs in a call, in the text simulator and in tests. A list of commands is carried out in
order; `Say` is heard while the `Listen` that follows it already listens, so a patient may interrupt.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from calls.outcome import Outcome
from calls.slot import Slot
from calls.transcript import Transcript
from scenarios.understanding import Question


@dataclass(frozen=True, slots=True)
class Began:
    """The patient picked up."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The patient finished a turn of speech."""

    transcript: Transcript


@dataclass(frozen=True, slots=True)
class Pressed:
    """The patient pressed a key: 0 to 9, * or #."""

    digit: str


@dataclass(frozen=True, slots=True)
class StayedSilent:
    """Nothing was said or pressed within the time-out after the prompt."""


@dataclass(frozen=True, slots=True)
class MachineAnswered:
    """An answering machine took the call; `ready` once its beep has sounded and a message may be left."""

    ready: bool


@dataclass(frozen=True, slots=True)
class TransferFailed:
    """Nobody took the patient over."""


@dataclass(frozen=True, slots=True)
class HearingLost:
    """Speech recognition has failed: from now on only keys are understood."""


@dataclass(frozen=True, slots=True)
class SlotsFound:
    """Answer to `FindSlots`; empty when nothing is free or the CRM did not answer."""

    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class SlotBooked:
    """Answer to `BookSlot`; `booked` is false when somebody else was faster or the CRM did not answer."""

    booked: bool


DialogueEvent = (
    Began
    | Heard
    | Pressed
    | StayedSilent
    | MachineAnswered
    | TransferFailed
    | HearingLost
    | SlotsFound
    | SlotBooked
)


@dataclass(frozen=True, slots=True)
class Say:
    """Speak whole sentences, ready for the voice: no digits, no Latin letters, slots filled in."""

    sentences: tuple[str, ...] = field(repr=False)
    interruptible: bool = True


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for an answer. Times are seconds; `phrases` may narrow the recogniser's vocabulary."""

    question: Question
    keys: frozenset[str] = frozenset()
    timeout_s: float = 5.0
    quick_pause_s: float = 0.25
    pause_s: float = 0.5
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settle:
    """The outcome is known. What follows is only a farewell."""

    outcome: Outcome
    results: Mapping[str, str] = field(default_factory=dict, repr=False)
    tags: tuple[str, ...] = ()
    task: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the patient over to a person; `whisper` tells that person who it is and why."""

    target: str
    whisper: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class FindSlots:
    """Ask the CRM for free times between two aware instants; at most `limit`."""

    earliest: datetime
    latest: datetime
    limit: int = 3


@dataclass(frozen=True, slots=True)
class BookSlot:
    """Move the visit `appointment` to the slot."""

    appointment: str
    slot: Slot


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Send a text to the patient by `sms` or `email`."""

    channel: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Finish:
    """Hang up once everything has been said."""


DialogueCommand = Say | Listen | Settle | Transfer | FindSlots | BookSlot | SendMessage | Finish
