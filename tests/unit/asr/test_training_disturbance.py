"""Noise is added where the spectrum is already taken; what is heard stays in step with its phones."""

import numpy as np
import pytest

from asr.training.dataset import Dataset
from asr.training.disturbance import Disturbance, throat
from asr.training.features import MEL_BINS, Frames

LENGTHS = (90, 30, 140)


@pytest.fixture
def data() -> Dataset:
    """Two sentences and, between them, a recording in which nobody speaks."""
    rng = np.random.default_rng(0)
    return Dataset(
        frames=rng.normal(8, 3, (sum(LENGTHS), MEL_BINS)).astype(np.float16),
        frame_borders=np.cumsum([0, *LENGTHS]),
        targets=np.array([1, 2, 3, 4, 5], np.int16),
        target_borders=np.array([0, 2, 2, 5]),
    )


def heard(data: Dataset, seed: int, count: int = 60) -> list[Frames]:
    disturbance = Disturbance(data, np.random.default_rng(seed))
    return [disturbance(data.utterance(at % 3)[0]) for at in range(count)]


def test_the_length_stays_and_nothing_is_infinite(data: Dataset) -> None:
    for at, frames in enumerate(heard(data, seed=1)):
        assert frames.shape == (LENGTHS[at % 3], MEL_BINS)
        assert np.isfinite(frames).all()


def test_every_pass_hears_something_else_and_equal_seeds_the_same(data: Dataset) -> None:
    first, again, other = heard(data, seed=1), heard(data, seed=1), heard(data, seed=2)
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))
    assert not any(np.array_equal(one, two) for one, two in zip(first, other, strict=True))


def test_the_training_set_is_left_as_it_was(data: Dataset) -> None:
    before = data.frames.copy()
    heard(data, seed=1)
    assert np.array_equal(before, data.frames)


def test_digital_silence_can_be_filled_with_noise(data: Dataset) -> None:
    silence = np.full((80, MEL_BINS), -15.9, np.float32)
    disturbance = Disturbance(data, np.random.default_rng(4))
    assert all(np.isfinite(disturbance(silence)).all() for _ in range(50))


def test_a_shorter_throat_moves_a_tone_up_and_keeps_its_level() -> None:
    tone = np.zeros((1, MEL_BINS), np.float32)
    tone[0, 20] = 10
    assert np.allclose(tone @ throat(1.0), tone, atol=1e-4)
    higher, lower = tone @ throat(1.12), tone @ throat(0.89)
    assert np.argmax(lower) < 20 < np.argmax(higher)
    level = np.full((1, MEL_BINS), 7.0, np.float32)
    assert np.allclose(level @ throat(1.12), level)


def test_another_rhythm_keeps_the_order_and_the_ends() -> None:
    still = Dataset(
        np.zeros((1, MEL_BINS), np.float16), np.array([0, 1]), np.zeros(0, np.int16), np.array([0, 0])
    )
    disturbance = Disturbance(still, np.random.default_rng(5))
    ramp = np.linspace(0, 1, 120, dtype=np.float32)[:, None].repeat(MEL_BINS, axis=1)
    for _ in range(20):
        moved = disturbance.in_another_rhythm(ramp)[:, 0]
        assert (np.diff(moved) > 0).all()
        assert moved[[0, -1]] == pytest.approx([0, 1], abs=1e-6)
        assert np.abs(moved - ramp[:, 0]).max() > 0.01
