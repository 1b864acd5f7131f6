"""What may happen to a call (events) and what must then be done (commands): two closed unions."""

from dataclasses import dataclass

from calls.outcome import Outcome


@dataclass(frozen=True, slots=True)
class DialAsked:
    """The attempt is due, and its row is written."""


@dataclass(frozen=True, slots=True)
class Ringing:
    """180 Ringing (RFC 3261, 21.1.2)."""


@dataclass(frozen=True, slots=True)
class EarlyMedia:
    """183 Session Progress with a session description: the network plays audio before the answer."""


@dataclass(frozen=True, slots=True)
class Answered:
    """200 OK to the INVITE."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A final response of 300 or above to the INVITE; `outcome` is what its causes mean."""

    sip_code: int
    q850_cause: int | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class PeerHungUp:
    """BYE from the other side."""

    q850_cause: int | None = None


@dataclass(frozen=True, slots=True)
class Released:
    """The dialogue that we ended, by BYE or CANCEL, is over."""


@dataclass(frozen=True, slots=True)
class MediaLost:
    """No RTP has arrived for `silent_s` seconds."""

    silent_s: float


@dataclass(frozen=True, slots=True)
class LineFailed:
    """The carrier of the call is gone: a child process died or the library refused."""

    reason: str
    may_have_rung: bool = True


@dataclass(frozen=True, slots=True)
class RingTimedOut:
    """Nobody answered within the ringing time."""


@dataclass(frozen=True, slots=True)
class CallTimedOut:
    """The conversation outlasted the longest call allowed."""


@dataclass(frozen=True, slots=True)
class AnnouncementHeard:
    """In early media the network said that the subscriber cannot be reached."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The dialogue knows its outcome; only its farewell is left to say."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class FarewellSaid:
    """Nothing is left to say."""


@dataclass(frozen=True, slots=True)
class TransferAsked:
    """The dialogue hands the patient over to `target`, a SIP URI or an extension."""

    target: str


@dataclass(frozen=True, slots=True)
class TransferAccepted:
    """The REFER ended in success (RFC 3515: NOTIFY with a 2xx)."""


@dataclass(frozen=True, slots=True)
class TransferRefused:
    """Nobody took the patient over; the dialogue goes on."""


@dataclass(frozen=True, slots=True)
class StopAsked:
    """The whole program is asked to stop: end politely."""


CallEvent = (
    DialAsked
    | Ringing
    | EarlyMedia
    | Answered
    | Rejected
    | PeerHungUp
    | Released
    | MediaLost
    | LineFailed
    | RingTimedOut
    | CallTimedOut
    | AnnouncementHeard
    | Settled
    | FarewellSaid
    | TransferAsked
    | TransferAccepted
    | TransferRefused
    | StopAsked
)


@dataclass(frozen=True, slots=True)
class PlaceCall:
    """Send the INVITE."""


@dataclass(frozen=True, slots=True)
class ListenToNetwork:
    """Recognise the audio that comes before the answer."""


@dataclass(frozen=True, slots=True)
class StartDialogue:
    """Greet the patient."""


@dataclass(frozen=True, slots=True)
class ResumeDialogue:
    """Tell the dialogue that nobody took the patient over."""


@dataclass(frozen=True, slots=True)
class StopDialogue:
    """Say and hear nothing more."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call: CANCEL before the answer, BYE after it, with a Q.850 cause."""

    q850_cause: int = 16


@dataclass(frozen=True, slots=True)
class Refer:
    """Transfer the patient to `target` (RFC 3515)."""

    target: str


@dataclass(frozen=True, slots=True)
class Conclude:
    """The attempt's outcome is known: given exactly once in the life of a call."""

    outcome: Outcome


Command = (
    PlaceCall | ListenToNetwork | StartDialogue | ResumeDialogue | StopDialogue | HangUp | Refer | Conclude
)
