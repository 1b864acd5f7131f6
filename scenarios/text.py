"""What is said, per language, with slots such as `{visit.date}` or `{doctor:dative}` to be filled in."""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

SLOT = re.compile(r"\{(?P<name>[a-z_]+(?:\.\w+)*)(?::(?P<case>[a-z]+))?(?:\|(?P<style>[a-z_]+))?\}")
CASES = ("nominative", "genitive", "dative", "accusative", "instrumental", "prepositional")
LANGUAGE = re.compile(r"[a-z]{2}")
LONGEST = 1000  # characters
_END_OF_SENTENCE = re.compile(r"(?<=[.!?…])[»\"]?\s+")

_STRING_OR_LIST = {
    "anyOf": [
        {"type": "string", "minLength": 1, "maxLength": LONGEST},
        {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": LONGEST}, "minItems": 1},
    ]
}
TEXT_SCHEMA: dict[str, Any] = {
    "description": (
        "Текст для голоса: строка; список строк — скажется первая, для которой известны все сведения; "
        "или словарь по языкам: {ru: …, en: …}. Вставки: {patient.name}, {visit.date}, {doctor:dative} …"
    ),
    "anyOf": [
        *_STRING_OR_LIST["anyOf"],
        {
            "type": "object",
            "propertyNames": {"pattern": f"^{LANGUAGE.pattern}$"},
            "additionalProperties": _STRING_OR_LIST,
            "minProperties": 1,
        },
    ],
}


@dataclass(frozen=True, slots=True)
class SlotName:
    """One slot as written: `name`, and optionally the grammatical case and a style."""

    name: str
    case: str | None = None
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Variants by language, best first; the language "" stands for the scenario's main one."""

    by_language: tuple[tuple[str, tuple[str, ...]], ...]

    def variants(self, language: str, main: str) -> tuple[str, ...]:
        """The variants in this language; empty when the text is not translated."""
        texts = dict(self.by_language)
        return texts.get(language) or (texts.get("", ()) if language == main else ())

    @property
    def all_variants(self) -> tuple[str, ...]:
        return tuple(variant for _, variants in self.by_language for variant in variants)

    @classmethod
    def of(cls, value: object) -> "Text":
        """Read what stands in the YAML file."""
        if isinstance(value, Text):
            return value
        if isinstance(value, dict):
            if not value:
                raise PydanticCustomError("text", "здесь нужен текст, а словарь языков пуст")
            return cls(tuple((_language(key), _variants(texts)) for key, texts in value.items()))
        return cls((("", _variants(value)),))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.of)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return dict(TEXT_SCHEMA)


def _language(key: object) -> str:
    if isinstance(key, str) and LANGUAGE.fullmatch(key):
        return key
    raise PydanticCustomError("text", "язык пишется двумя латинскими буквами: ru, en")


def _variants(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (_one(value),)
    if isinstance(value, list) and value:
        return tuple(_one(item) for item in value)
    raise PydanticCustomError("text", "здесь нужен текст; возьмите его в кавычки")


def _one(value: object) -> str:
    if not isinstance(value, str):
        raise PydanticCustomError("text", "здесь нужен текст; возьмите его в кавычки")
    text = " ".join(value.split())
    if not text:
        raise PydanticCustomError("text", "текст пуст")
    if len(text) > LONGEST:
        raise PydanticCustomError(
            "text", "текст слишком длинный, предел — {limit} знаков", {"limit": LONGEST}
        )
    return text


def slots_of(variant: str) -> tuple[SlotName, ...]:
    """The slots of one text, in order."""
    return tuple(SlotName(match["name"], match["case"], match["style"]) for match in SLOT.finditer(variant))


def stray_braces(variant: str) -> bool:
    """Whether a brace is left that belongs to no slot."""
    rest = SLOT.sub("", variant)
    return "{" in rest or "}" in rest


def sentences_of(text: str) -> tuple[str, ...]:
    """The sentences of a text that is ready to be spoken."""
    return tuple(part.strip() for part in _END_OF_SENTENCE.split(text) if part.strip())
