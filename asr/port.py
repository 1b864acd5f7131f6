"""What the rest of the program knows of hearing.

`Ears` is what a call's session uses (asynchronous, a child process does the work); a
`RecognitionEngine` is what a vendor's library is wrapped into (synchronous, lives in that child).
Times are seconds of the audio fed to the stream since it was opened, never of the wall.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from calls.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do."""

    languages: frozenset[str]
    rate_hz: int
    grammar: bool
    partials: bool
    confidences: bool


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Voice activity began."""

    at_s: float


@dataclass(frozen=True, slots=True)
class Partial:
    """What has been heard of the present turn so far; may still change."""

    transcript: Transcript
    at_s: float


@dataclass(frozen=True, slots=True)
class Paused:
    """The voice stopped at `speech_ended_s` and has been silent for `silence_s`.

    Comes several times in one pause (at each of the request's `pauses_s`), with what has been heard of
    the turn, so that the listener may take the turn early after an unambiguous answer.
    """

    transcript: Transcript
    speech_started_s: float
    speech_ended_s: float
    silence_s: float


@dataclass(frozen=True, slots=True)
class EarsFailed:
    """The engine is gone; nothing more will be heard on this stream."""

    reason: str


HearingEvent = SpeechStarted | Partial | Paused | EarsFailed


@dataclass(frozen=True, slots=True)
class HearingRequest:
    """How to listen: `phrases` narrow the vocabulary where the engine can (empty: everything)."""

    language: str = "ru"
    phrases: tuple[str, ...] = ()
    pauses_s: tuple[float, ...] = (0.25, 0.5, 0.8)


class HearingStream(Protocol):
    """One call's audio being listened to."""

    def feed(self, pcm: bytes) -> None:
        """Add audio (8 kHz PCM); never blocks."""
        ...

    def events(self) -> AsyncIterator[HearingEvent]: ...

    async def take(self) -> Transcript:
        """End the present turn: its final words; what comes afterwards is a new turn."""
        ...

    def close(self) -> None: ...


class Ears(Protocol):
    """The hearing service of the whole program."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def open(self, request: HearingRequest) -> HearingStream: ...


class EngineStream(Protocol):
    """One recogniser inside an engine's process. Synchronous."""

    def accept(self, pcm: bytes) -> None: ...

    def partial(self) -> Transcript: ...

    def final(self) -> Transcript:
        """The words since the last `final`, with confidences; the stream starts afresh."""
        ...


class RecognitionEngine(Protocol):
    """A recogniser's library and model; loading it may take seconds and raises MissingDependency."""

    @property
    def capabilities(self) -> Capabilities: ...

    def open(self, phrases: Sequence[str] = ()) -> EngineStream: ...
