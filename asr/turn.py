"""A turn as its words are read: the audio that can still be heard again, and what of it is settled."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from asr.nearness import nearer_voice
from asr.segmenter import WINDOW_S, WINDOW_SAMPLES
from calls.audio import RATE_HZ, duration_s
from calls.transcript import Transcript, Word

MOMENT_S = 0.04


@dataclass(slots=True)
class Stretch:
    """Audio of the turn without a gap, from `call_s` on."""

    call_s: float
    pcm: bytearray

    @property
    def end_s(self) -> float:
        return self.call_s + duration_s(bytes(self.pcm))

    def between(self, start_s: float, end_s: float) -> npt.NDArray[np.int16]:
        """What of it lies between two moments of the call."""
        first, last = (max(0, round((at - self.call_s) * RATE_HZ)) for at in (start_s, end_s))
        return np.frombuffer(bytes(self.pcm[2 * first : 2 * last]), "<i2")

    def since(self, call_s: float) -> "Stretch":
        """What of it was heard from then on."""
        gone = max(0, round((call_s - self.call_s) * RATE_HZ))
        return Stretch(self.call_s + gone / RATE_HZ, self.pcm[2 * gone :])

    def levels(self) -> list[tuple[float, float]]:
        """When its windows begin in the call, and their power in dB of one step of a sample."""
        windows = len(self.pcm) // 2 // WINDOW_SAMPLES
        samples = np.frombuffer(bytes(self.pcm), "<i2", windows * WINDOW_SAMPLES).astype(np.float64)
        power = (samples.reshape(windows, WINDOW_SAMPLES) ** 2).mean(axis=1)
        return [(self.call_s + at * WINDOW_S, 10 * math.log10(each + 1)) for at, each in enumerate(power)]


def _loudest_moment_db(samples: npt.NDArray[np.int16]) -> float:
    """Minus infinity for less than a moment."""
    length = round(MOMENT_S * RATE_HZ)
    energy = np.concatenate([[0.0], np.cumsum(samples.astype(np.float64) ** 2)])
    moments = energy[length:] - energy[:-length]
    return 10 * math.log10(float(moments.max()) / length + 1) if len(moments) else -math.inf


class Turn:
    """What of the turn can still be heard again, and the words that no longer can."""

    def __init__(self) -> None:
        self.stretches: list[Stretch] = []
        self.settled = Transcript()
        self.words = Transcript()
        self._settled_levels: list[tuple[float, float]] = []

    def loudest_db(self, word: Word) -> float:
        """The power of the loudest moment while the word was said, in dB of one step of a sample."""
        longest = max(word.end_s, word.start_s + MOMENT_S)
        spans = (stretch.between(word.start_s, longest) for stretch in self.stretches)
        return max(map(_loudest_moment_db, spans), default=-math.inf)

    @property
    def duration_s(self) -> float:
        return sum(duration_s(bytes(stretch.pcm)) for stretch in self.stretches)

    @property
    def transcript(self) -> Transcript:
        """The words as of the last pause."""
        return self.settled + self.words

    def settle(self) -> None:
        """The words so far stand; their audio is not needed again."""
        self.settled, self.words = self.transcript, Transcript()
        self._settled_levels = self._levels()
        self.stretches.clear()

    def nearer_voice_s(self, began_s: float) -> float | None:
        """When somebody began to speak who is much nearer than whoever has spoken since `began_s`.

        None as well if that was where words are settled: some of them may be the nearer voice's.
        """
        levels = [(at_s, level) for at_s, level in self._levels() if at_s >= began_s]
        settled = sum(at_s >= began_s for at_s, _ in self._settled_levels)
        window = nearer_voice([level for _, level in levels])
        return None if window is None or window < settled else levels[window][0]

    def since(self, call_s: float) -> "Turn":
        """The same turn without what was heard before."""
        later = Turn()
        later.stretches = [stretch.since(call_s) for stretch in self.stretches if stretch.end_s > call_s]
        return later

    def _levels(self) -> list[tuple[float, float]]:
        return [*self._settled_levels, *(level for stretch in self.stretches for level in stretch.levels())]
