"""A track as it is drawn: the lowest and the highest sample of every column."""

from itertools import pairwise

import numpy as np

from calls.audio import RATE_HZ

Column = tuple[float, float]


def columns(pcm: bytes, start_s: float, end_s: float, count: int) -> tuple[Column, ...]:
    """The stretch in `count` equal columns, samples as -1…1; zeros where the track is over."""
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2")
    edges = np.linspace(start_s * RATE_HZ, end_s * RATE_HZ, count + 1).round().astype(int)
    return tuple(_extent(samples[first : max(last, first + 1)]) for first, last in pairwise(edges))


def peak(pcm: bytes) -> float:
    """The largest sample, 0…1."""
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2")
    return float(np.abs(samples.astype(np.int32)).max()) / 32768 if len(samples) else 0.0


def _extent(samples: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> Column:
    if not len(samples):
        return (0.0, 0.0)
    return (float(samples.min()) / 32768, float(samples.max()) / 32768)
