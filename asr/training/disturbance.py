"""Disturbs log-mel frames anew every time they are seen: more noise, another microphone, short gaps.

Sounds that are heard together add up in power, so that noise can be mixed in after the spectrum was taken:
log(exp(speech) + exp(noise)), band by band. Noise costs no disk there, and no two passes over the corpus
hear the same.
"""

import numpy as np
import numpy.typing as npt

from asr.training.dataset import Dataset
from asr.training.features import MEL_BINS, Frames

BACKGROUND = 0.5  # of all utterances
SNR_DB = (0.0, 25.0)
CROWD = 0.45  # of all backgrounds; the rest is recordings in which nobody speaks
TALKERS = (1, 5)
BAND_GAP = TIME_GAP = 0.4
DB = np.log(10) / 10  # one decibel in units of the natural logarithm of power

Rng = np.random.Generator


class Disturbance:
    """Draws its noises from the training set itself: empty recordings, and other people's sentences."""

    def __init__(self, data: Dataset, rng: Rng) -> None:
        self._data, self._rng = data, rng
        spoken = np.diff(data.target_borders)
        self._empty, self._talk = np.flatnonzero(spoken == 0), np.flatnonzero(spoken)

    def __call__(self, frames: npt.NDArray[np.floating]) -> Frames:
        """Another recording of an utterance; equal in length."""
        rng = self._rng
        heard = np.asarray(frames, np.float32)
        if rng.random() < BACKGROUND:
            heard = self._with_background(heard)
        heard = heard + self._microphone()
        if rng.random() < BAND_GAP:
            width = int(rng.integers(1, 7))
            band = int(rng.integers(0, MEL_BINS - width))
            heard[:, band : band + width] = heard[:, band : band + width].mean()
        if len(heard) > 40 and rng.random() < TIME_GAP:
            width = int(rng.integers(2, 9))
            start = int(rng.integers(0, len(heard) - width))
            heard[start : start + width] = heard.mean(axis=0)
        return heard

    def _microphone(self) -> Frames:
        """A gain, and a smooth curve over the bands."""
        bands = np.arange(MEL_BINS)
        waves = np.cos(np.pi * np.outer(bands + 0.5, np.arange(1, 5)) / MEL_BINS)
        curve = waves @ self._rng.normal(0, (0.5, 0.35, 0.25, 0.2))
        return np.asarray(self._rng.normal(0, 1.2) + curve, np.float32)

    def _with_background(self, frames: Frames) -> Frames:
        rng = self._rng
        if rng.random() < CROWD or not len(self._empty):
            around = self._piece(self._talk, len(frames))
            for _ in range(int(rng.integers(*TALKERS)) - 1):
                other = self._piece(self._talk, len(frames))
                around = np.logaddexp(around, other + np.float32(_level(around) - _level(other)))
        else:
            around = self._piece(self._empty, len(frames))
        snr = rng.uniform(*SNR_DB) * DB
        mixed: Frames = np.logaddexp(frames, around + np.float32(_level(frames) - _level(around) - snr))
        return mixed

    def _piece(self, of: npt.NDArray[np.int64], length: int) -> Frames:
        """So much of one utterance, repeated where it is too short."""
        frames = self._data.utterance(int(self._rng.choice(of)))[0].astype(np.float32)
        start = int(self._rng.integers(0, len(frames)))
        return np.take(frames, range(start, start + length), axis=0, mode="wrap")


def _level(frames: Frames) -> float:
    """Log of the mean power; pauses count, as in the noise of the corpus."""
    return float(np.log(np.exp(np.clip(frames, -20, 40)).sum(axis=1, dtype=np.float64).mean()))
