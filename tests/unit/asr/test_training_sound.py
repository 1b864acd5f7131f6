"""Features, telephone channel, and the files that Kaldi reads."""

import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from asr.engines import vosk
from asr.training import channel, features, kaldi_model
from asr.training.corpus import Utterance, read_shard, write_shard
from asr.training.dataset import targets_of
from asr.training.kaldi_model import AcousticModel, Layer
from asr.training.pronunciation import PHONES
from bench.recognition import Score, edits
from bench.recognition_sets import Clip, Lines
from calls.transcript import Transcript


def tone(seconds: float = 1.0, hz: float = 440.0) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(8000 * np.sin(2 * np.pi * hz * np.arange(int(seconds * 8000)) / 8000))


def test_features_have_a_frame_per_ten_milliseconds() -> None:
    assert features.log_mel(tone(1.0)).shape == (98, 40)
    assert features.log_mel(np.zeros(100)).shape == (0, 40)


def test_a_tone_is_loudest_in_its_band() -> None:
    low, high = (features.log_mel(tone(hz=hz)).mean(axis=0).argmax() for hz in (300.0, 3000.0))
    assert low < 10
    assert high > 30


def test_the_cepstral_transform_can_be_undone() -> None:
    spectrum = features.log_mel(tone())
    back = features.mfcc(tone()) @ np.linalg.inv(features.cepstrum())
    assert np.allclose(back, spectrum, atol=1e-3)


def test_silence_has_finite_features() -> None:
    assert np.isfinite(features.mfcc(np.zeros(800))).all()


def test_a_law_keeps_loud_sound_and_its_sign() -> None:
    sound = np.array([-30000.0, -500.0, 500.0, 12000.0])
    coded = channel.a_law(sound)
    assert np.allclose(coded, sound, rtol=0.04)


def test_lost_packets_are_gaps_of_whole_packets() -> None:
    heard = channel.lose_packets(np.random.default_rng(1), np.full(16000, 1000.0), 0.3)
    packets = heard.reshape(-1, channel.PACKET)
    assert (packets.min(axis=1) == packets.max(axis=1)).all()
    assert 10 < (packets[:, 0] != 1000).sum() < 60


@pytest.mark.parametrize("kind", sorted(set(channel.NOISES)))
def test_every_noise_is_as_long_as_asked_and_finite(kind: str) -> None:
    voices = [np.asarray(tone(0.5), np.int16)]
    sound = channel.noise(np.random.default_rng(2), 12345, kind, voices)
    assert len(sound) == 12345
    assert np.isfinite(sound).all()
    assert sound.std() > 0


def test_the_channel_never_leaves_the_range_of_samples() -> None:
    rng, voices = np.random.default_rng(3), [np.asarray(tone(0.5), np.int16)]
    for _ in range(30):
        heard = channel.on_the_phone(rng, tone(0.8), voices, channel.Conditions())
        assert np.abs(heard).max() <= 32768
        assert len(heard) > 0.8 * 8000 / 1.14
        assert np.abs(channel.nobody_speaks(rng, voices)).max() <= 32768


def test_shards_keep_sound_and_text(tmp_path: Path) -> None:
    said = [
        Utterance(np.arange(5, dtype=np.int16), "да"),
        Utterance(np.arange(3, dtype=np.int16), "не приду"),
    ]
    write_shard(tmp_path / "shard.npz", said)
    back = read_shard(tmp_path / "shard.npz")
    assert [item.text for item in back] == ["да", "не приду"]
    assert [item.samples.tolist() for item in back] == [[0, 1, 2, 3, 4], [0, 1, 2]]


def test_targets_leave_number_zero_to_the_blank() -> None:
    targets = targets_of("нет не приду")
    assert 0 not in targets
    assert max(targets) <= len(PHONES)


def random_model(seed: int) -> AcousticModel:
    """A small network of the trained one's form."""
    rng, outputs = np.random.default_rng(seed), len(PHONES) + 1
    return AcousticModel(
        layers=(
            Layer((-1, 0, 1), rng.normal(0, 0.02, (16, 120)), np.zeros(16)),
            Layer((-3, 0, 3), rng.normal(0, 0.2, (16, 48)), np.zeros(16), residual=True),
        ),
        output_weights=rng.normal(0, 0.2, (outputs, 16)),
        output_bias=np.zeros(outputs),
        priors=np.full(outputs, 1 / outputs),
        input_size=features.MEL_BINS,
        left_context=4,
        right_context=4,
    )


def test_vosk_loads_a_network_we_wrote(tmp_path: Path) -> None:
    shutil.copytree(str(files("asr") / "models" / "ru-small"), tmp_path / "model")
    (tmp_path / "model" / "am" / "final.mdl").write_bytes(kaldi_model.model_bytes(random_model(1)))
    stream = vosk.build(vosk.Settings(model=tmp_path / "model")).open()
    stream.accept(np.asarray(np.random.default_rng(4).normal(0, 500, 8000), np.int16).tobytes())
    assert isinstance(stream.final(), Transcript)


def test_equal_models_are_equal_files() -> None:
    assert kaldi_model.model_bytes(random_model(1)) == kaldi_model.model_bytes(random_model(1))


def test_bench_counts_words_and_swapped_answers() -> None:
    assert edits("не приду".split(), "приду".split()) == 1
    score = Score()
    clip = Clip(np.zeros(1, np.int16), ("не приду",))
    score.add(clip, Transcript.of("не приду"))
    score.add(clip, Transcript.of("приду"))
    figures = score.figures()
    assert (figures["sentences_right"], figures["yes_no_swapped"], figures["word_error_rate"]) == (50, 50, 25)


def test_bench_counts_answers_nobody_gave() -> None:
    score = Score()
    clip = Clip(np.zeros(1, np.int16))
    for heard in ("да конечно", "[unk] да конечно", "", "[unk]"):
        score.add(clip, Transcript.of(heard))
    figures = score.figures()
    assert (figures["taken_for_answer"], figures["taken_after_rejection"], figures["nothing_heard"]) == (
        50,
        25,
        25,
    )


def test_bench_lines_are_repeatable_and_differ() -> None:
    voices = [np.asarray(tone(0.5), np.int16)]
    clip = np.asarray(tone(0.6), np.int16)
    heard = {
        line: Lines(voices).over(line, clip).tobytes()
        for line in ("studio", "clean", "20 dB", "5 dB", "3 % loss")
    }
    assert len(set(heard.values())) == 5
    assert Lines(voices).over("5 dB", clip).tobytes() == heard["5 dB"]
