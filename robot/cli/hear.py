"""`zvonar hear`: what the robot would hear in a recording, and what it would make of it."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from asr.hearing import Settings as EarsSettings
from calls.audio import duration_s
from calls.errors import BadInput
from calls.transcript import Word
from robot.configuration_file import load
from robot.listening.hearing import HeardTurn, Listening
from robot.listening.hearing import hear as heard_in
from robot.listening.sheet import MEANINGS
from robot.listening.sound import mixed, read_tracks
from robot.models.installed import ears_settings
from robot.wiring import SystemClock
from scenarios.understanding import Question, Understanding, understander

USUAL_ZONE = "Europe/Moscow"


class Channel(StrEnum):
    """Which channels of a stereo recording are listened to."""

    LEFT = "left"
    RIGHT = "right"
    MIX = "mix"


def hear(
    file: Annotated[Path, typer.Argument(help="Файл WAV с любой частотой и любым числом каналов.")],
    question: Annotated[str, typer.Option(help="О чём спросил робот.")] = "confirm_visit",
    channel: Annotated[
        Channel, typer.Option(help="Канал стереозаписи; в записях Звонаря пациент справа.")
    ] = Channel.RIGHT,
    language: Annotated[str, typer.Option(help="Язык: ru или en.")] = "ru",
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Слушать распознавателем из этих настроек.")
    ] = None,
) -> None:
    """Распознать запись, как в звонке: слова и паузы, где робот начал бы отвечать и что он понял бы.

    Примеры:  zvonar hear ответ.wav   ·   zvonar hear ответ.wav --question ask_date
    """
    if question not in set(Question):
        raise BadInput(f"--question: вопроса «{question}» нет", hint=f"Есть: {', '.join(sorted(Question))}")
    ears, zone = _ears(config, language)
    pcm = _track(file, channel)
    listening = Listening(ears, understander(language), Question(question), SystemClock().now(), zone)
    console = Console(highlight=False, soft_wrap=True)
    with console.status("Слушаю…"):
        turns = heard_in(pcm, listening)
    console.print(f"{file}: {duration_s(pcm):.2f} с, реплик {len(turns)}", markup=False)
    for number, turn in enumerate(turns, 1):
        console.print("\n".join(_lines(number, turn)), markup=False)


def _ears(config: Path | None, language: str) -> tuple[EarsSettings, ZoneInfo]:
    """The engine of that language, and the clinic's zone."""
    if config is None:
        return EarsSettings(), ZoneInfo(USUAL_ZONE)
    loaded = load(config)
    settings = ears_settings(loaded)
    own = settings.languages.get(language)
    if own:
        settings = settings.model_copy(update={"kind": own.kind, "engine": own.engine})
    return settings, ZoneInfo(loaded.configuration.clinic.zone)


def _track(file: Path, channel: Channel) -> bytes:
    tracks = read_tracks(file)
    match channel:
        case Channel.MIX:
            return mixed(tracks)
        case Channel.LEFT:
            return tracks[0]
        case Channel.RIGHT:
            return tracks[-1]


def _lines(number: int, turn: HeardTurn) -> list[str]:
    lines = [f"\n{number}. {turn.start_s:.2f}–{turn.end_s:.2f} с"]
    if turn.understood is None:
        lines.append("   слов нет: кашель или шум; робот продолжил бы говорить")
    else:
        lines.append("   слова: " + " ".join(map(_word, turn.transcript.words)))
    lines += [f"   пауза внутри: {pause.start_s:.2f}–{pause.end_s:.2f} с" for pause in turn.pauses]
    lines.append(f"   конец реплики: {turn.taken_s:.2f} с, через {turn.taken_s - turn.end_s:.2f} с тишины")
    if turn.understood:
        lines.append(f"   понято: {_decision(turn.understood)}")
    return lines


def _word(word: Word) -> str:
    return f"{word.text} ({word.start_s:.2f}–{word.end_s:.2f}, {word.confidence:.0%})"


def _decision(understood: Understanding) -> str:
    parts = [f"{MEANINGS.get(understood.meaning, understood.meaning)} [{understood.meaning}]"]
    parts += [f"и ещё: {MEANINGS.get(also, also)} [{also}]" for also in understood.also]
    if understood.topic:
        parts.append(f"о чём: {understood.topic}")
    if understood.when:
        parts.append(f"когда: {understood.when.phrase}")
    if understood.number is not None:
        parts.append(f"число: {understood.number}")
    return f"{', '.join(parts)}; уверенность {understood.confidence:.0%}; почему: {understood.why}"
