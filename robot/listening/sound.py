"""Any WAV file as tracks of telephone audio."""

import wave
from pathlib import Path

import numpy as np

from calls.errors import BadInput
from tts.levels import Samples, to_pcm
from tts.telephone import resampled

HINT = "Нужен WAV с PCM. Другой формат переведёт ffmpeg: ffmpeg -i запись.mp3 запись.wav"


def read_tracks(path: Path) -> tuple[bytes, ...]:
    """Each channel of the file as 8 kHz PCM, whatever its rate and its width; BadInput says what is wrong."""
    try:
        with wave.open(str(path)) as file:
            channels, width, rate_hz = file.getnchannels(), file.getsampwidth(), file.getframerate()
            raw = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise BadInput(f"{path} не читается как WAV", hint=HINT) from error
    samples = _samples(raw[: len(raw) // (channels * width) * channels * width], width)
    if not len(samples):
        raise BadInput(f"{path}: в файле нет звука", hint=HINT)
    tracks = samples.reshape(-1, channels).T
    return tuple(to_pcm(resampled(np.ascontiguousarray(track), rate_hz)) for track in tracks)


def _samples(raw: bytes, width: int) -> Samples:
    """-1…1. In a WAV 8 bits are unsigned, all wider samples signed little-endian."""
    match width:
        case 1:
            return (np.frombuffer(raw, "u1").astype(np.float32) - 128) / np.float32(128)
        case 2:
            return np.frombuffer(raw, "<i2").astype(np.float32) / np.float32(1 << 15)
        case 3:
            padded = np.zeros((len(raw) // 3, 4), dtype=np.uint8)
            padded[:, 1:] = np.frombuffer(raw, "u1").reshape(-1, 3)
            return padded.view("<i4")[:, 0].astype(np.float32) / np.float32(1 << 31)
        case _:
            return np.frombuffer(raw, "<i4").astype(np.float32) / np.float32(1 << 31)


def mixed(tracks: tuple[bytes, ...]) -> bytes:
    """All channels as one."""
    length = max(map(len, tracks))
    padded = [np.frombuffer(track.ljust(length, b"\0"), "<i2").astype(np.float32) for track in tracks]
    return to_pcm(np.asarray(np.mean(padded, axis=0) / 32768, dtype=np.float32))
