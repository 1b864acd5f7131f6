"""The whole life of a call on one screen: states, a literal table of rules, a pure `transition()`."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from calls.errors import IllegalEvent
from calls.events import (
    AnnouncementHeard,
    Answered,
    CallEvent,
    CallTimedOut,
    Command,
    Conclude,
    DialAsked,
    EarlyMedia,
    FarewellSaid,
    HangUp,
    LineFailed,
    ListenToNetwork,
    MediaLost,
    PeerHungUp,
    PlaceCall,
    Refer,
    Rejected,
    Released,
    ResumeDialogue,
    Ringing,
    RingTimedOut,
    Settled,
    StartDialogue,
    StopAsked,
    StopDialogue,
    TransferAccepted,
    TransferAsked,
    TransferRefused,
)
from calls.outcome import Outcome


class CallState(StrEnum):
    """Where a call stands."""

    PLANNED = "planned"
    DIALING = "dialing"
    RINGING = "ringing"
    EARLY_MEDIA = "early_media"
    TALKING = "talking"
    TRANSFERRING = "transferring"
    CLOSING = "closing"
    RELEASING = "releasing"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Rule:
    """Where an event leads and what must be done; `commands` may look at the event."""

    target: CallState
    commands: Callable[[CallEvent], tuple[Command, ...]]


def to(target: CallState, *commands: Command) -> Rule:
    """Go to `target` and carry out the commands."""
    return Rule(target, lambda event: commands)


def stay(state: CallState) -> Rule:
    """A late, duplicate or harmless event: nothing changes."""
    return Rule(state, lambda event: ())


def _conclude(event: CallEvent) -> tuple[Command, ...]:
    assert isinstance(event, Rejected | Settled)
    return (Conclude(event.outcome),)


def _refer(event: CallEvent) -> tuple[Command, ...]:
    assert isinstance(event, TransferAsked)
    return (Refer(event.target),)


P, D, R, E = CallState.PLANNED, CallState.DIALING, CallState.RINGING, CallState.EARLY_MEDIA
T, X, C, L, Z = (
    CallState.TALKING,
    CallState.TRANSFERRING,
    CallState.CLOSING,
    CallState.RELEASING,
    CallState.ENDED,
)

_ENDS_AS = {
    LineFailed: to(Z, StopDialogue(), Conclude(Outcome.FAILED)),
    MediaLost: to(L, StopDialogue(), Conclude(Outcome.LINE_LOST), HangUp()),
    StopAsked: to(L, StopDialogue(), Conclude(Outcome.INTERRUPTED), HangUp()),
    CallTimedOut: to(L, StopDialogue(), Conclude(Outcome.NOT_UNDERSTOOD), HangUp()),
    PeerHungUp: to(Z, StopDialogue(), Conclude(Outcome.HUNG_UP)),
}

RULES: dict[tuple[CallState, type[CallEvent]], Rule] = {
    # before the INVITE
    (P, DialAsked): to(D, PlaceCall()),
    (P, StopAsked): to(Z, Conclude(Outcome.INTERRUPTED)),
    # the INVITE is out
    (D, Ringing): to(R),
    (D, EarlyMedia): to(E, ListenToNetwork()),
    (D, Answered): to(T, StartDialogue()),
    (D, Rejected): Rule(Z, _conclude),
    (D, LineFailed): to(Z, Conclude(Outcome.FAILED)),
    (D, RingTimedOut): to(L, Conclude(Outcome.UNREACHABLE), HangUp()),
    (D, StopAsked): to(L, Conclude(Outcome.INTERRUPTED), HangUp()),
    (D, MediaLost): stay(D),
    # the phone rings
    (R, Ringing): stay(R),
    (R, EarlyMedia): to(E, ListenToNetwork()),
    (R, Answered): to(T, StartDialogue()),
    (R, Rejected): Rule(Z, _conclude),
    (R, LineFailed): to(Z, Conclude(Outcome.FAILED)),
    (R, RingTimedOut): to(L, Conclude(Outcome.NO_ANSWER), HangUp()),
    (R, StopAsked): to(L, Conclude(Outcome.INTERRUPTED), HangUp()),
    (R, MediaLost): stay(R),
    # the network plays a tone or an announcement
    (E, Ringing): stay(E),
    (E, EarlyMedia): stay(E),
    (E, Answered): to(T, StopDialogue(), StartDialogue()),
    (E, Rejected): Rule(Z, lambda event: (StopDialogue(), *_conclude(event))),
    (E, AnnouncementHeard): to(L, StopDialogue(), Conclude(Outcome.UNREACHABLE), HangUp()),
    (E, LineFailed): to(Z, StopDialogue(), Conclude(Outcome.FAILED)),
    (E, RingTimedOut): to(L, StopDialogue(), Conclude(Outcome.NO_ANSWER), HangUp()),
    (E, StopAsked): to(L, StopDialogue(), Conclude(Outcome.INTERRUPTED), HangUp()),
    (E, MediaLost): stay(E),
    # robot and patient talk
    (T, Settled): Rule(C, _conclude),
    (T, TransferAsked): Rule(X, _refer),
    (T, PeerHungUp): _ENDS_AS[PeerHungUp],
    (T, MediaLost): _ENDS_AS[MediaLost],
    (T, LineFailed): _ENDS_AS[LineFailed],
    (T, CallTimedOut): _ENDS_AS[CallTimedOut],
    (T, StopAsked): _ENDS_AS[StopAsked],
    # the patient is being handed over
    (X, TransferAccepted): to(L, StopDialogue(), Conclude(Outcome.TRANSFERRED), HangUp()),
    (X, TransferRefused): to(T, ResumeDialogue()),
    (X, PeerHungUp): to(Z, StopDialogue(), Conclude(Outcome.WANTS_OPERATOR)),
    (X, MediaLost): stay(X),
    (X, LineFailed): _ENDS_AS[LineFailed],
    (X, CallTimedOut): to(L, StopDialogue(), Conclude(Outcome.WANTS_OPERATOR), HangUp()),
    (X, StopAsked): to(L, StopDialogue(), Conclude(Outcome.WANTS_OPERATOR), HangUp()),
    # the outcome is known, the robot says goodbye
    (C, FarewellSaid): to(L, StopDialogue(), HangUp()),
    (C, PeerHungUp): to(Z, StopDialogue()),
    (C, MediaLost): to(L, StopDialogue(), HangUp()),
    (C, LineFailed): to(Z, StopDialogue()),
    (C, CallTimedOut): to(L, StopDialogue(), HangUp()),
    (C, StopAsked): stay(C),
    # we have hung up; what still comes was under way
    (L, Released): to(Z),
    (L, Rejected): to(Z),
    (L, PeerHungUp): to(Z),
    (L, LineFailed): to(Z),
    (L, Ringing): stay(L),
    (L, EarlyMedia): stay(L),
    (L, Answered): to(L, HangUp()),
    (L, MediaLost): stay(L),
    (L, RingTimedOut): stay(L),
    (L, CallTimedOut): stay(L),
    (L, FarewellSaid): stay(L),
    (L, TransferAccepted): stay(L),
    (L, TransferRefused): stay(L),
    (L, Settled): stay(L),
    (L, TransferAsked): stay(L),
    (L, AnnouncementHeard): stay(L),
    (L, StopAsked): stay(L),
    # over: late duplicates from the network
    **{
        (Z, late): stay(Z)
        for late in (
            *(Ringing, EarlyMedia, Answered, Rejected, PeerHungUp, Released, MediaLost, LineFailed),
            *(RingTimedOut, CallTimedOut, AnnouncementHeard, Settled, FarewellSaid, StopAsked),
            *(TransferAsked, TransferAccepted, TransferRefused),
        )
    },
    # crossings of timers and network events after the answer
    **{
        (after, late): stay(after)
        for after in (T, X, C)
        for late in (Ringing, EarlyMedia, Answered, RingTimedOut, AnnouncementHeard)
    },
    (X, Settled): stay(X),
    (C, Settled): stay(C),
    (C, TransferRefused): stay(C),
}


def transition(state: CallState, event: CallEvent) -> tuple[CallState, tuple[Command, ...]]:
    """The next state and the commands; IllegalEvent names event and state when no rule fits."""
    rule = RULES.get((state, type(event)))
    if rule is None:
        raise IllegalEvent(f"{type(event).__name__} in state {state}")
    return rule.target, rule.commands(event)
