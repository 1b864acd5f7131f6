"""What the rest of the program knows of speaking.

`Mouth` is what a call uses (asynchronous; cache, child process, 8 kHz); a `SynthesisEngine` is what a
vendor's library is wrapped into (synchronous, lives in the child).
"""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Voice:
    """Which voice speaks: `name` is the engine's own; `rate` 1.0 is its normal pace."""

    name: str
    language: str = "ru"
    rate: float = 1.0


@dataclass(frozen=True, slots=True)
class Speech:
    """Mono 16-bit little-endian PCM at the engine's own rate."""

    pcm: bytes = field(repr=False)
    rate_hz: int


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do; `version` goes into the cache key, so a new voice is spoken anew."""

    languages: frozenset[str]
    voices: tuple[str, ...]
    version: str


class SynthesisEngine(Protocol):
    """A synthesiser's library and voices; raises MissingDependency when they are not installed."""

    @property
    def capabilities(self) -> Capabilities: ...

    def speak(self, text: str, voice: Voice) -> Speech:
        """Synthesise one sentence; raises `tts.errors.Unspeakable` for text the voice cannot say."""
        ...


class Mouth(Protocol):
    """The speaking service of the whole program."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def speak(self, text: str, voice: Voice, *, urgent: bool = False) -> bytes:
        """The sentences of the text as 8 kHz PCM, levelled; from the cache where it was said before.

        `urgent` is for somebody who is on the line: it goes before all that is only being prepared.
        """
        ...
