"""Real speech through a telephone line's A-law into the real recogniser, 20 ms at a time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from asr.hearing import Settings as EarsSettings
from asr.hearing import SupervisedEars
from asr.port import HearingEvent, HearingRequest, Partial, Paused, SpeechStarted
from calls.audio import FRAME_BYTES, duration_s, silence
from calls.transcript import UNKNOWN_WORD
from demo.clock import ProcessClock
from demo.g711 import PCMA
from tts.levels import TAIL_S
from tts.port import Voice
from tts.speaking import Settings as MouthSettings
from tts.speaking import SupervisedMouth

pytestmark = [pytest.mark.voice, pytest.mark.asyncio(loop_scope="module")]

ANSWERS = [
    ("да", "Irina"),
    ("нет", "Aleksandr"),
    ("да, приду", "Aleksandr"),
    ("перенесите запись", "Irina"),
    ("отмените запись", "Aleksandr"),
    ("соедините с оператором", "Irina"),
    ("повторите, пожалуйста", "Aleksandr"),
    ("двадцать первого ноября", "Irina"),
    ("вы ошиблись номером", "Aleksandr"),
]


@pytest.fixture(scope="module")
def speech_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("speech")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mouth(speech_folder: Path) -> AsyncIterator[SupervisedMouth]:
    mouth = SupervisedMouth(MouthSettings(cache_folder=speech_folder, fallback=None), ProcessClock())
    await mouth.start()
    yield mouth
    await mouth.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ears() -> AsyncIterator[SupervisedEars]:
    ears = SupervisedEars(EarsSettings(), ProcessClock())
    await ears.start()
    yield ears
    await ears.stop()


def through_a_line(pcm: bytes, noise_dbfs: float | None = -60.0, seed: int = 1) -> bytes:
    """As it arrives: with the line's noise, companded by A-law."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float64)
    if noise_dbfs is not None:
        level = 32768 * 10 ** (noise_dbfs / 20)
        samples = samples + np.random.default_rng(seed).normal(0, level, len(samples))
    rounded = np.clip(np.rint(samples), -32768, 32767).astype("<i2").tobytes()
    return PCMA.decode(PCMA.encode(rounded))


async def listened(ears: SupervisedEars, audio: bytes, phrases: tuple[str, ...] = ()) -> list[HearingEvent]:
    """Every event of a call that brought this audio; its turn is not taken."""
    stream = await ears.open(HearingRequest(phrases=phrases))
    for at in range(0, len(audio), FRAME_BYTES):
        stream.feed(audio[at : at + FRAME_BYTES])
    await stream.take()
    stream.close()
    return [event async for event in stream.events()]


def words(text: str) -> list[str]:
    return text.replace(",", "").split()


async def test_answers_are_understood_a_quarter_of_a_second_after_their_end(
    mouth: SupervisedMouth, ears: SupervisedEars
) -> None:
    async def last_pause(text: str, name: str) -> tuple[Paused, float]:
        pcm = await mouth.speak(text, Voice(name))
        events = await listened(ears, through_a_line(silence(0.7) + pcm + silence(1.0)))
        pauses = [event for event in events if isinstance(event, Paused)]
        return [each for each in pauses if each.silence_s < 0.5][-1], 0.7 + duration_s(pcm)

    heard = await asyncio.gather(*(last_pause(text, name) for text, name in ANSWERS))
    for (text, _), (pause, end_s) in zip(ANSWERS, heard, strict=True):
        assert words(pause.transcript.text) == words(text)
        assert pause.speech_ended_s == pytest.approx(end_s - TAIL_S, abs=0.12)


async def test_partial_results_grow_while_the_patient_speaks(
    mouth: SupervisedMouth, ears: SupervisedEars
) -> None:
    pcm = await mouth.speak("двадцать первого ноября", Voice("Irina"))
    events = await listened(ears, through_a_line(silence(0.5) + pcm + silence(0.6)))
    assert isinstance(events[0], SpeechStarted)
    before_the_end = [
        event.transcript.text
        for event in events
        if isinstance(event, Partial) and event.at_s < 0.5 + duration_s(pcm)
    ]
    assert before_the_end
    assert before_the_end[0].startswith("двадцать")


async def test_a_line_that_only_hums_says_nothing(ears: SupervisedEars) -> None:
    for noise_dbfs in (-60.0, -40.0, -28.0):
        assert await listened(ears, through_a_line(silence(4.0), noise_dbfs)) == []


async def test_phrases_narrow_what_can_be_heard(mouth: SupervisedMouth, ears: SupervisedEars) -> None:
    assert ears.can_narrow
    pcm = await mouth.speak("отмените запись", Voice("Irina"))
    events = await listened(ears, through_a_line(pcm + silence(0.6)), phrases=("да", "нет"))
    (first, *_) = [event for event in events if isinstance(event, Paused)]
    assert set(words(first.transcript.text)) <= {"да", "нет", UNKNOWN_WORD}


async def test_phrases_with_words_unknown_to_the_model_do_not_narrow(
    mouth: SupervisedMouth, ears: SupervisedEars
) -> None:
    pcm = await mouth.speak("отмените запись", Voice("Irina"))
    events = await listened(ears, through_a_line(pcm + silence(0.6)), phrases=("да", "синхрофазотрон"))
    (first, *_) = [event for event in events if isinstance(event, Paused)]
    assert first.transcript.text == "отмените запись"
