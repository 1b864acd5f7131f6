"""A voice that hums: for tests and for trying the rest of the program without any voice installed."""

import math
from array import array

from pydantic import BaseModel, ConfigDict

from tts.errors import MouthFailed
from tts.port import Capabilities, Speech, SynthesisEngine, Voice

RATE_HZ = 16000


class Settings(BaseModel):
    """How the fake voice sounds; `crash_on` and `fail_on` name texts that make it crash or refuse."""

    model_config = ConfigDict(extra="forbid")

    seconds_per_letter: float = 0.06
    tone_hz: float = 220.0
    crash_on: str = ""
    fail_on: str = ""


class FakeVoice:
    """Hums for as long as the text is: the same text always gives the same sound."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(frozenset({"ru", "en"}), ("hum", "buzz"), "fake-1")

    def speak(self, text: str, voice: Voice) -> Speech:
        if text == self._settings.crash_on:
            import os

            os._exit(70)
        if text == self._settings.fail_on:
            raise MouthFailed("the fake voice was told to fail")
        count = round(RATE_HZ * self._settings.seconds_per_letter * len(text) / voice.rate)
        step = 2 * math.pi * self._settings.tone_hz / RATE_HZ
        tone = array("h", (round(8000 * math.sin(step * i)) for i in range(count)))
        return Speech(tone.tobytes(), RATE_HZ)


def build(settings: Settings) -> SynthesisEngine:
    """The fake voice."""
    return FakeVoice(settings)
