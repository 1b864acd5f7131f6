"""The Silero adapter on a tiny package of the same make, exported here with torch.package."""

import array
import importlib
import sys
from pathlib import Path

import pytest

from calls.audio import RATE_HZ
from calls.errors import MissingDependency
from tts.engines import silero
from tts.errors import MouthFailed, VoiceRefused
from tts.port import SynthesisEngine, Voice

MODEL = '''
import torch


class TinyVoices:
    """As Silero's packages look from outside: speakers, to(), apply_tts()."""

    speakers = ["aidar", "baya", "random"]

    def to(self, device):
        self.device = device

    def apply_tts(self, ssml_text, speaker, sample_rate, put_accent, put_yo):
        assert put_accent and put_yo
        if "беда" in ssml_text:
            raise Exception("Invalid XML format: " + ssml_text)
        seconds = 0.05 * len(ssml_text)
        loudness = 0.5 if speaker == "aidar" else 1.5
        return loudness * torch.sin(torch.arange(int(seconds * sample_rate)) * 0.3)
'''


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from torch.package import PackageExporter

    folder = tmp_path_factory.mktemp("silero")
    (folder / "tiny_voices.py").write_text(MODEL)
    sys.path.insert(0, str(folder))
    try:
        model = importlib.import_module("tiny_voices").TinyVoices()
        path = folder / "v5_tiny.pt"
        with PackageExporter(str(path)) as exporter:
            exporter.intern("tiny_voices")
            exporter.extern("torch.**")
            exporter.save_pickle("tts_models", "model", model)
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop("tiny_voices", None)
    return path


@pytest.fixture
def engine(weights: Path) -> SynthesisEngine:
    return silero.build(silero.Settings(weights=weights))


def test_the_package_tells_its_voices(engine: SynthesisEngine) -> None:
    able = engine.capabilities
    assert able.voices == ("aidar", "baya")
    assert able.languages == {"ru"}
    assert able.version.startswith("silero-v5_tiny-")


def test_it_speaks_at_the_telephones_rate(engine: SynthesisEngine) -> None:
    speech = engine.speak("Добрый день.", Voice("aidar"))
    assert speech.rate_hz == RATE_HZ
    samples = array.array("h", speech.pcm)
    assert len(samples) > RATE_HZ / 2
    assert 16000 < max(samples) < 16800


def test_what_is_too_loud_is_clipped_and_does_not_wrap(engine: SynthesisEngine) -> None:
    samples = array.array("h", engine.speak("Добрый день.", Voice("baya")).pcm)
    assert max(samples) == 32767
    assert min(samples) >= -32767


def test_an_unknown_voice_is_refused(engine: SynthesisEngine) -> None:
    with pytest.raises(VoiceRefused, match="голоса «Anna»") as refusal:
        engine.speak("Добрый день.", Voice("Anna"))
    assert "aidar, baya" in refusal.value.hint


def test_a_failure_does_not_repeat_the_text(engine: SynthesisEngine) -> None:
    with pytest.raises(MouthFailed) as failure:
        engine.speak("Случилась беда.", Voice("aidar"))
    assert "беда" not in str(failure.value)
    assert failure.value.__cause__ is None


@pytest.mark.parametrize(
    ("text", "rate", "expected"),
    [
        ("Добрый день.", 1.0, "<speak>Добрый день.</speak>"),
        ("замо\u0301к", 1.0, "<speak>зам+ок</speak>"),
        ("Да…", 1.0, '<speak>Да<break time="500ms"/></speak>'),
        ("Да", 0.8, '<speak><prosody rate="slow">Да</prosody></speak>'),
        ("Да", 2.0, '<speak><prosody rate="x-fast">Да</prosody></speak>'),
        ("а < б", 1.0, "<speak>а &lt; б</speak>"),
    ],
)
def test_the_sentence_as_ssml(text: str, rate: float, expected: str) -> None:
    assert silero.ssml(text, rate) == expected


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(MissingDependency, match=r"v5_ru\.pt"):
        silero.build(silero.Settings(weights=tmp_path / "v5_ru.pt"))


def test_damaged_weights_are_named(tmp_path: Path) -> None:
    (tmp_path / "v5_ru.pt").write_bytes(b"not a package")
    with pytest.raises(MissingDependency, match="не загружается"):
        silero.build(silero.Settings(weights=tmp_path / "v5_ru.pt"))


def test_without_pytorch_the_lock_is_named(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingDependency) as refusal:
        silero.build(silero.Settings(weights=weights))
    assert "locks/silero.txt" in refusal.value.hint
