"""Spoken forms: dates, times, names and numbers as words, so that no digit ever reaches a voice.

One module per language (`tts.spoken.ru`), found by its name; each has a `FORMS` that is a `SpokenForms`.
"""

import importlib
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from calls.appointment import Sex
from tts.errors import UnknownForm, Unspeakable
from tts.spoken.grammar import Case, Gender, Person

__all__ = ["LANGUAGES", "Case", "Gender", "Person", "SpokenForms", "check_speakable", "spoken_forms"]

LANGUAGES = ("en", "ru")


class SpokenForms(Protocol):
    """One language's words for typed values. Every method raises UnknownForm for what it cannot say."""

    @property
    def styles(self) -> Mapping[str, tuple[str, ...]]:
        """The kinds of slot and the styles of each; the first style is what an empty one means."""
        ...

    @property
    def speakable(self) -> re.Pattern[str]:
        """Matches one character that a voice of this language can say or pause at."""
        ...

    def slot(
        self,
        kind: str,
        value: object,
        style: str = "",
        case: str | None = None,
        *,
        now: datetime,
        zone: ZoneInfo,
    ) -> str:
        """The words for one slot; aware datetimes are spoken in `zone`."""
        ...

    def date(self, day: date, now_day: date, relative: bool = True) -> str: ...

    def with_pronunciation(self, entries: Mapping[str, str]) -> "SpokenForms":
        """The same forms with a clinic's own dictionary, replaced in texts, addresses and specialities."""
        ...

    def time(self, at: time, style: str = "") -> str: ...

    def person(
        self,
        name: str,
        case: str | None = None,
        sex: Sex | None = None,
        style: str = "",
        initials: bool = False,
    ) -> str: ...

    def speciality(self, text: str, case: str | None = None) -> str: ...

    def number(
        self, n: int, case: str | None = None, gender: Gender = Gender.MASCULINE, *, ordinal: bool = False
    ) -> str: ...

    def plural(self, n: int, one: str, few: str, many: str) -> str: ...


def spoken_forms(language: str) -> SpokenForms:
    """The spoken forms of a language; UnknownForm where there is no module for it."""
    if language not in LANGUAGES:
        raise UnknownForm(f"языка «{language}» нет", hint="Есть: " + ", ".join(LANGUAGES))
    forms: SpokenForms = importlib.import_module(f"tts.spoken.{language}").FORMS
    return forms


def check_speakable(text: str, language: str) -> None:
    """Raise Unspeakable for the first character that a voice of the language would skip or garble.

    Digits, letters of another alphabet and signs (№, %, @) would be left out or read at random.
    """
    if not any(character.isalpha() for character in text):
        raise Unspeakable("в тексте нет слов", hint="Дайте голосу хотя бы одно слово.")
    speakable = spoken_forms(language).speakable
    for position, character in enumerate(text):
        if not speakable.match(character):
            raise Unspeakable(
                f"знак «{character}» (место {position + 1}) голос не произнесёт",
                hint="Напишите его словами или добавьте слово в словарь произношения клиники.",
                character=character,
                position=position,
            )
