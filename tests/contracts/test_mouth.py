"""What every mouth promises: one suite over each engine that is installed, in real processes."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from calls.audio import RATE_HZ, duration_s
from calls.errors import MissingDependency
from demo.clock import ProcessClock
from tts.errors import MouthFailed, Unspeakable, VoiceRefused
from tts.levels import PEAK_DBFS, TARGET_DBFS, active_level_dbfs, from_pcm, peak_dbfs
from tts.port import Voice
from tts.speaking import Settings, SupervisedMouth

pytestmark = pytest.mark.asyncio(loop_scope="module")  # one process serves all tests of an engine

VOICES = {"fake": "hum", "rhvoice": "Anna", "espeak_ng": "f2"}
KINDS = [
    pytest.param("fake"),
    pytest.param("rhvoice", marks=pytest.mark.voice),
    pytest.param("espeak_ng", marks=pytest.mark.voice),
]
GREETING = "Здравствуйте! Вас беспокоит клиника «Здоровье». Вы придёте завтра, ровно в девять?"


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def settings(kind: str, cache: Path, **engine: object) -> Settings:
    return Settings(kind=kind, engine=engine, fallback=None, cache_folder=cache)


@pytest.fixture(scope="module")
def cache(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp(kind)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mouth(kind: str, cache: Path) -> AsyncIterator[SupervisedMouth]:
    mouth = SupervisedMouth(settings(kind, cache), ProcessClock())
    await mouth.start()
    yield mouth
    await mouth.stop()


def entries(folder: Path) -> set[Path]:
    return set(folder.glob("*/*.speech"))


async def test_prompts_are_levelled_unclipped_and_trimmed(mouth: SupervisedMouth, kind: str) -> None:
    samples = from_pcm(await mouth.speak(GREETING, Voice(VOICES[kind])))
    assert 3 < len(samples) / RATE_HZ < 12
    assert active_level_dbfs(samples, RATE_HZ) == pytest.approx(TARGET_DBFS, abs=1.0)
    assert peak_dbfs(samples) <= PEAK_DBFS + 0.01
    loud = abs(samples) > 0.01
    lead_s, tail_s = loud.argmax() / RATE_HZ, loud[::-1].argmax() / RATE_HZ
    assert lead_s < 0.12
    assert tail_s < 0.2


async def test_said_twice_is_made_once(mouth: SupervisedMouth, kind: str, cache: Path) -> None:
    voice, before = Voice(VOICES[kind]), entries(cache)
    text = "Добрый день! Вас ждут. До встречи?"
    first = await mouth.speak(text, voice)
    made = entries(cache)
    assert len(made - before) == 3
    assert await mouth.speak(text, voice) == first
    assert entries(cache) == made


async def test_the_same_sentence_asked_for_at_once_is_made_once(
    mouth: SupervisedMouth, kind: str, cache: Path
) -> None:
    before = entries(cache)
    said = await asyncio.gather(*(mouth.speak("Хорошо, спасибо.", Voice(VOICES[kind])) for _ in range(8)))
    assert len(set(said)) == 1
    assert len(entries(cache) - before) == 1


async def test_a_damaged_entry_is_made_again(mouth: SupervisedMouth, kind: str, cache: Path) -> None:
    voice, before = Voice(VOICES[kind]), entries(cache)
    first = await mouth.speak("Секундочку.", voice)
    (entry,) = entries(cache) - before
    entry.write_bytes(entry.read_bytes()[:-100])
    assert await mouth.speak("Секундочку.", voice) == first


async def test_rate_is_the_pace(mouth: SupervisedMouth, kind: str) -> None:
    slow = await mouth.speak("Вы записаны на приём.", Voice(VOICES[kind], rate=0.8))
    quick = await mouth.speak("Вы записаны на приём.", Voice(VOICES[kind], rate=1.25))
    assert duration_s(slow) > 1.2 * duration_s(quick)


async def test_sentences_are_parted_by_a_pause(mouth: SupervisedMouth, kind: str) -> None:
    voice = Voice(VOICES[kind])
    parts = [await mouth.speak(part, voice) for part in ("Спасибо.", "До свидания.")]
    whole = await mouth.speak("Спасибо. До свидания.", voice)
    assert whole.startswith(parts[0])
    assert whole.endswith(parts[1])
    assert 0.3 < duration_s(whole) - sum(map(duration_s, parts)) < 0.5


async def test_who_is_on_the_line_is_served_before_what_is_only_prepared(
    mouth: SupervisedMouth, kind: str
) -> None:
    order: list[str] = []

    async def said(text: str, urgent: bool) -> None:
        await mouth.speak(text, Voice(VOICES[kind]), urgent=urgent)
        order.append(text)

    prepared = [f"Готовим фразу {'очень ' * count}заранее." for count in range(6)]
    await asyncio.gather(*(said(text, urgent=False) for text in prepared), said("Пациент ждёт.", urgent=True))
    assert order.index("Пациент ждёт.") < 3
    assert len(order) == 7


async def test_whoever_gives_up_waiting_does_not_lose_the_process(mouth: SupervisedMouth, kind: str) -> None:
    speaking = [
        asyncio.ensure_future(mouth.speak(f"Передумали {'ещё ' * count}раз.", Voice(VOICES[kind])))
        for count in range(6)
    ]
    done, _ = await asyncio.wait(speaking, return_when=asyncio.FIRST_COMPLETED)
    for task in speaking:
        task.cancel()
    await asyncio.gather(*speaking, return_exceptions=True)
    assert done
    assert await mouth.speak("Всё ещё говорим.", Voice(VOICES[kind]))


@pytest.mark.parametrize("text", ["Приём в 9 часов", "Клиника Smile", "Кабинет №", "", "…"])
async def test_what_a_voice_would_skip_never_reaches_it(mouth: SupervisedMouth, kind: str, text: str) -> None:
    with pytest.raises(Unspeakable):
        await mouth.speak(text, Voice(VOICES[kind]))


async def test_a_killed_process_comes_back(mouth: SupervisedMouth, kind: str) -> None:
    voice = Voice(VOICES[kind])
    before = await mouth.speak("Одну минуту.", voice)
    for pid in mouth.pids:
        os.kill(pid, signal.SIGKILL)
    after = await mouth.speak("Я вас слушаю.", voice)
    assert before
    assert after


@pytest.mark.voice
@pytest.mark.parametrize("kind", ["rhvoice", "espeak_ng"], indirect=True)
async def test_an_unknown_voice_is_refused(mouth: SupervisedMouth) -> None:
    with pytest.raises(VoiceRefused, match="голоса «Левитан»"):
        await mouth.speak("Внимание.", Voice("Левитан"))


@pytest.mark.voice
@pytest.mark.parametrize("kind", ["rhvoice"], indirect=True)
@pytest.mark.parametrize("name", ["Arina", "mikhail", "Tatiana", "Yuriy"])
async def test_a_voice_that_is_not_free_is_refused_for_its_licence(mouth: SupervisedMouth, name: str) -> None:
    with pytest.raises(VoiceRefused, match="CC BY-NC-ND"):
        await mouth.speak("Внимание.", Voice(name))


async def test_a_sentence_that_kills_the_engine_fails_alone(tmp_path: Path) -> None:
    mouth = SupervisedMouth(settings("fake", tmp_path, crash_on="Роковая фраза."), ProcessClock())
    await mouth.start()
    try:
        fatal, harmless = await asyncio.gather(
            mouth.speak("Роковая фраза.", Voice("hum")),
            mouth.speak("Обычная фраза.", Voice("hum")),
            return_exceptions=True,
        )
        assert isinstance(fatal, MouthFailed)
        assert "Роковая" not in str(fatal)
        assert isinstance(harmless, bytes)
    finally:
        await mouth.stop()


async def test_an_engine_that_refuses_a_sentence_says_why(tmp_path: Path) -> None:
    mouth = SupervisedMouth(settings("fake", tmp_path, fail_on="Нет."), ProcessClock())
    await mouth.start()
    try:
        with pytest.raises(MouthFailed, match="told to fail"):
            await mouth.speak("Нет.", Voice("hum"))
    finally:
        await mouth.stop()


async def test_a_missing_engine_is_named_with_the_places_looked_at(tmp_path: Path) -> None:
    mouth = SupervisedMouth(settings("rhvoice", tmp_path, folder=str(tmp_path / "nowhere")), ProcessClock())
    with pytest.raises(MissingDependency, match="nowhere") as refusal:
        await mouth.start()
    assert "scripts/setup-voices" in refusal.value.hint


async def test_the_fallback_speaks_where_the_engine_is_missing(tmp_path: Path) -> None:
    chosen = Settings(
        kind="rhvoice", engine={"folder": str(tmp_path)}, fallback="fake", cache_folder=tmp_path / "speech"
    )
    mouth = SupervisedMouth(chosen, ProcessClock())
    await mouth.start()
    try:
        assert mouth.kind == "fake"
        assert await mouth.speak("Здравствуйте!", Voice("Anna"))
    finally:
        await mouth.stop()


async def test_an_unknown_engine_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingDependency, match="синтезатора «parrot» нет"):
        await SupervisedMouth(settings("parrot", tmp_path), ProcessClock()).start()


async def test_a_folder_that_cannot_be_written_to_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "speech").write_text("a file where the folder should be")
    mouth = SupervisedMouth(settings("fake", tmp_path / "speech"), ProcessClock())
    await mouth.start()
    try:
        assert await mouth.speak("Здравствуйте!", Voice("hum"))
    finally:
        await mouth.stop()
