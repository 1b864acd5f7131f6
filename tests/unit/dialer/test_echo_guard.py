"""The robot's own voice in the patient's track is turned down, the patient's is not touched."""

import random

from calls.audio import FRAME_BYTES, RATE_HZ, level_dbfs
from dialer.echo_guard import EchoGuard

ROBOT_DBFS = -19.0
INAUDIBLE_DBFS = -50.0


def voice(seconds: float, dbfs: float, seed: int = 1) -> bytes:
    """Noise at that level."""
    rng, size = random.Random(seed), round(seconds * RATE_HZ)
    scale = 32768 * 10 ** (dbfs / 20)
    return b"".join(round(rng.gauss(0, scale)).to_bytes(2, "little", signed=True) for _ in range(size))


def cleaned(guard: EchoGuard, pcm: bytes, first_frame: int) -> bytes:
    frames = range(0, len(pcm), FRAME_BYTES)
    return b"".join(
        guard.cleaned(first_frame + index, pcm[at : at + FRAME_BYTES]) for index, at in enumerate(frames)
    )


def speaking_robot() -> EchoGuard:
    guard = EchoGuard()
    guard.robot_says(50, voice(2.0, ROBOT_DBFS))
    return guard


def test_an_echo_is_turned_down() -> None:
    echo = voice(2.0, ROBOT_DBFS - 25)
    assert level_dbfs(cleaned(speaking_robot(), echo, 55)) < INAUDIBLE_DBFS


def test_the_patient_passes_untouched() -> None:
    patient = voice(1.0, -30.0, seed=2)
    assert cleaned(speaking_robot(), patient, 60) == patient


def test_the_quiet_end_of_a_word_passes_too() -> None:
    word = voice(0.2, -25.0, seed=2) + voice(0.1, -45.0, seed=3)
    assert cleaned(speaking_robot(), word, 60) == word


def test_nothing_is_touched_while_the_robot_is_silent() -> None:
    guard, quiet = speaking_robot(), voice(0.5, -45.0)
    assert cleaned(guard, quiet, 0) == quiet
    assert cleaned(guard, quiet, 50 + 100 + 20) == quiet


def test_a_robot_that_was_cut_off_makes_no_more_echo() -> None:
    guard, quiet = speaking_robot(), voice(0.5, -45.0)
    guard.robot_stops(60)
    assert cleaned(guard, quiet, 60 + 20) == quiet


def test_short_frames_do_no_harm() -> None:
    assert speaking_robot().cleaned(60, b"") == b""
