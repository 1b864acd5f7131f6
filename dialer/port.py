"""What the rest of the program knows of the telephone: a backend places calls, a leg is one call."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

from calls.events import (
    Answered,
    EarlyMedia,
    LineFailed,
    MediaLost,
    PeerHungUp,
    Rejected,
    Released,
    Ringing,
    TransferAccepted,
    TransferRefused,
)


@dataclass(frozen=True, slots=True)
class AudioIn:
    """20 ms from the patient (8 kHz PCM); `frame` counts frames since the leg's media began."""

    frame: int
    pcm: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """One key, by RFC 4733 telephone-event or by SIP INFO."""

    digit: str


@dataclass(frozen=True, slots=True)
class PlaybackStarted:
    """The first sample of the prompt called `mark` leaves in frame `frame` of the leg's clock."""

    mark: str
    frame: int


@dataclass(frozen=True, slots=True)
class PlaybackEnded:
    """The prompt called `mark` was played to its end, or `cut` short by `flush`."""

    mark: str
    frame: int
    cut: bool


LegEvent = (
    Ringing
    | EarlyMedia
    | Answered
    | Rejected
    | PeerHungUp
    | Released
    | MediaLost
    | LineFailed
    | TransferAccepted
    | TransferRefused
    | AudioIn
    | DigitPressed
    | PlaybackStarted
    | PlaybackEnded
)


@dataclass(frozen=True, slots=True)
class DialRequest:
    """Whom to call: `number` is E.164, or a SIP URI for trials; headers go into the INVITE."""

    attempt: str
    number: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = ()


class CallLeg(Protocol):
    """One call, from its INVITE to its end. The methods never block; failures come as events."""

    def events(self) -> AsyncIterator[LegEvent]:
        """Everything that happens; ends after `Rejected`, `PeerHungUp`, `Released` or `LineFailed`."""
        ...

    def play(self, pcm: bytes, mark: str) -> None:
        """Queue a whole prompt (8 kHz PCM); it is paced by the carrier, after what is queued already."""
        ...

    def flush(self) -> None:
        """Stop speaking now and forget what is queued."""
        ...

    def send_digits(self, digits: str) -> None:
        """Press keys, the way that the trunk wants them."""
        ...

    def transfer(self, target: str) -> None:
        """Blind transfer by REFER (RFC 3515)."""
        ...

    def hang_up(self, q850_cause: int = 16) -> None:
        """CANCEL before the answer, BYE after it; `Released` follows (and is told to nobody else)."""
        ...


class CallBackend(Protocol):
    """A carrier of calls."""

    @property
    def capacity(self) -> int:
        """How many calls can be carried at once."""
        ...

    async def start(self) -> None:
        """Open the lines; raises a ZvonarError that says what is wrong (port in use, trunk refused)."""
        ...

    async def stop(self) -> None:
        """End what is left politely (`LineFailed` for legs that were not hung up) and close the lines."""
        ...

    async def place(self, request: DialRequest) -> CallLeg:
        """Send one INVITE. Raises `dialer.errors.CallFailure` if none left."""
        ...
