"""The Vosk engine on the embedded model."""

from pathlib import Path

import pytest

from asr.engines import vosk
from asr.port import EngineStream, RecognitionEngine
from calls.audio import FRAME_BYTES, duration_s, read_wav, silence
from calls.errors import MissingDependency
from calls.transcript import UNKNOWN_WORD, Transcript

DATA = Path(__file__).parents[2] / "contracts" / "data"
YES = silence(0.3) + read_wav(DATA / "yes.wav") + silence(0.3)
RESCHEDULE = silence(0.3) + read_wav(DATA / "reschedule.wav") + silence(0.3)


@pytest.fixture(scope="module")
def engine() -> RecognitionEngine:
    return vosk.build(vosk.Settings())


def accept(stream: EngineStream, pcm: bytes) -> None:
    for at in range(0, len(pcm), FRAME_BYTES):
        stream.accept(pcm[at : at + FRAME_BYTES])


def test_the_embedded_model_can_narrow_and_is_russian(engine: RecognitionEngine) -> None:
    able = engine.capabilities
    assert able.languages == {"ru"}
    assert able.grammar
    assert able.confidences


def test_words_come_with_times_and_confidences(engine: RecognitionEngine) -> None:
    stream = engine.open()
    accept(stream, RESCHEDULE)
    heard = stream.final()
    assert heard.text == "перенесите запись"
    assert all(0 < word.confidence <= 1 for word in heard.words)
    assert 0 <= heard.words[0].start_s < heard.words[0].end_s <= heard.words[1].end_s
    assert heard.words[1].end_s <= duration_s(RESCHEDULE) + 0.1


def test_after_the_final_words_the_stream_starts_afresh(engine: RecognitionEngine) -> None:
    stream = engine.open()
    accept(stream, RESCHEDULE)
    stream.final()
    assert stream.partial() == Transcript()
    accept(stream, YES)
    again = stream.final()
    assert again.text == "да"
    assert again.words[0].start_s >= duration_s(RESCHEDULE) - 0.1


def test_what_kaldi_ends_by_itself_is_not_lost(engine: RecognitionEngine) -> None:
    stream = engine.open()
    accept(stream, YES + silence(3.0) + RESCHEDULE)
    assert stream.partial().text.startswith("да")
    assert stream.final().text == "да перенесите запись"


def test_nothing_heard_is_nothing(engine: RecognitionEngine) -> None:
    stream = engine.open()
    assert stream.final() == Transcript()
    accept(stream, silence(1.0))
    assert stream.final() == Transcript()


def test_a_grammar_admits_only_its_phrases(engine: RecognitionEngine) -> None:
    stream = engine.open(("да", "нет"))
    accept(stream, RESCHEDULE)
    assert {word.text for word in stream.final().words} <= {"да", "нет", UNKNOWN_WORD}
    accept(stream, YES)
    assert stream.final().text == "да"


@pytest.mark.parametrize("phrases", [(), ("",), ("да", "квазистационарный")])
def test_an_empty_or_unknown_grammar_does_not_narrow(
    engine: RecognitionEngine, phrases: tuple[str, ...]
) -> None:
    stream = engine.open(phrases)
    accept(stream, RESCHEDULE)
    assert stream.final().text == "перенесите запись"


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingDependency, match="модели Vosk в папке") as refusal:
        vosk.build(vosk.Settings(model=tmp_path))
    assert str(tmp_path) in str(refusal.value)


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "am").mkdir()
    (tmp_path / "am" / "final.mdl").write_bytes(b"no model")
    with pytest.raises(MissingDependency, match="не загружается"):
        vosk.build(vosk.Settings(model=tmp_path))
