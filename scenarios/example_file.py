"""Facts for a trial from a YAML file: what differs from the built-in example."""

from pathlib import Path

from pydantic import ValidationError

from calls.errors import BadInput
from scenarios.complaints import findings_of
from scenarios.document import Unreadable, read_file
from scenarios.example import BASES, Example, example_with


def read_example(path: Path | None, language: str = "ru") -> Example:
    """The example call in a language, with the changes of a file; BadInput says what is wrong and where."""
    if language not in BASES:
        raise BadInput(f"примерного звонка на языке «{language}» нет", hint="Языки: " + ", ".join(BASES))
    if path is None:
        return BASES[language]
    try:
        document = read_file(path)
    except Unreadable as error:
        raise BadInput(str(error.finding)) from error
    if not isinstance(document.value, dict):
        raise BadInput(
            f"{path}: нужны строки «имя: значение»", hint="Например: patient: {name: Смирнов Олег}"
        )
    try:
        return example_with(document.value, language)
    except ValidationError as error:
        raise BadInput("\n".join(map(str, findings_of(error, document, (), Example)))) from error
