"""Loudness on synthetic sound whose level is known."""

import math

import numpy as np
import pytest

from tts.levels import (
    PEAK_DBFS,
    TARGET_DBFS,
    Samples,
    active_level_dbfs,
    from_pcm,
    level,
    limit,
    peak_dbfs,
    to_pcm,
    trim,
)

RATE_HZ = 8000


def tone(seconds: float, amplitude: float) -> Samples:
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (amplitude * np.sin(2 * math.pi * 440 * times)).astype(np.float32)


def pause(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), dtype=np.float32)


def test_pauses_do_not_count_for_the_level() -> None:
    alone = active_level_dbfs(tone(1, 0.2), RATE_HZ)
    paused = active_level_dbfs(np.concatenate([pause(2), tone(1, 0.2), pause(3)]), RATE_HZ)
    assert alone == pytest.approx(20 * math.log10(0.2 / math.sqrt(2)), abs=0.1)
    assert paused == pytest.approx(alone, abs=0.2)


def test_silence_has_no_level_and_stays_silence() -> None:
    assert active_level_dbfs(pause(1), RATE_HZ) == -math.inf
    assert peak_dbfs(pause(1)) == -math.inf
    assert not level(pause(1), RATE_HZ).any()
    assert len(trim(pause(1), RATE_HZ)) == 0
    assert len(trim(pause(0), RATE_HZ)) == 0


@pytest.mark.parametrize("amplitude", [0.02, 0.1, 0.3, 0.9])
def test_quiet_and_loud_come_to_the_same_level(amplitude: float) -> None:
    levelled = level(np.concatenate([pause(0.5), tone(1, amplitude)]), RATE_HZ)
    assert active_level_dbfs(levelled, RATE_HZ) == pytest.approx(TARGET_DBFS, abs=0.3)


def test_noise_is_not_blown_up_without_end() -> None:
    assert active_level_dbfs(level(tone(1, 1e-4), RATE_HZ), RATE_HZ) < TARGET_DBFS - 15


def test_peaks_are_limited_and_the_rest_is_left_alone() -> None:
    sound = np.concatenate([tone(0.5, 0.1), tone(0.01, 1.5), tone(0.5, 0.1)])
    limited = limit(sound, RATE_HZ)
    assert peak_dbfs(limited) <= PEAK_DBFS + 1e-3
    assert np.array_equal(limited[:3900], sound[:3900])
    assert np.array_equal(limited[-3900:], sound[-3900:])


def test_what_needs_no_limit_is_not_touched() -> None:
    sound = tone(0.5, 0.1)
    assert limit(sound, RATE_HZ) is sound


def test_trimming_leaves_a_breath_at_both_ends() -> None:
    trimmed = trim(np.concatenate([pause(0.7), tone(1, 0.2), pause(1.1)]), RATE_HZ)
    assert len(trimmed) / RATE_HZ == pytest.approx(1.07, abs=0.02)
    assert trimmed[0] == 0
    assert abs(trimmed[-1]) < 1e-3


def test_a_pause_inside_is_kept() -> None:
    trimmed = trim(np.concatenate([tone(0.3, 0.2), pause(1), tone(0.3, 0.2)]), RATE_HZ)
    assert len(trimmed) / RATE_HZ == pytest.approx(1.6, abs=0.02)


def test_pcm_is_clipped_and_comes_back() -> None:
    samples = np.array([0, 0.5, -0.5, 1.5, -1.5], dtype=np.float32)
    assert to_pcm(samples) == np.array([0, 16384, -16384, 32767, -32768], "<i2").tobytes()
    assert from_pcm(to_pcm(samples))[:3].tolist() == [0, 0.5, -0.5]
    assert len(from_pcm(b"\1\2\3")) == 1
