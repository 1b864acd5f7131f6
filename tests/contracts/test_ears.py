"""What every pair of ears promises: one suite over the scripted engine, Vosk and sherpa-onnx, in children."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from asr.errors import RecognitionFailed
from asr.hearing import Settings, SupervisedEars
from asr.port import EarsFailed, HearingEvent, HearingRequest, HearingStream, Paused, SpeechStarted
from calls.audio import FRAME_BYTES, read_wav, silence
from calls.errors import MissingDependency
from calls.transcript import Transcript
from demo.clock import ProcessClock
from tests.contracts.sherpa_models import (
    write_nemo_ctc,
    write_nemo_transducer,
    write_t_one,
    write_transducer,
    write_zipformer,
    write_zipformer_ctc,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")  # one pair of processes serves all tests of an engine

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Subject:
    """An engine's settings, and sound that it hears as «да» and then as «нет»."""

    settings: Settings
    yes: bytes
    no: bytes


SUBJECTS = {
    "fake": Subject(
        Settings(kind="fake", engine={"lines": ["да", "нет"]}),
        read_wav(DATA / "yes.wav"),
        read_wav(DATA / "no.wav"),
    ),
    "vosk": Subject(Settings(kind="vosk"), read_wav(DATA / "yes.wav"), read_wav(DATA / "no.wav")),
}

TINY_MODELS: dict[str, Callable[[Path], Path]] = {
    "t_one": write_t_one,
    "zipformer": write_zipformer,
    "zipformer_ctc": write_zipformer_ctc,
    "nemo_ctc": write_nemo_ctc,
    "nemo_transducer": write_nemo_transducer,
    "transducer": write_transducer,
}


def with_peak(pcm: bytes, peak: float) -> bytes:
    """The same sound, its loudest sample at that share of full scale."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float64)
    return bytes((samples * (peak * 32767 / np.abs(samples).max())).astype("<i2").tobytes())


def with_tiny_model(architecture: str, folder: Path) -> Subject:
    """sherpa-onnx with a network that hears quiet speech as «да» and loud speech as «нет»."""
    model = TINY_MODELS[architecture](folder / architecture)
    engine = {"model": str(model), "architecture": architecture}
    plain = SUBJECTS["fake"]
    return Subject(
        Settings(kind="sherpa", engine=engine), with_peak(plain.yes, 0.2), with_peak(plain.no, 0.9)
    )


@pytest.fixture(scope="module", params=[*SUBJECTS, *TINY_MODELS])
def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Subject:
    if request.param in SUBJECTS:
        return SUBJECTS[request.param]
    return with_tiny_model(request.param, tmp_path_factory.mktemp("models"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ears(subject: Subject) -> AsyncIterator[SupervisedEars]:
    ears = SupervisedEars(subject.settings, ProcessClock())
    await ears.start()
    yield ears
    await ears.stop()


def feed(stream: HearingStream, pcm: bytes) -> None:
    for at in range(0, len(pcm), FRAME_BYTES):
        stream.feed(pcm[at : at + FRAME_BYTES])


async def first_of(kind: type[HearingEvent], events: AsyncIterator[HearingEvent]) -> HearingEvent:
    async for event in events:
        if isinstance(event, kind):
            return event
    raise AssertionError(f"the stream ended without {kind.__name__}")


async def test_an_answer_is_heard_paused_and_taken(ears: SupervisedEars, subject: Subject) -> None:
    stream = await ears.open(HearingRequest())
    events = stream.events()
    feed(stream, silence(0.5) + subject.yes + silence(0.6))
    started = await first_of(SpeechStarted, events)
    assert isinstance(started, SpeechStarted)
    assert started.at_s == pytest.approx(0.5, abs=0.15)
    paused = await first_of(Paused, events)
    assert isinstance(paused, Paused)
    assert paused.transcript.text == "да"
    assert 0.25 <= paused.silence_s < 0.35
    taken = await stream.take()
    assert taken.text == "да"
    assert 0 < taken.confidence <= 1
    stream.close()


async def test_the_next_turn_starts_afresh(ears: SupervisedEars, subject: Subject) -> None:
    stream = await ears.open(HearingRequest())
    feed(stream, silence(0.3) + subject.yes + silence(0.6))
    assert (await stream.take()).text == "да"
    feed(stream, silence(0.3) + subject.no + silence(0.6))
    assert (await stream.take()).text == "нет"
    stream.close()


async def test_silence_is_nothing(ears: SupervisedEars) -> None:
    stream = await ears.open(HearingRequest())
    feed(stream, silence(2.0))
    assert await stream.take() == Transcript()
    stream.close()
    assert [event async for event in stream.events()] == []


async def test_streams_do_not_hear_each_other(ears: SupervisedEars, subject: Subject) -> None:
    talking, silent = await ears.open(HearingRequest()), await ears.open(HearingRequest())
    feed(talking, silence(0.3) + subject.yes + silence(0.6))
    feed(silent, silence(1.0))
    assert (await talking.take()).text == "да"
    assert await silent.take() == Transcript()


async def test_a_closed_stream_ends_its_events_and_takes_nothing(ears: SupervisedEars) -> None:
    stream = await ears.open(HearingRequest())
    stream.close()
    stream.feed(silence(0.1))
    assert [event async for event in stream.events()] == []
    assert await stream.take() == Transcript()


async def test_an_unknown_language_is_refused(ears: SupervisedEars) -> None:
    with pytest.raises(RecognitionFailed, match="языка «tlh»"):
        await ears.open(HearingRequest(language="tlh"))


async def test_only_the_wanted_pauses_are_told(ears: SupervisedEars, subject: Subject) -> None:
    stream = await ears.open(HearingRequest(pauses_s=(0.8,)))
    feed(stream, silence(0.3) + subject.yes + silence(1.2))
    await stream.take()
    stream.close()
    pauses = [event async for event in stream.events() if isinstance(event, Paused)]
    assert len(pauses) == 1
    assert 0.8 <= pauses[0].silence_s < 0.9


async def test_a_killed_process_fails_its_streams_and_serves_the_next(
    ears: SupervisedEars, subject: Subject
) -> None:
    stream = await ears.open(HearingRequest())
    feed(stream, silence(0.3) + subject.yes)
    await first_of(SpeechStarted, stream.events())
    ears.kill_processes()
    taking = asyncio.ensure_future(stream.take())
    failed = await first_of(EarsFailed, stream.events())
    assert isinstance(failed, EarsFailed)
    assert await taking == Transcript()
    assert await stream.take() == Transcript()
    following = await ears.open(HearingRequest())
    feed(following, silence(0.3) + subject.yes + silence(0.6))
    assert (await following.take()).text == "да"


async def test_a_process_that_dies_of_the_audio_fails_only_its_own_streams() -> None:
    settings = Settings(kind="fake", engine={"lines": ["!crash"]}, processes=2)
    ears = SupervisedEars(settings, ProcessClock())
    await ears.start()
    try:
        doomed, other = await ears.open(HearingRequest()), await ears.open(HearingRequest())
        feed(doomed, SUBJECTS["fake"].yes + silence(0.6))
        assert isinstance(await first_of(EarsFailed, doomed.events()), EarsFailed)
        feed(other, silence(0.2))
        assert await other.take() == Transcript()
    finally:
        await ears.stop()


async def test_a_recogniser_that_no_longer_answers_is_given_up() -> None:
    ears = SupervisedEars(
        Settings(kind="fake", engine={"lines": ["!hang"]}, take_timeout_s=0.2), ProcessClock()
    )
    await ears.start()
    try:
        stream = await ears.open(HearingRequest())
        feed(stream, SUBJECTS["fake"].yes + silence(0.6))
        assert await stream.take() == Transcript()
        failed = await first_of(EarsFailed, stream.events())
        assert isinstance(failed, EarsFailed)
        assert "no longer answers" in failed.reason
    finally:
        ears.kill_processes()
        await ears.stop()


async def test_a_recogniser_that_fails_leaves_the_other_streams_alone() -> None:
    ears = SupervisedEars(Settings(kind="fake", engine={"lines": ["!fail"]}), ProcessClock())
    await ears.start()
    try:
        failing, other = await ears.open(HearingRequest()), await ears.open(HearingRequest())
        feed(failing, SUBJECTS["fake"].yes + silence(0.6))
        failed = await first_of(EarsFailed, failing.events())
        assert isinstance(failed, EarsFailed)
        assert "told to fail" in failed.reason
        feed(other, silence(0.2))
        assert await other.take() == Transcript()
    finally:
        await ears.stop()


async def test_a_missing_model_is_named(tmp_path: Path) -> None:
    ears = SupervisedEars(Settings(engine={"model": str(tmp_path)}), ProcessClock())
    with pytest.raises(MissingDependency, match=str(tmp_path)) as refusal:
        await ears.start()
    assert "am/final.mdl" in refusal.value.hint


async def test_a_model_of_another_kind_that_ends_the_process_is_told(tmp_path: Path) -> None:
    model = write_nemo_ctc(tmp_path / "model")
    engine = {"model": str(model), "architecture": "t_one"}
    with pytest.raises(MissingDependency, match=r"не запустился|не загружается"):
        await SupervisedEars(Settings(kind="sherpa", engine=engine), ProcessClock()).start()


async def test_an_unknown_engine_is_named() -> None:
    with pytest.raises(MissingDependency, match="распознавателя «telepathy» нет"):
        await SupervisedEars(Settings(kind="telepathy"), ProcessClock()).start()
