"""The voice-activity network on a real word, on silence and on noise."""

from pathlib import Path

import numpy as np
import pytest

from asr.segmenter import WINDOW_BYTES
from asr.voice_activity import SileroNetwork, SileroVoiceActivity
from calls.audio import read_wav, silence
from calls.errors import MissingDependency

WORD = read_wav(Path(__file__).parents[2] / "contracts" / "data" / "reschedule.wav")


@pytest.fixture(scope="module")
def network() -> SileroNetwork:
    return SileroNetwork()


def probabilities(detector: SileroVoiceActivity, pcm: bytes) -> list[float]:
    return [
        detector.probability(pcm[at : at + WINDOW_BYTES])
        for at in range(0, len(pcm) - WINDOW_BYTES + 1, WINDOW_BYTES)
    ]


def test_speech_is_voice(network: SileroNetwork) -> None:
    heard = probabilities(SileroVoiceActivity(network), WORD)
    assert sum(probability > 0.5 for probability in heard) > 0.8 * len(heard)


def test_silence_and_hiss_are_not(network: SileroNetwork) -> None:
    hiss = np.random.default_rng(1).normal(0, 300, 16000).astype("<i2").tobytes()
    for sound in (silence(2.0), hiss):
        assert max(probabilities(SileroVoiceActivity(network), sound)) < 0.5


def test_streams_share_the_network_but_not_their_state(network: SileroNetwork) -> None:
    alone = probabilities(SileroVoiceActivity(network), WORD)
    first, second = SileroVoiceActivity(network), SileroVoiceActivity(network)
    mixed = []
    for at in range(0, len(WORD) - WINDOW_BYTES + 1, WINDOW_BYTES):
        mixed.append(first.probability(WORD[at : at + WINDOW_BYTES]))
        second.probability(bytes(WINDOW_BYTES))
    assert mixed == alone


def test_a_reset_forgets(network: SileroNetwork) -> None:
    detector = SileroVoiceActivity(network)
    first = probabilities(detector, WORD)
    detector.reset()
    assert probabilities(detector, WORD) == first


def test_a_missing_network_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingDependency, match="silero-vad") as refusal:
        SileroNetwork()
    assert "scripts/setup" in refusal.value.hint
