"""What the ears and their child process tell each other. Streams are numbers the parent gives."""

from collections.abc import Sequence

import msgspec

from calls.transcript import Transcript, Word
from workers.wire import Ready, Refused

WireWord = tuple[str, float, float, float]


class Start(msgspec.Struct, tag=True, frozen=True):
    """Which engine to load; both settings are JSON of their models."""

    engine: str
    settings: bytes
    segmenter: bytes


class Open(msgspec.Struct, tag=True, frozen=True):
    """A new stream."""

    stream: int
    phrases: tuple[str, ...]
    pauses_s: tuple[float, ...]


class Audio(msgspec.Struct, tag=True, frozen=True):
    """8 kHz PCM of a stream, the next in time."""

    stream: int
    pcm: bytes


class Take(msgspec.Struct, tag=True, frozen=True):
    """End the turn of the stream and tell its words."""

    stream: int
    request: int


class Close(msgspec.Struct, tag=True, frozen=True):
    """The stream is over."""

    stream: int


class Began(msgspec.Struct, tag=True, frozen=True):
    """`asr.port.SpeechStarted`."""

    stream: int
    at_s: float


class Heard(msgspec.Struct, tag=True, frozen=True):
    """`asr.port.Partial`."""

    stream: int
    words: tuple[WireWord, ...]
    at_s: float


class Silent(msgspec.Struct, tag=True, frozen=True):
    """`asr.port.Paused`."""

    stream: int
    words: tuple[WireWord, ...]
    speech_started_s: float
    speech_ended_s: float
    silence_s: float


class Taken(msgspec.Struct, tag=True, frozen=True):
    """The answer to `Take`."""

    stream: int
    request: int
    words: tuple[WireWord, ...]


class Lost(msgspec.Struct, tag=True, frozen=True):
    """The recogniser of this stream is gone; the process lives on."""

    stream: int
    reason: str


EarsRequest = Start | Open | Audio | Take | Close
EarsReport = Ready | Refused | Began | Heard | Silent | Taken | Lost


def pack_words(transcript: Transcript) -> tuple[WireWord, ...]:
    """The words for the wire."""
    return tuple((word.text, word.start_s, word.end_s, word.confidence) for word in transcript.words)


def unpack_words(words: Sequence[WireWord]) -> Transcript:
    """The words from the wire."""
    return Transcript(tuple(Word(*word) for word in words))
