"""Where speech begins, pauses and ends, in seconds of the audio fed so far: no clock, no I/O.

An energy gate decides whether the voice-activity function is asked at all; its probabilities pass a
hysteresis, a shortest speech and a list of pauses.
"""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from calls.audio import RATE_HZ

WINDOW_SAMPLES = 256
WINDOW_BYTES = 2 * WINDOW_SAMPLES
WINDOW_S = WINDOW_SAMPLES / RATE_HZ
LOUDNESS_FADES_DB_PER_S = 3.0
LEAST_LOUD_WINDOWS = 2  # not every window of a word is louder than the noise


class VoiceActivity(Protocol):
    """A voice-activity detector; it may keep state from window to window."""

    def probability(self, window: bytes) -> float:
        """How likely the window of 256 samples holds voice, 0 to 1."""
        ...

    def reset(self) -> None:
        """Forget what was heard: the next window does not follow the last one."""
        ...


class Settings(BaseModel):
    """When sound is taken for speech."""

    model_config = ConfigDict(extra="forbid")

    start_probability: float = Field(default=0.5, gt=0, lt=1, description="Voice begins at this probability")
    stop_probability: float = Field(
        default=0.3, gt=0, lt=1, description="and lasts while it is at least this"
    )
    min_speech_s: float = Field(default=0.09, ge=0, description="Anything shorter is a click")
    quietest_dbfs: float = Field(default=-52.0, description="Nothing below this level is speech")
    over_noise_db: float = Field(
        default=2.0, ge=0, description="Speech is at least this much above the noise"
    )
    starts_over_noise_db: float = Field(
        default=3.0, ge=0, description="and its beginning has two windows this much above it"
    )
    fades_to: float = Field(
        default=0.35,
        gt=0,
        lt=1,
        description="Speech is over at this share of the way, in dB, from the noise to its loudest sound",
    )
    gate_hold_s: float = Field(
        default=0.3, ge=0, description="How long the gate stays open after the last sound"
    )


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """Voice began at `at_s`, or went on after a pause that had been told."""

    at_s: float


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """Silence has lasted for `silence_s` since `ended_s`; speech had begun at `started_s`."""

    started_s: float
    ended_s: float
    silence_s: float


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The longest pause is over."""

    at_s: float


SegmentEvent = SpeechBegan | SpeechPaused | SpeechEnded


class Background:
    """The level of the line's own noise, of a room or of a street: what is there when nobody speaks.

    It sinks within a third of a second, so it does not sink in the gaps of a sentence; it rises by 2 dB a
    second, so a sentence does not lift it; in the first two seconds of a call by 10, to find it at all.
    """

    RISE_DB_PER_S = 2.0
    FIRST_RISE_DB_PER_S = 10.0
    FIRST_S = 2.0
    SINK_S = 0.3

    def __init__(self, quietest_dbfs: float) -> None:
        self._lowest_dbfs = quietest_dbfs - 10
        self._windows = 0
        self.level_dbfs = -45.0

    def hear(self, level_dbfs: float) -> None:
        """Take the next window into account."""
        self._windows += 1
        level_dbfs = max(level_dbfs, self._lowest_dbfs)
        is_new = self._windows * WINDOW_S <= self.FIRST_S
        rise_db_per_s = self.FIRST_RISE_DB_PER_S if is_new else self.RISE_DB_PER_S
        if level_dbfs < self.level_dbfs:
            self.level_dbfs += (level_dbfs - self.level_dbfs) * WINDOW_S / self.SINK_S
        else:
            self.level_dbfs = min(level_dbfs, self.level_dbfs + rise_db_per_s * WINDOW_S)


class EnergyGate:
    """Open while there is sound above the background, and for a while after it."""

    def __init__(self, settings: Settings, background: Background) -> None:
        self._settings, self._background = settings, background
        self._closes_in = 0

    def passes(self, level_dbfs: float) -> bool:
        """Whether this window, the next one in time, is worth asking about."""
        over_noise_dbfs = self._background.level_dbfs + self._settings.over_noise_db
        loud = level_dbfs > max(self._settings.quietest_dbfs, over_noise_dbfs)
        if loud:
            self._closes_in = round(self._settings.gate_hold_s / WINDOW_S)
        elif self._closes_in:
            self._closes_in -= 1
        return loud or self._closes_in > 0


class GatedVoice:
    """The detector behind the gate; after a gap it is reset and given the windows just before."""

    CONTEXT_WINDOWS = 3

    def __init__(self, detector: VoiceActivity, settings: Settings, background: Background) -> None:
        self._detector = detector
        self._gate = EnergyGate(settings, background)
        self._was_open = False
        self._before: deque[bytes] = deque(maxlen=self.CONTEXT_WINDOWS)
        self.asked = 0

    def probability(self, window: bytes, level_dbfs: float) -> float:
        is_open = self._gate.passes(level_dbfs)
        if is_open and not self._was_open:
            self._detector.reset()
            for earlier in self._before:
                self._detector.probability(earlier)
        self._was_open = is_open
        self._before.append(window)
        self.asked += is_open
        return self._detector.probability(window) if is_open else 0.0


def level_dbfs(window: bytes) -> float:
    """The RMS level; minus infinity for silence."""
    samples = np.frombuffer(window, "<i2").astype(np.float32)
    power = float(np.dot(samples, samples)) / len(samples)
    return 10 * math.log10(power / 32768**2) if power else -math.inf


class _State(Enum):
    IDLE = auto()
    SPEAKING = auto()
    PAUSED = auto()


class Segmenter:
    """Turns audio into speech events. `pauses_s` are the silences that the listener wants to be told."""

    def __init__(
        self, detector: VoiceActivity, pauses_s: tuple[float, ...], settings: Settings | None = None
    ) -> None:
        self._settings = settings or Settings()
        self._background = Background(self._settings.quietest_dbfs)
        self._voice = GatedVoice(detector, self._settings, self._background)
        self._pauses_s = tuple(sorted(pauses_s)) or (0.5,)
        self._pending = bytearray()
        self._state = _State.IDLE
        self._windows = 0
        self._voiced_windows = 0
        self._is_loud = False
        self._loud_windows = 0
        self._started_s: float | None = None
        self._turn_started_s = 0.0
        self._is_new_turn = True
        self._ended_s = 0.0
        self._told = 0
        self._loudest_dbfs = -math.inf

    @property
    def is_speaking(self) -> bool:
        """Whether voice is going on and no pause has been told since."""
        return self._state is _State.SPEAKING

    @property
    def speech(self) -> tuple[float, float]:
        """From when to when the turn's speech has lasted so far."""
        return self._turn_started_s, max(self._turn_started_s, self._ended_s)

    def feed(self, pcm: bytes) -> list[SegmentEvent]:
        """What the next piece of audio, of any length, brings."""
        self._pending += pcm
        events: list[SegmentEvent] = []
        while len(self._pending) >= WINDOW_BYTES:
            window = bytes(self._pending[:WINDOW_BYTES])
            del self._pending[:WINDOW_BYTES]
            self._windows += 1
            level = level_dbfs(window)
            events.extend(self._window(self._is_voiced(window, level)))
        return events

    def begin_turn_at(self, at_s: float) -> None:
        """It was somebody else who spoke until then."""
        self._started_s = self._turn_started_s = at_s

    def new_turn(self) -> None:
        """The turn was taken: a pause in progress is told no further."""
        self._started_s, self._is_new_turn = None, True
        if self._state is _State.PAUSED:
            self._state = _State.IDLE
        elif self._state is _State.SPEAKING:
            self._start_at(self._now_s)

    @property
    def _now_s(self) -> float:
        return self._windows * WINDOW_S

    def _is_voiced(self, window: bytes, level: float) -> bool:
        settings = self._settings
        probability = self._voice.probability(window, level)
        self._background.hear(level)
        if self._state is _State.SPEAKING:
            return self._is_audible(level) and probability >= settings.stop_probability
        was_loud, self._is_loud = (
            self._is_loud,
            level > self._background.level_dbfs + settings.starts_over_noise_db,
        )
        return probability >= settings.start_probability and (self._is_loud or was_loud)

    def _is_audible(self, level: float) -> bool:
        """The detector goes on for three windows after the voice, and takes the voices of a room for it."""
        self._loudest_dbfs = max(level, self._loudest_dbfs - LOUDNESS_FADES_DB_PER_S * WINDOW_S)
        noise_dbfs = min(self._background.level_dbfs, self._loudest_dbfs)
        return level > noise_dbfs + self._settings.fades_to * (self._loudest_dbfs - noise_dbfs)

    def _window(self, voiced: bool) -> Iterator[SegmentEvent]:
        if self._state is _State.SPEAKING and voiced:
            self._ended_s = self._now_s
            return
        self._voiced_windows = self._voiced_windows + 1 if voiced else 0
        self._loud_windows = self._loud_windows + self._is_loud if voiced else 0
        if self._state is not _State.SPEAKING and self._is_long_enough():
            yield self._begin()
        elif self._state is not _State.IDLE:
            yield from self._silence()

    def _is_long_enough(self) -> bool:
        lasts = self._voiced_windows * WINDOW_S >= self._settings.min_speech_s
        return lasts and self._loud_windows >= LEAST_LOUD_WINDOWS

    def _begin(self) -> SpeechBegan:
        began_s = self._now_s - self._voiced_windows * WINDOW_S
        if self._started_s is None:
            self._start_at(began_s)
        self._state, self._voiced_windows = _State.SPEAKING, 0
        self._ended_s, self._told = self._now_s, 0
        self._loudest_dbfs = -math.inf
        return SpeechBegan(began_s)

    def _start_at(self, began_s: float) -> None:
        self._started_s = began_s
        if self._is_new_turn:
            self._turn_started_s, self._is_new_turn = began_s, False

    def _silence(self) -> Iterator[SegmentEvent]:
        assert self._started_s is not None
        silence_s = self._now_s - self._ended_s
        while self._told < len(self._pauses_s) and silence_s >= self._pauses_s[self._told]:
            self._told += 1
            self._state = _State.PAUSED
            yield SpeechPaused(self._started_s, self._ended_s, silence_s)
        if self._told == len(self._pauses_s):
            self._state, self._started_s = _State.IDLE, None
            yield SpeechEnded(self._now_s)
