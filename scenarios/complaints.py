"""A validator's complaints in words an administrator understands."""

import typing
from collections.abc import Iterator
from difflib import get_close_matches
from enum import Enum
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scenarios.document import Document, Path_
from scenarios.findings import Finding

_PLAIN = {
    "missing": "не хватает «{last}»",
    "extra_forbidden": "неизвестное слово «{last}»",
    "string_type": "здесь нужен текст; возьмите его в кавычки",
    "int_type": "здесь нужно целое число",
    "int_parsing": "здесь нужно целое число",
    "int_from_float": "здесь нужно целое число",
    "float_type": "здесь нужно число",
    "float_parsing": "здесь нужно число",
    "bool_type": "здесь нужно true или false",
    "bool_parsing": "здесь нужно true или false",
    "list_type": "здесь нужен список: [первое, второе]",
    "dict_type": "здесь нужен словарь: строки «имя: значение»",
    "model_type": "здесь нужен словарь: строки «имя: значение»",
    "model_attributes_type": "здесь нужен словарь: строки «имя: значение»",
    "string_too_short": "текст пуст",
    "string_too_long": "текст слишком длинный (не больше {max_length} знаков)",
    "too_short": "здесь должно быть хотя бы одно значение",
    "too_long": "слишком много значений (не больше {max_length})",
    "greater_than_equal": "число должно быть не меньше {ge}",
    "less_than_equal": "число должно быть не больше {le}",
    "string_pattern_mismatch": "такое имя не годится: «{input}»",
    "enum": "такого значения нет: «{input}»; есть: {expected}",
    "literal_error": "такого значения нет: «{input}»; есть: {expected}",
}


def findings_of(
    error: ValidationError, document: Document, prefix: Path_, model: type[BaseModel]
) -> Iterator[Finding]:
    """One finding for each place that is wrong."""
    seen: set[Path_] = set()
    for details in error.errors(include_url=False, include_context=True):
        path = (*prefix, *_real(details["loc"], document, prefix))
        if path in seen:
            continue
        seen.add(path)
        yield _finding(details, path, document, model, prefix)


def _real(loc: tuple[str | int, ...], document: Document, prefix: Path_) -> Path_:
    """The location without the names of union members that pydantic puts in."""
    path: Path_ = ()
    for index, part in enumerate(loc):
        if (*prefix, *path, part) in document.places or index == len(loc) - 1:
            path = (*path, part)
    return path


def _finding(
    details: ErrorDetails, path: Path_, document: Document, model: type[BaseModel], prefix: Path_
) -> Finding:
    kind, context = details["type"], details.get("ctx", {})
    names = {"last": path[-1] if path else "", "input": _short(details.get("input"))} | context
    template = _PLAIN.get(kind)
    message = template.format_map(_Forgiving(names)) if template else _words_of(details)
    hint = ""
    if kind == "extra_forbidden":
        known = _fields_at(model, path[len(prefix) : -1])
        close = get_close_matches(str(path[-1]), known, 1)
        hint = f"Может быть, «{close[0]}»?" if close else "Здесь бывает: " + ", ".join(known)
    if kind in ("enum", "literal_error"):
        expected = str(context.get("expected", "")).replace(" or ", ", ")
        known = [item.strip(" '") for item in expected.split(",")]
        close = get_close_matches(str(details.get("input")), known, 1)
        hint = f"Может быть, «{close[0]}»?" if close else ""
        message = message.replace("'", "").replace(" or ", ", ")
    if kind == "missing":
        path = path[:-1]
    return document.finding(path, message, hint, of_key=kind in ("extra_forbidden", "missing"))


def _words_of(details: ErrorDetails) -> str:
    """A validator's own words, without pydantic's preface."""
    return details["msg"].removeprefix("Value error, ")


def _fields_at(model: type[BaseModel], path: Path_) -> list[str]:
    """The words known at a place of the file."""
    current: Any = model
    for part in path:
        current = _inner(current, part)
        if current is None:
            return []
    if isinstance(current, type) and issubclass(current, BaseModel):
        return [field.alias or name for name, field in current.model_fields.items()]
    return []


def _inner(current: Any, part: str | int) -> Any:
    """The model behind a field, a list's item or a dictionary's value."""
    if isinstance(current, type) and issubclass(current, BaseModel):
        for name, field in current.model_fields.items():
            if part in (name, field.alias):
                return _model_in(field.annotation)
        return None
    arguments = typing.get_args(current)
    return _model_in(arguments[-1]) if arguments else None


def _model_in(annotation: Any) -> Any:
    """The model or container inside `X | None`."""
    if typing.get_origin(annotation) in (list, dict):
        return annotation
    for argument in typing.get_args(annotation):
        if argument is not type(None):
            return _model_in(argument)
    return annotation


def _short(value: object) -> str:
    text = str(value.value if isinstance(value, Enum) else value)
    return text if len(text) <= 40 else text[:37] + "…"


class _Forgiving(dict[str, object]):
    """Formats what it knows and leaves out the rest."""

    def __missing__(self, key: str) -> str:
        return "…"
