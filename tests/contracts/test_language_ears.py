"""An engine per language, in real processes: the request's language picks who listens."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from asr.errors import RecognitionFailed
from asr.hearing import EngineChoice, Settings
from asr.languages import LanguageEars
from asr.port import HearingRequest
from calls.audio import FRAME_BYTES, read_wav, silence
from calls.errors import MissingDependency
from demo.clock import ProcessClock

YES = read_wav(Path(__file__).parent / "data" / "yes.wav")


def fake(*lines: str) -> EngineChoice:
    return EngineChoice(kind="fake", engine={"lines": lines})


@pytest.fixture
async def ears() -> AsyncIterator[LanguageEars]:
    settings = Settings(kind="fake", engine={"lines": ["да"]}, languages={"en": fake("yes")})
    ears = LanguageEars(settings, ProcessClock())
    await ears.start()
    yield ears
    await ears.stop()


async def heard(ears: LanguageEars, language: str) -> str:
    stream = await ears.open(HearingRequest(language))
    pcm = silence(0.3) + YES + silence(0.6)
    for at in range(0, len(pcm), FRAME_BYTES):
        stream.feed(pcm[at : at + FRAME_BYTES])
    words = (await stream.take()).text
    stream.close()
    return words


async def test_the_requests_language_picks_the_engine(ears: LanguageEars) -> None:
    assert await heard(ears, "en") == "yes"
    assert await heard(ears, "ru") == "да"
    with pytest.raises(RecognitionFailed):
        await ears.open(HearingRequest("tlh"))


async def test_an_engine_that_does_not_know_its_language_is_refused_at_the_start() -> None:
    settings = Settings(kind="fake", languages={"tt": fake("әйе")})
    with pytest.raises(RecognitionFailed, match="языка «tt»"):
        await LanguageEars(settings, ProcessClock()).start()


async def test_one_engine_that_is_not_there_stops_all(tmp_path: Path) -> None:
    choice = EngineChoice(engine={"model": str(tmp_path), "language": "en"})
    ears = LanguageEars(Settings(kind="fake", languages={"en": choice}), ProcessClock())
    with pytest.raises(MissingDependency, match=str(tmp_path)):
        await ears.start()
    with pytest.raises(RecognitionFailed):
        await ears.open(HearingRequest("ru"))
