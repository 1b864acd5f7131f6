"""Both tracks on one clock."""

import wave
from pathlib import Path

import numpy as np

from demo.g711 import PCMA
from demo.recording import Recording

QUIET = PCMA.silence * 160
LOUD = PCMA.encode(np.full(160, 4032, "<i2").tobytes())


def loud_frames(pcm: bytes) -> list[int]:
    samples = np.abs(np.frombuffer(pcm, "<i2"))
    return [at for at in range(len(samples) // 160) if samples[160 * at : 160 * at + 160].mean() > 1000]


def recorded(arrivals: dict[int, list[tuple[int, bytes]]], frames: int) -> Recording:
    recording = Recording()
    for frame in range(frames):
        for timestamp, payload in arrivals.get(frame, []):
            recording.keep_heard(payload, timestamp)
        recording.keep_sent(QUIET)
    return recording


def test_packets_lie_where_their_rtp_time_says() -> None:
    late = {0: [(1000, QUIET)], 3: [(1000 + 160 * 3, LOUD), (1000 + 160 * 2, LOUD)]}
    assert loud_frames(recorded(late, 6).robot(PCMA)) == [2, 3]


def test_rtp_time_wraps() -> None:
    wrapped = {0: [(2**32 - 160, QUIET)], 1: [(0, LOUD)]}
    assert loud_frames(recorded(wrapped, 3).robot(PCMA)) == [1]


def test_a_source_that_jumps_is_laid_where_it_is_heard() -> None:
    jumped = {0: [(0, QUIET)], 5: [(10**8, LOUD)]}
    assert loud_frames(recorded(jumped, 8).robot(PCMA)) == [5]


def test_the_robot_is_left_and_the_patient_right(tmp_path: Path) -> None:
    recording = Recording()
    recording.keep_sent(QUIET)
    recording.keep_sent(LOUD)
    recording.keep_heard(LOUD, 0)
    recording.write(tmp_path / "call.wav", PCMA)
    with wave.open(str(tmp_path / "call.wav")) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8000)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    assert loud_frames(samples[:, 0].tobytes()) == [2]
    assert loud_frames(samples[:, 1].tobytes()) == [1]
