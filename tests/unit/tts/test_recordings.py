"""Recordings of an announcer: found by their sentence, brought to the telephone's form, or refused."""

import math
import wave
from array import array
from pathlib import Path

import pytest

from calls.audio import RATE_HZ
from calls.errors import BadInput
from demo.clock import ProcessClock
from tts.levels import TARGET_DBFS, active_level_dbfs, from_pcm
from tts.port import Voice
from tts.recordings import RecordedPhrases
from tts.speaking import Settings, SupervisedMouth


def record(
    folder: Path, name: str, sentence: str | None, rate_hz: int = 44100, channels: int = 2, width: int = 2
) -> None:
    tone = array("h")
    for at in range(rate_hz):
        tone.extend([round(1500 * math.sin(at * 1500 / rate_hz))] * channels)
    with wave.open(str(folder / f"{name}.wav"), "wb") as file:
        file.setparams((channels, width, rate_hz, 0, "NONE", ""))
        file.writeframes(tone.tobytes() if width == 2 else bytes(rate_hz))
    if sentence is not None:
        (folder / f"{name}.txt").write_text(sentence, encoding="utf-8")


@pytest.mark.parametrize(("rate_hz", "channels"), [(8000, 1), (16000, 1), (44100, 2), (48000, 1)])
def test_any_wav_becomes_telephone_speech(tmp_path: Path, rate_hz: int, channels: int) -> None:
    record(tmp_path, "hello", "Здравствуйте!", rate_hz, channels)
    pcm = RecordedPhrases.load(tmp_path).get("Здравствуйте!")
    assert pcm is not None
    assert len(pcm) / 2 / RATE_HZ == pytest.approx(1.0, abs=0.05)
    assert active_level_dbfs(from_pcm(pcm), RATE_HZ) == pytest.approx(TARGET_DBFS, abs=0.5)


@pytest.mark.parametrize("written", ["ещё раз, спасибо", "Еще раз — спасибо.", "  ещё РАЗ спас+ибо! "])
def test_case_punctuation_and_stress_do_not_matter(tmp_path: Path, written: str) -> None:
    record(tmp_path, "thanks", "Ещё раз, спасибо!")
    assert RecordedPhrases.load(tmp_path).get(written)


def test_other_sentences_have_no_recording(tmp_path: Path) -> None:
    record(tmp_path, "thanks", "Спасибо!")
    assert RecordedPhrases.load(tmp_path).get("Спасибо большое!") is None
    assert RecordedPhrases().get("Спасибо!") is None


async def test_recordings_and_synthesis_are_joined_at_the_border_of_sentences(tmp_path: Path) -> None:
    record(tmp_path, "hello", "Здравствуйте!")
    settings = Settings(kind="fake", fallback=None, cache_folder=tmp_path / "cache", recordings=tmp_path)
    mouth = SupervisedMouth(settings, ProcessClock())
    await mouth.start()
    try:
        greeting = await mouth.speak("Здравствуйте!", Voice("hum"))
        question = await mouth.speak("Вы придёте?", Voice("hum"))
        whole = await mouth.speak("Здравствуйте! Вы придёте?", Voice("hum"))
    finally:
        await mouth.stop()
    assert greeting == RecordedPhrases.load(tmp_path).get("Здравствуйте!")
    assert whole.startswith(greeting)
    assert whole.endswith(question)


def test_a_recording_without_its_text_is_named(tmp_path: Path) -> None:
    record(tmp_path, "hello", None)
    with pytest.raises(BadInput, match=r"hello\.wav") as refusal:
        RecordedPhrases.load(tmp_path)
    assert "hello.txt" in refusal.value.hint


def test_an_empty_text_is_named(tmp_path: Path) -> None:
    record(tmp_path, "hello", " … ")
    with pytest.raises(BadInput, match=r"hello\.txt"):
        RecordedPhrases.load(tmp_path)


def test_what_is_no_usable_wav_is_named(tmp_path: Path) -> None:
    record(tmp_path, "eight-bit", "Спасибо!", rate_hz=8000, channels=1, width=1)
    with pytest.raises(BadInput, match="8 бит"):
        RecordedPhrases.load(tmp_path)
    (tmp_path / "eight-bit.wav").write_bytes(b"ID3 no wav")
    with pytest.raises(BadInput, match="не читается"):
        RecordedPhrases.load(tmp_path)


def test_a_silent_recording_is_named(tmp_path: Path) -> None:
    record(tmp_path, "hello", "Здравствуйте!")
    with wave.open(str(tmp_path / "hello.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16000))
    with pytest.raises(BadInput, match="тишина"):
        RecordedPhrases.load(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        RecordedPhrases.load(tmp_path / "nowhere")
