"""Reads the configuration file; every mistake is shown with its line and column."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from calls.errors import BadInput
from robot.configuration import Configuration
from scenarios.complaints import findings_of
from scenarios.document import Document, Unreadable, read_file

FILE_NAME = "zvonar.yaml"
HINT = "Проверка без единого звонка: zvonar check. Образец: zvonar init НОВАЯ_ПАПКА"
SECRET = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The configuration, the places in its file, and the folder that its relative paths count from."""

    configuration: Configuration
    document: Document
    folder: Path

    def with_scenario(self, name: str) -> "Loaded":
        """The same with another scenario, named on the command line."""
        return replace(self, configuration=self.configuration.model_copy(update={"scenario": name}))


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Loaded:
    """Read and validate; BadInput lists every mistake. `${NAME}` is replaced from the environment."""
    if path.is_dir():
        path = path / FILE_NAME
    if not path.exists():
        raise BadInput(f"{path}: такого файла нет", hint="Создать образец: zvonar init ПАПКА")
    try:
        document = read_file(path)
        value = _with_secrets(document.value, (), document, environment)
        configuration = Configuration.model_validate(value)
    except Unreadable as error:
        raise BadInput(str(error.finding), hint=HINT) from error
    except ValidationError as error:
        found = findings_of(error, document, (), Configuration)
        raise BadInput("\n".join(str(finding) for finding in found), hint=HINT) from error
    return Loaded(configuration, document, path.resolve().parent)


def problem_at(loaded: Loaded, path: Sequence[str | int], message: str, hint: str = "") -> BadInput:
    """A mistake that only a part's own module could find, with its place in the file."""
    return BadInput(str(loaded.document.finding(path, message, hint)), hint=HINT)


def problems_at(
    loaded: Loaded, section: tuple[str, ...], error: ValidationError, model: type[BaseModel]
) -> BadInput:
    """All that a part's own settings complain about."""
    found = findings_of(error, loaded.document, section, model)
    return BadInput("\n".join(str(finding) for finding in found), hint=HINT)


def _with_secrets(
    value: Any, path: tuple[str | int, ...], document: Document, environment: Mapping[str, str]
) -> Any:
    if isinstance(value, dict):
        return {key: _with_secrets(item, (*path, key), document, environment) for key, item in value.items()}
    if isinstance(value, list):
        return [
            _with_secrets(item, (*path, index), document, environment) for index, item in enumerate(value)
        ]
    if not isinstance(value, str):
        return value
    for name in SECRET.findall(value):
        if name not in environment:
            finding = document.finding(path, f"переменная окружения {name} не задана")
            raise BadInput(str(finding), hint=f"Задайте её перед запуском: export {name}=…")
    return SECRET.sub(lambda match: environment[match[1]], value)
