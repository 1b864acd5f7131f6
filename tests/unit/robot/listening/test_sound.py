"""WAV files of any kind become tracks of telephone audio."""

import math
import struct
import wave
from pathlib import Path

import pytest

from calls.audio import RATE_HZ, duration_s, level_dbfs
from calls.errors import BadInput
from robot.listening.sound import mixed, read_tracks

HALF_SCALE_SINE_DBFS = -9.03


def tone(rate_hz: int, seconds: float = 0.5) -> list[float]:
    """440 Hz at half of full scale."""
    return [0.5 * math.sin(2 * math.pi * 440 * at / rate_hz) for at in range(round(rate_hz * seconds))]


def encoded(sample: float, width: int) -> bytes:
    if width == 1:
        return struct.pack("B", round(sample * 127) + 128)
    return round(sample * (1 << (8 * width - 1))).to_bytes(width, "little", signed=True)


def write(path: Path, rate_hz: int, width: int, *tracks: list[float]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(tracks))
        file.setsampwidth(width)
        file.setframerate(rate_hz)
        file.writeframes(b"".join(encoded(each, width) for at in zip(*tracks, strict=True) for each in at))
    return path


@pytest.mark.parametrize("rate_hz", [8000, 11025, 16000, 48000])
@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_any_rate_and_width(tmp_path: Path, rate_hz: int, width: int) -> None:
    [track] = read_tracks(write(tmp_path / "a.wav", rate_hz, width, tone(rate_hz)))
    assert duration_s(track) == pytest.approx(0.5, abs=0.01)
    assert level_dbfs(track) == pytest.approx(HALF_SCALE_SINE_DBFS, abs=0.3)


def test_channels_stay_apart(tmp_path: Path) -> None:
    silent = [0.0] * RATE_HZ
    left, right = read_tracks(write(tmp_path / "a.wav", RATE_HZ, 2, tone(RATE_HZ, 1.0), silent))
    assert level_dbfs(left) == pytest.approx(HALF_SCALE_SINE_DBFS, abs=0.1)
    assert not any(right)
    assert level_dbfs(mixed((left, right))) == pytest.approx(HALF_SCALE_SINE_DBFS - 6.02, abs=0.1)


def test_a_file_cut_in_the_middle_of_a_sample_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", RATE_HZ, 2, tone(RATE_HZ), tone(RATE_HZ))
    path.write_bytes(path.read_bytes()[:-3])
    assert len(read_tracks(path)) == 2


@pytest.mark.parametrize("content", [b"", b"RIFF", b"ID3 not a wave file at all", b"\0" * 200])
def test_what_is_no_wave_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="не читается") as caught:
        read_tracks(path)
    assert "ffmpeg" in caught.value.hint


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="нет звука"):
        read_tracks(write(tmp_path / "a.wav", RATE_HZ, 2, []))
