"""Kaldi's MFCC front end in numpy, split where the network is trained: at the log-mel spectrum.

The cosine transform and the lifter between log-mel and MFCC are one invertible matrix. So a network trained
on log-mel, where gain and microphone are sums, becomes one that reads MFCC when its first layer is multiplied
by the inverse.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

RATE_HZ = 8000
WINDOW = 200
HOP = 80
FFT_SIZE = 256
MEL_BINS = 40
LOW_HZ = 60.0
HIGH_HZ = 3800.0
PREEMPHASIS = 0.97
LIFTER = 22
POWER_FLOOR = 1.1920929e-07
FRAMES_PER_S = RATE_HZ // HOP

Frames = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float64]

MFCC_CONF = f"""--use-energy=false
--sample-frequency={RATE_HZ}
--num-mel-bins={MEL_BINS}
--num-ceps={MEL_BINS}
--low-freq={LOW_HZ:.0f}
--high-freq={HIGH_HZ:.0f}
--dither=0
"""


def mel(frequency_hz: float | Matrix) -> Matrix:
    """Kaldi's mel scale."""
    return np.asarray(1127.0 * np.log1p(np.asarray(frequency_hz) / 700.0))


@cache
def window() -> Frames:
    """Kaldi's "povey" window."""
    phase = 2 * np.pi * np.arange(WINDOW) / (WINDOW - 1)
    return np.asarray((0.5 - 0.5 * np.cos(phase)) ** 0.85, np.float32)


@cache
def mel_bank() -> Frames:
    """Triangular filters, FFT_SIZE / 2 + 1 by MEL_BINS."""
    low, high = float(mel(LOW_HZ)), float(mel(HIGH_HZ))
    width = (high - low) / (MEL_BINS + 1)
    bins = mel(np.arange(FFT_SIZE // 2) * RATE_HZ / FFT_SIZE)
    bank = np.zeros((FFT_SIZE // 2 + 1, MEL_BINS), np.float32)
    for band in range(MEL_BINS):
        rising = (bins - (low + band * width)) / width
        bank[: FFT_SIZE // 2, band] = np.maximum(0, np.minimum(rising, 2 - rising))
    return bank


@cache
def cepstrum() -> Matrix:
    """The matrix that takes a log-mel row to an MFCC row: orthonormal cosine transform, then the lifter."""
    order = np.arange(MEL_BINS)
    transform = np.sqrt(2.0 / MEL_BINS) * np.cos(np.pi / MEL_BINS * np.outer(order + 0.5, order))
    transform[:, 0] = np.sqrt(1.0 / MEL_BINS)
    return np.asarray(transform * (1 + 0.5 * LIFTER * np.sin(np.pi * order / LIFTER)))


def log_mel(samples: npt.NDArray[np.floating]) -> Frames:
    """Log-mel spectrum of sound in the range of 16-bit samples: one row per 10 ms, none below 25 ms."""
    sound = np.asarray(samples, np.float32)
    count = 1 + (len(sound) - WINDOW) // HOP
    if count <= 0:
        return np.zeros((0, MEL_BINS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(sound, WINDOW)[::HOP][:count].copy()
    frames -= frames.mean(axis=1, keepdims=True)
    emphasised = np.empty_like(frames)
    emphasised[:, 1:] = frames[:, 1:] - PREEMPHASIS * frames[:, :-1]
    emphasised[:, 0] = frames[:, 0] * (1 - PREEMPHASIS)
    spectrum = np.fft.rfft(emphasised * window(), FFT_SIZE)
    power = np.asarray(spectrum.real**2 + spectrum.imag**2, np.float32)
    return np.asarray(np.log(np.maximum(power @ mel_bank(), POWER_FLOOR)), np.float32)


def mfcc(samples: npt.NDArray[np.floating]) -> Frames:
    """What Kaldi computes with `MFCC_CONF`."""
    return np.asarray(log_mel(samples) @ cepstrum(), np.float32)
