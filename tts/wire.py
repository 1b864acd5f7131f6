"""What the mouth and its child process tell each other."""

import msgspec

from workers.wire import Ready, Refused


class Start(msgspec.Struct, tag=True, frozen=True):
    """Which engine to load; the settings are JSON of that engine's `Settings`."""

    engine: str
    settings: bytes


class Speak(msgspec.Struct, tag=True, frozen=True):
    """One sentence to be spoken."""

    request: int
    text: str
    voice: str
    language: str
    rate: float


class Spoken(msgspec.Struct, tag=True, frozen=True):
    """The sentence as levelled 8 kHz PCM."""

    request: int
    pcm: bytes


class NotSpoken(msgspec.Struct, tag=True, frozen=True):
    """Why there is no speech: the name of an error of `tts.errors`, its message and its hint."""

    request: int
    kind: str
    message: str
    hint: str


MouthRequest = Start | Speak
MouthReport = Ready | Refused | Spoken | NotSpoken
