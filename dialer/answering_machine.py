"""Answering-machine detection: the beep, and a greeting longer than people speak when they pick up.

When unsure, it is a human: only a pure tone, or one voice that goes on for `LONG_GREETING_S` from the pick-up
on while the robot speaks too, is called a machine. A person who answers says a word or two and waits.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from calls.audio import FRAME_S, FRAME_SAMPLES, RATE_HZ

LOWEST_BEEP_HZ = 350.0
HIGHEST_BEEP_HZ = 2300.0
SHORTEST_BEEP_S = 0.16
PURE_TONE_SHARE = 0.85
QUIETEST_BEEP_RMS = 300.0
STEADY_HZ = 60.0
WINDOW_FRAMES = 2
LONG_GREETING_S = 4.5
GREETING_STARTS_WITHIN_S = 2.0


class Finding(Enum):
    """What has just been noticed."""

    GREETING = "greeting"
    BEEP = "beep"


@dataclass(slots=True)
class _Tone:
    hz: float = 0.0
    frames: int = 0


class AnsweringMachineDetector:
    """Fed with the patient's frames and the voice activity of the call, in audio time."""

    def __init__(self) -> None:
        self._window = np.zeros(WINDOW_FRAMES * FRAME_SAMPLES)
        self._taper = np.hanning(len(self._window))
        self._tone = _Tone()
        self._frames = 0
        self._voice_since_s: float | None = None
        self._greeting_found = False
        self._ended_first_turn = False

    def feed(self, pcm: bytes) -> Finding | None:
        """One frame of 20 ms; a beep is found once it has sounded for 0.16 s and has just ended."""
        self._frames += 1
        samples = np.frombuffer(pcm, "<i2").astype(np.float64)
        self._window = np.concatenate((self._window[len(samples) :], samples))
        hz = self._pure_tone_hz()
        if hz is not None and (self._tone.frames == 0 or abs(hz - self._tone.hz) <= STEADY_HZ):
            self._tone = _Tone(hz, self._tone.frames + 1)
            return None
        sounded_s, self._tone = self._tone.frames * FRAME_S, _Tone()
        if sounded_s >= SHORTEST_BEEP_S:
            return Finding.BEEP
        return self._long_greeting()

    def speech_started(self, at_s: float) -> None:
        """The first voice of the call is the one that may be a greeting."""
        if self._voice_since_s is None and not self._ended_first_turn:
            self._voice_since_s = at_s

    def speech_paused(self) -> None:
        """A person makes a pause and waits; a machine reads on."""
        self._ended_first_turn = True
        self._voice_since_s = None

    def _long_greeting(self) -> Finding | None:
        if self._greeting_found or self._voice_since_s is None:
            return None
        if self._voice_since_s > GREETING_STARTS_WITHIN_S:
            return None
        if self._frames * FRAME_S - self._voice_since_s < LONG_GREETING_S:
            return None
        self._greeting_found = True
        return Finding.GREETING

    def _pure_tone_hz(self) -> float | None:
        if np.sqrt(np.mean(self._window**2)) < QUIETEST_BEEP_RMS:
            return None
        power = np.abs(np.fft.rfft(self._window * self._taper)) ** 2
        peak = int(np.argmax(power))
        hz = peak * RATE_HZ / len(self._window)
        if not LOWEST_BEEP_HZ <= hz <= HIGHEST_BEEP_HZ:
            return None
        share = float(power[max(0, peak - 2) : peak + 3].sum() / power.sum())
        return hz if share >= PURE_TONE_SHARE else None
