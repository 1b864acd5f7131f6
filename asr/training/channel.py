"""What happens to speech on its way to our recogniser: room, noise, microphone, line, codec, lost packets.

Every function takes the random generator it draws from; sound is float in the range of 16-bit samples.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from asr.training.voices import RATE_HZ, Samples

Sound = npt.NDArray[np.float64]
Rng = np.random.Generator

FULL_SCALE = 32767
PACKET = 160
A_LAW = 87.6
SPECTRAL_SLOPE = {"white": 0.0, "pink": 0.5, "brown": 1.0, "car": 1.4, "street": 0.6, "hum": 0.8}
NOISES = ("white", "pink", "brown", "car", "street", "hum", "mixed", "babble", "babble", "babble")
EQUALISER_HZ = np.array([0, 200, 400, 800, 1400, 2200, 3000, 3600, 4000])


@dataclass(frozen=True, slots=True)
class Conditions:
    """How likely each trouble is, and how strong; the defaults are those of training."""

    tempo: tuple[float, float] = (0.88, 1.14)
    reverb: float = 0.4
    equaliser: float = 0.75
    noise: float = 0.82
    snr_db: tuple[float, float] = (2.0, 32.0)
    overdrive: float = 0.07
    a_law: float = 0.6
    packet_loss: float = 0.2
    second_sentence: float = 0.15


def a_law(sound: Sound) -> Sound:
    """Through an 8-bit A-law codec and back."""
    level = np.abs(np.clip(sound / 32768, -1, 1))
    knee = 1 + np.log(A_LAW)
    pressed = np.where(level < 1 / A_LAW, A_LAW * level, 1 + np.log(np.maximum(A_LAW * level, 1e-9))) / knee
    coded = (np.floor(np.clip(pressed * 128, 0, 127)) + 0.5) / 128
    opened = np.where(coded < 1 / knee, coded * knee / A_LAW, np.exp(coded * knee - 1) / A_LAW)
    return np.asarray(np.rint(np.sign(sound) * opened * 32768))


def _shaped(sound: Sound, gain_of: Sound, at_hz: Sound) -> Sound:
    """Filter with a gain in dB given at some frequencies."""
    size = _fast_size(len(sound))
    spectrum = np.fft.rfft(sound, size)
    gain_db = np.interp(np.fft.rfftfreq(size, 1 / RATE_HZ), at_hz, gain_of)
    return np.asarray(np.fft.irfft(spectrum * 10 ** (gain_db / 20), size)[: len(sound)])


def _fast_size(length: int) -> int:
    """The next length that the Fourier transform likes."""
    step = 1 << max(0, length.bit_length() - 3)
    return -(-length // step) * step


def equalise(rng: Rng, sound: Sound, telephone: float = 0.65) -> Sound:
    """A random microphone, often followed by a telephone band."""
    curve = np.cumsum(rng.normal(0, 2.2, len(EQUALISER_HZ)))
    curve += rng.uniform(-5, 5) * (EQUALISER_HZ - 2000) / 2000 - curve.mean()
    fine_hz = np.linspace(0, RATE_HZ / 2, 161)
    gain = np.interp(fine_hz, EQUALISER_HZ, curve)
    if rng.random() < telephone:
        low, high = rng.uniform(150, 380), rng.uniform(3000, 3700)
        gain -= np.clip((low - fine_hz) / low, 0, 1) * rng.uniform(10, 45)
        gain -= np.clip((fine_hz - high) / 300, 0, 1) * rng.uniform(10, 40)
    return _shaped(sound, gain, fine_hz)


def babble(rng: Rng, length: int, voices: Sequence[Samples], talkers: int) -> Sound:
    """Several people talking at once."""
    mixed = rng.standard_normal(length) * 20
    for _ in range(talkers):
        pieces, have = [], 0
        while have < length:
            pieces.append(voices[int(rng.integers(len(voices)))].astype(np.float64) * rng.uniform(0.4, 1))
            have += len(pieces[-1])
        talk = np.concatenate(pieces)
        start = int(rng.integers(0, len(talk) - length + 1))
        mixed += talk[start : start + length]
    return mixed


def noise(rng: Rng, length: int, kind: str, voices: Sequence[Samples]) -> Sound:
    """Noise of one of NOISES, of about unit power (babble: as loud as speech)."""
    if kind == "babble":
        return babble(rng, length, voices, int(rng.integers(2, 7)))
    slope = SPECTRAL_SLOPE[kind] if kind in SPECTRAL_SLOPE else rng.uniform(-0.3, 1.2)
    size = _fast_size(length)
    frequencies = np.maximum(np.fft.rfftfreq(size, 1 / RATE_HZ), 20)
    coloured = np.fft.irfft(np.fft.rfft(rng.standard_normal(size)) / frequencies**slope, size)[:length]
    coloured = np.asarray(coloured / (coloured.std() + 1e-9))
    time_s = np.arange(length) / RATE_HZ
    if kind == "street":
        passing = 1 + 0.8 * np.sin(2 * np.pi * rng.uniform(0.1, 1.5) * time_s + rng.uniform(0, 6))
        gusts = np.abs(np.convolve(rng.standard_normal(length // 400 + 2), [1, 1, 1], "same"))
        coloured *= passing + 0.5 * gusts[np.arange(length) // 400]
    if kind == "hum":
        base_hz = float(rng.choice([50, 60, 100, 400, 425]))
        for harmonic in range(1, int(rng.integers(2, 7))):
            coloured += rng.uniform(0.2, 1.5) * np.sin(
                2 * np.pi * base_hz * harmonic * time_s + rng.uniform(0, 6)
            )
    return coloured


def lose_packets(rng: Rng, sound: Sound, share: float) -> Sound:
    """Drop 20 ms packets; the line plays silence or the last packet, fading."""
    heard = sound.copy()
    for start in range(0, len(heard) - PACKET, PACKET):
        if rng.random() < share:
            repeat = start >= PACKET and rng.random() < 0.5
            heard[start : start + PACKET] = heard[start - PACKET : start] * 0.7 if repeat else 0
    return heard


def reverberate(rng: Rng, sound: Sound) -> Sound:
    """A small room."""
    length = int(rng.uniform(0.04, 0.35) * RATE_HZ)
    response = (
        rng.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length) * rng.uniform(0.03, 0.25)
    )
    response[0] = 1
    size = _fast_size(len(sound) + length)
    return np.asarray(
        np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(response, size), size)[: len(sound)]
    )


def change_tempo(rng: Rng, sound: Sound, limits: tuple[float, float]) -> Sound:
    """Play faster or slower (the voice moves with it)."""
    import soxr

    return np.asarray(soxr.resample(sound, RATE_HZ * rng.uniform(*limits), RATE_HZ), np.float64)


def on_the_phone(rng: Rng, speech: Sound, voices: Sequence[Samples], conditions: Conditions) -> Sound:
    """One telephone recording of a sentence, with silence around it."""
    spoken = change_tempo(rng, speech, conditions.tempo) if conditions.tempo != (1, 1) else speech
    before, after = int(rng.uniform(0.05, 0.7) * RATE_HZ), int(rng.uniform(0.15, 0.8) * RATE_HZ)
    sound = np.concatenate([np.zeros(before), spoken, np.zeros(after)])
    if rng.random() < conditions.reverb:
        sound = reverberate(rng, sound)
    if rng.random() < conditions.equaliser:
        sound = equalise(rng, sound)
    level = np.sqrt(np.mean(sound[before : len(sound) - after] ** 2)) + 1
    if rng.random() < conditions.noise:
        around = noise(rng, len(sound), str(rng.choice(NOISES)), voices)
        around = equalise(rng, around) if rng.random() < 0.5 else around
        sound += around * (level / (around.std() + 1e-9) * 10 ** (-rng.uniform(*conditions.snr_db) / 20))
    if rng.random() < conditions.overdrive:
        ceiling = np.abs(sound).max() * rng.uniform(0.2, 0.7)
        sound = np.clip(sound, -ceiling, ceiling)
    sound *= FULL_SCALE * 10 ** (rng.uniform(-30, 0) / 20) / (np.abs(sound).max() + 1)
    return _line(rng, sound, conditions)


def _line(rng: Rng, sound: Sound, conditions: Conditions) -> Sound:
    heard = a_law(sound) if rng.random() < conditions.a_law else np.rint(sound)
    if rng.random() < conditions.packet_loss:
        heard = lose_packets(rng, heard, rng.uniform(0.01, 0.06))
    return np.asarray(np.clip(heard, -32768, 32767))


def nobody_speaks(rng: Rng, voices: Sequence[Samples]) -> Sound:
    """A recording without anything to write: silence, noise, distant babble, clicks, breaths, tones."""
    length = int(rng.uniform(0.6, 3.5) * RATE_HZ)
    if rng.random() < 0.1:
        return np.zeros(length)
    if rng.random() < 0.2:
        sound = babble(rng, length, voices, int(rng.integers(5, 9)))
    else:
        sound = noise(rng, length, str(rng.choice(NOISES[:7])), voices)
    sound = equalise(rng, sound) if rng.random() < 0.5 else sound
    sound *= 10 ** rng.uniform(0.3, 3.6) / (sound.std() + 1e-9)
    if rng.random() < 0.4:
        for _ in range(int(rng.integers(1, 5))):
            _add_event(rng, sound)
    return _line(rng, np.clip(sound, -32768, 32767), Conditions())


def _add_event(rng: Rng, sound: Sound) -> None:
    """A click, a breath or a tone."""
    start, length = int(rng.integers(0, len(sound) - 2000)), int(rng.integers(20, 2000))
    time_s = np.arange(length) / RATE_HZ
    tone = np.sin(2 * np.pi * rng.uniform(200, 2500) * time_s)
    event = rng.standard_normal(length) if rng.random() < 0.6 else tone
    sound[start : start + length] += np.hanning(length) * event * 10 ** rng.uniform(2, 4)
