"""Disturbs log-mel frames anew every time they are seen: more noise, another throat and rhythm, another
microphone, short gaps.

Sounds that are heard together add up in power, so that noise can be mixed in after the spectrum was taken:
log(exp(speech) + exp(noise)), band by band. Noise costs no disk there, and no two passes over the corpus
hear the same.
"""

import numpy as np
import numpy.typing as npt

from asr.training.dataset import Dataset
from asr.training.features import HIGH_HZ, LOW_HZ, MEL_BINS, Frames, mel

BACKGROUND = 0.45  # of all utterances
SNR_DB = (5.0, 28.0)
CROWD = 0.45  # of all backgrounds; the rest is recordings in which nobody speaks
TALKERS = (1, 5)
BAND_GAP = TIME_GAP = 0.4
THROAT, RHYTHM = 0.5, 0.35
FORMANTS = (0.88, 1.14)
KNOTS_HZ = (200.0, 800.0, 1800.0, 3400.0)  # formants also move independently of each other,
KNOT = 0.03  # by so much, as a deviation of the logarithm
CONTRAST = 0.2  # how much sharper or flatter they stand out, likewise,
COURSE_BANDS = 6  # over what is around them
HURRY = 0.25  # how much faster or slower a part of a sentence may be, as a deviation of the logarithm
FRAMES_PER_RHYTHM = 25
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
        if rng.random() < THROAT:
            formants = rng.uniform(*FORMANTS) * np.exp(_within(rng, KNOT, len(KNOTS_HZ)))
            heard = heard @ (throat(*formants) @ contrast(float(np.exp(_within(rng, CONTRAST, 1))[0])))
        if rng.random() < RHYTHM:
            heard = self.in_another_rhythm(heard)
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

    def in_another_rhythm(self, frames: Frames) -> Frames:
        """Parts of the sentence faster and parts slower; the whole as long as before."""
        knots = max(3, len(frames) // FRAMES_PER_RHYTHM)
        pace = np.exp(_within(self._rng, HURRY, knots))
        smooth = np.interp(np.linspace(0, knots - 1, len(frames)), np.arange(knots), pace)
        at = np.cumsum(smooth) - smooth[0]
        at *= (len(frames) - 1) / max(at[-1], 1e-9)
        before = np.minimum(at.astype(np.int64), len(frames) - 2)
        share = (at - before).astype(np.float32)[:, None]
        return np.asarray(frames[before] * (1 - share) + frames[before + 1] * share, np.float32)

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


def throat(*formants: float) -> Frames:
    """The matrix that moves a spectrum's bands as a throat of another length does (VTLN); edges are held.

    One factor moves all, several those around `KNOTS_HZ`.
    """
    low, high = float(mel(LOW_HZ)), float(mel(HIGH_HZ))
    bands_hz = 700.0 * np.expm1((low + (high - low) / (MEL_BINS + 1) * np.arange(1, MEL_BINS + 1)) / 1127.0)
    moved_hz = bands_hz / np.interp(
        np.log(bands_hz), np.log(KNOTS_HZ), np.broadcast_to(formants, len(KNOTS_HZ))
    )
    at = (mel(moved_hz) - low) / (high - low) * (MEL_BINS + 1) - 1
    at = np.clip(at, 0, MEL_BINS - 1)
    before = np.minimum(at.astype(np.int64), MEL_BINS - 2)
    matrix = np.zeros((MEL_BINS, MEL_BINS), np.float32)
    matrix[before, np.arange(MEL_BINS)] = 1 - (at - before)
    matrix[before + 1, np.arange(MEL_BINS)] += at - before
    return matrix


def contrast(strength: float) -> Frames:
    """The matrix that makes peaks of a spectrum stand out more (above 1) or less, around its own course."""
    apart = np.abs(np.subtract.outer(np.arange(MEL_BINS), np.arange(MEL_BINS)))
    course = np.maximum(0.0, COURSE_BANDS - apart)
    course /= course.sum(axis=0)
    return np.asarray(strength * np.eye(MEL_BINS) + (1 - strength) * course, np.float32)


def _within(rng: Rng, deviation: float, count: int) -> npt.NDArray[np.float64]:
    """Normal numbers, none further off than twice their deviation."""
    return np.clip(rng.normal(0, deviation, count), -2 * deviation, 2 * deviation)


def _level(frames: Frames) -> float:
    """Log of the mean power; pauses count, as in the noise of the corpus."""
    return float(np.log(np.exp(np.clip(frames, -20, 40)).sum(axis=1, dtype=np.float64).mean()))
