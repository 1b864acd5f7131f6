"""Telephone audio: 16-bit little-endian mono PCM at 8 kHz, in frames of 20 ms."""

import math
import sys
import wave
from array import array
from pathlib import Path

RATE_HZ = 8000
FRAME_S = 0.02
FRAME_SAMPLES = 160
FRAME_BYTES = 2 * FRAME_SAMPLES
SILENCE = bytes(FRAME_BYTES)
FULL_SCALE = 32768


def duration_s(pcm: bytes) -> float:
    """How long the audio lasts."""
    return len(pcm) / 2 / RATE_HZ


def silence(seconds: float) -> bytes:
    """Digital silence, rounded to whole samples."""
    return bytes(2 * round(seconds * RATE_HZ))


def samples_of(pcm: bytes) -> "array[int]":
    """The samples as an array in the machine's own byte order."""
    samples = array("h", pcm[: len(pcm) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def level_dbfs(pcm: bytes) -> float:
    """The RMS level relative to full scale; minus infinity for silence."""
    samples = samples_of(pcm)
    if not samples:
        return -math.inf
    power = sum(sample * sample for sample in samples) / len(samples)
    return 10 * math.log10(power / FULL_SCALE**2) if power else -math.inf


def interleave(left: bytes, right: bytes) -> bytes:
    """Two mono tracks as one stereo track; the shorter one is filled up with silence."""
    length = max(len(left), len(right)) // 2 * 2
    stereo = array("h", bytes(2 * length))
    stereo[0::2] = array("h", left[:length].ljust(length, b"\0"))
    stereo[1::2] = array("h", right[:length].ljust(length, b"\0"))
    return stereo.tobytes()


def write_wav(path: Path, pcm: bytes, channels: int = 1) -> None:
    """Write 8 kHz PCM as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(pcm)


def read_wav(path: Path) -> bytes:
    """The samples of a mono 16-bit 8 kHz WAV file; ValueError for any other format."""
    with wave.open(str(path)) as file:
        if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE_HZ):
            raise ValueError("expected a mono 16-bit WAV file at 8000 Hz")
        pcm: bytes = file.readframes(file.getnframes())
    return pcm
