"""`zvonar scenario recordings`: which fixed sentences an announcer still has to record."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from robot.configuration_file import load as load_configuration
from robot.listening.announcer import fixed_sentences
from scenarios.loader import load
from tts.recordings import RecordedPhrases

EXIT_MISSING = 1


def recordings(
    file: Annotated[str, typer.Argument(help="Файл .yaml или имя готового сценария.")],
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Папка записей диктора (tts: recordings).")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Взять папку записей из этих настроек.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="Язык; без него — основной язык сценария.")] = None,
) -> None:
    """Показать неизменные фразы сценария, которых диктор ещё не записал. Статус 1, если такие есть.

    Фразы со вставками ({visit.date}) всегда говорит синтез. К записи NAME.wav кладётся NAME.txt с фразой.

    Пример:  zvonar scenario recordings confirm-visit --folder диктор
    """
    scenario = load(file)
    folder = folder or (_folder_of(config) if config else None)
    recorded = RecordedPhrases.load(folder) if folder else RecordedPhrases()
    sentences = fixed_sentences(scenario, language or scenario.main_language)
    missing = [sentence for sentence in sentences if recorded.get(sentence) is None]
    for sentence in missing:
        typer.echo(sentence)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"Неизменных фраз {len(sentences)}, без записи {len(missing)}.")
    if missing:
        raise typer.Exit(EXIT_MISSING)


def _folder_of(config: Path) -> Path | None:
    loaded = load_configuration(config)
    folder = loaded.configuration.tts.recordings
    return loaded.folder / folder if folder else None
