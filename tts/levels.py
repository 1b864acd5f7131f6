"""Loudness: active-speech level, peak limiting, trimming of the silence that engines leave at both ends.

The active level is measured over frames of 20 ms within 15.9 dB of it, as in ITU-T P.56 (method B, without
its envelope). All audio here is mono float32 in -1…1.
"""

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]

TARGET_DBFS = -19.0
PEAK_DBFS = -3.0
LARGEST_GAIN_DB = 30.0
SILENCE_BELOW_ACTIVE_DB = 30.0
LEAD_S, TAIL_S, FADE_S = 0.02, 0.05, 0.004
_FRAME_S = 0.02
_MARGIN_DB = 15.9


def from_pcm(pcm: bytes) -> Samples:
    """Samples of 16-bit little-endian PCM."""
    return np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.float32) / np.float32(32768)


def to_pcm(samples: Samples) -> bytes:
    """16-bit little-endian PCM; what is louder than full scale is clipped."""
    return bytes(np.clip(np.rint(samples * 32768), -32768, 32767).astype("<i2").tobytes())


def _frame_powers(samples: Samples, frame: int) -> NDArray[Any]:
    whole = len(samples) // frame * frame
    if not whole:
        return np.array([np.mean(np.square(samples))]) if len(samples) else np.zeros(1)
    return np.asarray(np.mean(np.square(samples[:whole].reshape(-1, frame)), axis=1))


def active_level_dbfs(samples: Samples, rate_hz: int) -> float:
    """The level of the speech without its pauses; minus infinity for silence."""
    powers = _frame_powers(samples, round(_FRAME_S * rate_hz))
    active = float(powers.max())
    if active <= 0:
        return -math.inf
    for _ in range(6):
        louder = powers[powers >= active * 10 ** (-_MARGIN_DB / 10)]
        active = float(louder.mean())
    return 10 * math.log10(active)


def peak_dbfs(samples: Samples) -> float:
    """The largest sample relative to full scale."""
    peak = float(np.abs(samples).max()) if len(samples) else 0.0
    return 20 * math.log10(peak) if peak else -math.inf


def trim(samples: Samples, rate_hz: int) -> Samples:
    """Without the silence at both ends, but for a breath of it; the ends are faded against clicks."""
    frame = round(0.005 * rate_hz)
    level = active_level_dbfs(samples, rate_hz)
    if level == -math.inf:
        return samples[:0]
    heard = np.flatnonzero(_frame_powers(samples, frame) > 10 ** ((level - SILENCE_BELOW_ACTIVE_DB) / 10))
    first = max(0, int(heard[0]) * frame - round(LEAD_S * rate_hz))
    last = min(len(samples), (int(heard[-1]) + 1) * frame + round(TAIL_S * rate_hz))
    kept = samples[first:last].copy()
    ramp = np.linspace(0, 1, min(round(FADE_S * rate_hz), len(kept) // 2), dtype=np.float32)
    kept[: len(ramp)] *= ramp
    kept[len(kept) - len(ramp) :] *= ramp[::-1]
    return kept


def level(samples: Samples, rate_hz: int, target_dbfs: float = TARGET_DBFS) -> Samples:
    """At the target active level, peaks limited; silence stays silence."""
    present = active_level_dbfs(samples, rate_hz)
    if present == -math.inf:
        return samples
    gain_db = min(target_dbfs - present, LARGEST_GAIN_DB)
    louder = (samples * np.float32(10 ** (gain_db / 20))).astype(np.float32)
    return limit(louder, rate_hz)


def limit(samples: Samples, rate_hz: int, peak_dbfs_at_most: float = PEAK_DBFS) -> Samples:
    """A look-ahead limiter: the gain sinks 2 ms before a peak and comes back after it, without distortion."""
    ceiling = 10 ** (peak_dbfs_at_most / 20)
    needed = np.minimum(1.0, ceiling / np.maximum(np.abs(samples), 1e-9))
    if not len(needed) or needed.min() >= 1:
        return samples
    width = round(0.002 * rate_hz)
    padded = np.pad(needed, 2 * width, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * width + 1).min(axis=1)
    window = np.hanning(2 * width + 3)[1:-1]
    gain = np.convolve(lowest, window / window.sum(), mode="valid")
    return (samples * gain).astype(np.float32)
