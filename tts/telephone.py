"""Makes an engine's speech fit for the telephone: 8 kHz, trimmed, levelled."""

import numpy as np

from calls.audio import RATE_HZ
from tts.levels import Samples, from_pcm, level, to_pcm, trim
from tts.port import Speech

# Goes into the cache key: speech made by another version of this chain is made anew.
VERSION = "1"


def telephone_speech(speech: Speech) -> bytes:
    """One sentence as 8 kHz PCM; empty when the engine said nothing audible."""
    samples = from_pcm(speech.pcm)
    return to_pcm(level(trim(resampled(samples, speech.rate_hz), RATE_HZ), RATE_HZ))


def resampled(samples: Samples, rate_hz: int) -> Samples:
    """At 8 kHz, band-limited."""
    import soxr

    if rate_hz == RATE_HZ or not len(samples):
        return samples
    return np.asarray(soxr.resample(samples, rate_hz, RATE_HZ, quality="HQ"), dtype=np.float32)
