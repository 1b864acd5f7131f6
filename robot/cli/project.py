"""`zvonar init`: a folder to begin with."""

import importlib.resources
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from calls.errors import BadInput
from robot.configuration import Configuration
from robot.configuration_file import FILE_NAME

TEMPLATES = importlib.resources.files("robot") / "templates"
SCHEMA_NAME = "zvonar.schema.json"


def init(folder: Annotated[Path, typer.Argument(help="Новая или пустая папка.")] = Path(".")) -> None:
    """Создать папку с образцом настроек, записей и схемой для редактора. Ничего не перезаписывает.

    Пример:  zvonar init клиника && cd клиника && zvonar check
    """
    files = {item.name: item.read_text(encoding="utf-8") for item in TEMPLATES.iterdir() if item.is_file()}
    files[SCHEMA_NAME] = json.dumps(Configuration.model_json_schema(), ensure_ascii=False, indent=1) + "\n"
    taken = sorted(name for name in files if (folder / name).exists())
    if taken:
        raise BadInput(f"{folder}: уже есть {', '.join(taken)}", hint="Выберите другую папку.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in sorted(files.items()):
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{folder}: запись невозможна ({error.strerror})") from error
    console = Console(highlight=False)
    console.print(f"Готово: {folder / FILE_NAME}. Дальше: исправьте его и выполните zvonar check.")
