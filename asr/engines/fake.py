"""A recogniser that hears what it is told: for tests and for trying the rest without a model.

Speech is anything that is not digital silence; each stretch of it between two `final`s is the next line of
the script, but the same audio heard again (with more to follow) is the same line.
"""

import os
import threading
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from asr.errors import RecognitionFailed
from asr.port import Capabilities, EngineStream, RecognitionEngine
from calls.audio import RATE_HZ, duration_s
from calls.transcript import Transcript, Word

CRASH, FAIL, HANG = "!crash", "!fail", "!hang"


class Settings(BaseModel):
    """The script: what each stretch of speech of a stream turns out to say; its last line repeats."""

    model_config = ConfigDict(extra="forbid")

    lines: tuple[str, ...] = Field(
        default=("да",), description="`!crash` ends the process, `!fail` the stream, `!hang` waits"
    )
    confidence: float = Field(default=0.9, ge=0, le=1)


class FakeStream:
    """Follows the script."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._line = 0
        self._fed_s = 0.0
        self._speech: tuple[float, float] | None = None
        self._audio, self._audio_before = bytearray(), b""

    def accept(self, pcm: bytes) -> None:
        self._audio += pcm
        if self._audio_before and self._audio.startswith(self._audio_before):
            self._line -= 1
            self._audio_before = b""
        start_s, self._fed_s = self._fed_s, self._fed_s + duration_s(pcm)
        if any(pcm):
            self._speech = (self._speech[0] if self._speech else start_s, self._fed_s)
            if self._text() == CRASH:
                os._exit(70)
            if self._text() == HANG:
                threading.Event().wait()
            if self._text() == FAIL:
                raise RecognitionFailed("the fake recogniser was told to fail")

    def partial(self) -> Transcript:
        return self._transcript()

    def final(self) -> Transcript:
        heard = self._transcript()
        if self._speech:
            self._line += 1
            self._audio_before = bytes(self._audio)
        self._speech = None
        self._audio.clear()
        return heard

    def _text(self) -> str:
        lines = self._settings.lines
        return lines[min(self._line, len(lines) - 1)] if lines else ""

    def _transcript(self) -> Transcript:
        if self._speech is None:
            return Transcript()
        start_s, end_s = self._speech
        texts = self._text().split()
        step_s = (end_s - start_s) / max(len(texts), 1)
        return Transcript(
            tuple(
                Word(text, start_s + i * step_s, start_s + (i + 1) * step_s, self._settings.confidence)
                for i, text in enumerate(texts)
            )
        )


class FakeEngine:
    """Opens scripted streams."""

    capabilities = Capabilities(
        frozenset({"ru", "en"}), RATE_HZ, grammar=False, partials=True, confidences=True
    )

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def open(self, phrases: Sequence[str] = ()) -> EngineStream:
        return FakeStream(self._settings)


def build(settings: Settings) -> RecognitionEngine:
    """The scripted recogniser."""
    return FakeEngine(settings)
