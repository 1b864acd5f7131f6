"""`zvonar say`: a text as the patient would hear it over the telephone."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from calls.audio import RATE_HZ, duration_s, write_wav
from calls.errors import BadInput
from robot.configuration_file import load
from robot.listening.player import play
from robot.wiring import SystemClock, open_mouth, open_office
from tts.levels import active_level_dbfs, from_pcm, peak_dbfs
from tts.port import Mouth, Voice
from tts.speaking import Settings, SupervisedMouth

USUAL_VOICE = "Elena"


def say(
    text: Annotated[str, typer.Argument(help="Что сказать. Цифры и латиницу напишите словами.")],
    voice: Annotated[str | None, typer.Option(help="Голос: Elena, Anna, Irina, Aleksandr …")] = None,
    to: Annotated[Path, typer.Option("--to", "-o", help="Файл WAV.")] = Path("say.wav"),
    language: Annotated[str, typer.Option(help="Язык: ru или en.")] = "ru",
    rate: Annotated[float, typer.Option(min=0.5, max=2.0, help="Темп; 1 — обычный для голоса.")] = 1.0,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="Говорить голосом и записями диктора из этих настроек."),
    ] = None,
    aloud: Annotated[bool, typer.Option("--play", help="И проиграть.")] = False,
) -> None:
    """Сказать текст голосом робота в файл WAV: 8 кГц и та же громкость, что в телефоне.

    Примеры:  zvonar say "Здравствуйте!" --voice Anna -o привет.wav   ·   zvonar say "Вы придёте?" --config .
    """
    pcm = asyncio.run(_spoken(text, Voice(voice or USUAL_VOICE, language, rate), voice is None, config))
    try:
        write_wav(to, pcm)
    except OSError as error:
        raise BadInput(f"{to}: запись невозможна ({error.strerror})") from error
    samples = from_pcm(pcm)
    Console(highlight=False, soft_wrap=True).print(
        f"Готово: {to}, {duration_s(pcm):.2f} с, громкость речи {active_level_dbfs(samples, RATE_HZ):.1f} дБ,"
        f" пик {peak_dbfs(samples):.1f} дБ",
        markup=False,
    )
    if aloud:
        play(to)


async def _spoken(text: str, voice: Voice, is_usual: bool, config: Path | None) -> bytes:
    async with AsyncExitStack() as stack:
        if config is None:
            return await (await _mouth_alone(stack)).speak(text, voice)
        office = await stack.enter_async_context(open_office(load(config)))
        chosen = office.voice(voice.language) if is_usual else voice
        return await (await open_mouth(office, stack)).speak(text, chosen)


async def _mouth_alone(stack: AsyncExitStack) -> Mouth:
    """The embedded voices, without any configuration; nothing is kept."""
    cache = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zvonar-say-")))
    mouth = SupervisedMouth(Settings(cache_folder=cache), SystemClock())
    await mouth.start()
    stack.push_async_callback(mouth.stop)
    return mouth
