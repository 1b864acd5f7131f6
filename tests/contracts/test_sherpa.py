"""What sherpa-onnx's adapter does beyond the suite of every engine: words, long turns, missing files."""

from pathlib import Path

import numpy as np
import pytest

from asr.engines import sherpa
from asr.engines.sherpa import Architecture, Settings, build, model_files, words_of
from asr.errors import RecognitionFailed
from calls.audio import RATE_HZ, silence
from calls.errors import MissingDependency
from calls.transcript import UNKNOWN_WORD
from tests.contracts.sherpa_models import TOKENS, write_nemo_ctc, write_t_one, write_zipformer_ctc


def speech(seconds: float, peak: float = 0.2) -> bytes:
    """A steady tone: the tiny networks know nothing finer."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (np.sin(2 * np.pi * 440 * time_s) * peak * 32767).astype("<i2").tobytes()


@pytest.fixture
def t_one(tmp_path: Path) -> Path:
    return write_t_one(tmp_path / "t-one")


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (["д", "а", " ", "п", "р", "и", "д", "у"], ["да", "приду"]),  # T-one, GigaAM: letters and a space
        (["▁да", "▁при", "ду"], ["да", "приду"]),  # sentence pieces
        ([" Да", ",", " при", "ду", "."], ["да", "приду"]),  # models that write punctuation
        ([" кто", "-", "то", " —", " я"], ["кто-то", "я"]),
        ([" да", "<unk>", " нет"], ["да", UNKNOWN_WORD, "нет"]),
        ([" ", " ", "."], []),
        ([], []),
    ],
)
def test_words_are_put_together_from_tokens(tokens: list[str], words: list[str]) -> None:
    assert [word.text for word in words_of(tokens, [float(at) for at in range(len(tokens))])] == words


def test_a_word_lasts_from_its_first_token_to_its_last_but_not_into_the_next_word() -> None:
    first, second = words_of([" при", "ду", " да"], [1.0, 1.3, 1.32], offset_s=10.0)
    assert (first.start_s, first.end_s) == pytest.approx((11.0, 11.32))
    assert (second.start_s, second.end_s) == pytest.approx((11.32, 11.38))


def test_streaming_words_come_before_the_turn_ends(t_one: Path) -> None:
    engine = build(Settings(model=t_one, architecture="t_one"))
    assert engine.capabilities.partials
    stream = engine.open()
    stream.accept(speech(0.6))
    assert not stream.partial()
    stream.accept(silence(1.2))
    assert stream.partial().text == "да"
    assert stream.final().text == "да"
    assert not stream.partial()


def test_words_carry_the_time_since_the_stream_was_opened(t_one: Path) -> None:
    stream = build(Settings(model=t_one, architecture="t_one")).open()
    for _ in range(3):
        stream.accept(silence(0.6) + speech(0.6))
        (word,) = stream.final().words
        last_start_s = word.start_s
    assert last_start_s == pytest.approx(3 * 1.2, abs=0.35)


@pytest.mark.parametrize("step_frames", [32, 64, 128])  # zipformer's chunks of 16, 32 and 64 at 50 Hz
def test_the_last_word_is_heard_however_long_the_step_and_whenever_it_ends(
    tmp_path: Path, step_frames: int
) -> None:
    model = write_zipformer_ctc(tmp_path / "zipformer", step_frames)
    stream = build(Settings(model=model, architecture="zipformer_ctc")).open()
    for lead_ms in range(0, step_frames * 10, 70):
        stream.accept(silence(lead_ms / 1000) + speech(0.3))
        assert stream.final().text == "да"
        stream.accept(silence(lead_ms / 1000) + speech(0.3, peak=0.9))
        assert stream.final().text == "нет"


def test_words_of_a_zipformer_come_before_the_turn_ends_and_carry_their_times(tmp_path: Path) -> None:
    model = write_zipformer_ctc(tmp_path / "zipformer")
    engine = build(Settings(model=model, architecture="zipformer_ctc"))
    assert engine.capabilities.partials
    stream = engine.open()
    stream.accept(silence(2.0) + speech(0.6, peak=0.9))
    assert not stream.partial()
    stream.accept(silence(1.0) + speech(0.3) + silence(1.0))
    no, yes = stream.partial().words
    assert (no.text, yes.text) == ("нет", "да")
    assert [no.start_s, yes.start_s] == pytest.approx([2.6, 3.9], abs=0.35)


def test_a_model_at_16_khz_hears_resampled_audio_and_only_at_the_end_of_a_turn(tmp_path: Path) -> None:
    engine = build(Settings(model=write_nemo_ctc(tmp_path / "nemo"), architecture="nemo_ctc"))
    assert not engine.capabilities.partials
    stream = engine.open()
    stream.accept(silence(0.5) + speech(0.1, peak=0.9) + silence(1.0))
    assert not stream.partial()
    (word,) = stream.final().words
    assert word.text == "нет"
    assert word.start_s == pytest.approx(0.55, abs=0.1)
    assert not stream.final()


def test_a_very_long_turn_is_decoded_in_pieces(tmp_path: Path) -> None:
    stream = build(Settings(model=write_nemo_ctc(tmp_path / "nemo"), architecture="nemo_ctc")).open()
    for at in range(25):
        stream.accept(speech(0.1, peak=0.9) + silence(0.9) if at in (3, 23) else silence(1.0))
    words = stream.final().words
    assert [word.text for word in words] == ["нет", "нет"]
    assert [word.start_s for word in words] == pytest.approx([3.05, 23.05], abs=0.15)


def test_phrases_do_not_narrow_these_models(t_one: Path) -> None:
    engine = build(Settings(model=t_one, architecture="t_one"))
    assert not engine.capabilities.grammar
    stream = engine.open(phrases=("нет",))
    stream.accept(speech(0.5))
    assert stream.final().text == "да"


def test_quantised_files_go_first_wherever_they_lie(tmp_path: Path) -> None:
    inner = tmp_path / "am-onnx"
    inner.mkdir()
    for name in ("encoder.onnx", "encoder.int8.onnx", "decoder.onnx", "joiner.onnx"):
        (inner / name).touch()
    (tmp_path / "lang").mkdir()
    (tmp_path / "lang" / "tokens.txt").write_text(TOKENS, encoding="utf-8")
    found = model_files(tmp_path, "transducer")
    assert {role: Path(file).name for role, file in found.items()} == {
        "tokens": "tokens.txt",
        "encoder": "encoder.int8.onnx",
        "decoder": "decoder.onnx",
        "joiner": "joiner.onnx",
    }


PUBLISHED = {
    "sherpa-onnx-streaming-t-one-russian-2025-09-08": ("t_one", "model.onnx tokens.txt"),
    "sherpa-onnx-nemo-ctc-giga-am-v3-russian-2025-12-16": ("nemo_ctc", "model.int8.onnx tokens.txt"),
    "sherpa-onnx-nemo-transducer-giga-am-v3-russian-2025-12-16": (
        "nemo_transducer",
        "encoder.int8.onnx decoder.onnx joiner.onnx tokens.txt",
    ),
    "sherpa-onnx-streaming-zipformer-small-ru-vosk-int8-2025-08-16": (
        "zipformer",
        "encoder.int8.onnx decoder.onnx joiner.int8.onnx tokens.txt",
    ),
    "vosk-model-ru-0.54": (
        "transducer",
        "am-onnx/encoder.int8.onnx am-onnx/decoder.int8.onnx am-onnx/joiner.int8.onnx lang/tokens.txt",
    ),
    "sherpa-onnx-streaming-zipformer-ctc-multi-zh-hans-2023-12-13": (
        "zipformer_ctc",
        "ctc-epoch-20-avg-1-chunk-16-left-128.int8.onnx tokens.txt",
    ),
    "sherpa-onnx-streaming-zipformer-small-ctc-zh-int8-2025-04-01": (
        "zipformer_ctc",
        "model.int8.onnx tokens.txt",
    ),
}  # of each only what is to be loaded; the folders hold more: whole-precision copies, PyTorch's, recordings
PUBLISHED_BESIDE = ("README.md", "bpe.model", "test_wavs/0.wav", "am/jit_script.pt", "lm/G.fst")


@pytest.mark.parametrize(("folder", "architecture", "names"), [(name, *of) for name, of in PUBLISHED.items()])
def test_the_files_of_published_models_are_found(
    tmp_path: Path, folder: str, architecture: Architecture, names: str
) -> None:
    wanted = set(names.split())
    for name in {*wanted, *(name.replace(".int8", "") for name in wanted), *PUBLISHED_BESIDE}:
        file = tmp_path / folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(TOKENS, encoding="utf-8")
    found = model_files(tmp_path / folder, architecture)
    assert {Path(file).relative_to(tmp_path / folder).as_posix() for file in found.values()} == wanted


def test_either_name_of_a_missing_network_is_told(tmp_path: Path) -> None:
    (tmp_path / "tokens.txt").write_text(TOKENS, encoding="utf-8")
    with pytest.raises(MissingDependency, match=r"не хватает model\*\.onnx или ctc\*\.onnx"):
        model_files(tmp_path, "zipformer_ctc")


def test_missing_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "decoder.onnx").touch()
    with pytest.raises(MissingDependency, match=r"encoder\*\.onnx, joiner\*\.onnx, tokens\.txt") as refusal:
        build(Settings(model=tmp_path, architecture="zipformer"))
    assert "zvonar models pull" in refusal.value.hint


def test_tokens_without_a_blank_are_refused_before_the_library_ends_the_process(t_one: Path) -> None:
    (t_one / "tokens.txt").write_text("а 0\nб 1\nв 2\n", encoding="utf-8")
    with pytest.raises(MissingDependency, match="<blk>"):
        build(Settings(model=t_one, architecture="t_one"))


def test_a_damaged_network_is_refused(t_one: Path) -> None:
    network = t_one / "model.onnx"
    network.write_bytes(network.read_bytes()[:200])
    with pytest.raises(MissingDependency, match="не загружается") as refusal:
        build(Settings(model=t_one, architecture="t_one"))
    assert "t_one" in refusal.value.hint


def test_a_library_that_fails_in_a_call_fails_the_stream(t_one: Path) -> None:
    class Broken:
        def create_stream(self) -> object:
            raise RuntimeError("out of memory")

    with pytest.raises(RecognitionFailed):
        sherpa.StreamingStream(Broken(), RATE_HZ)
