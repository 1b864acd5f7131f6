"""Words that no dictionary knows: pymorphy3's for Russian, and hunspell's where it is installed."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from scenarios.checks.texts import texts_of
from scenarios.document import Document
from scenarios.findings import Finding, Severity
from scenarios.schema import Scenario
from scenarios.text import SLOT

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
HUNSPELL = {"ru": "ru_RU", "en": "en_US"}
PATIENCE_S = 10


def check(scenario: Scenario, document: Document) -> Iterator[Finding]:
    """Words of spoken texts that are in no dictionary; names of the clinic are slots, never looked at."""
    for _, path, text, _ in texts_of(scenario):
        for language, variants in text.by_language:
            for variant in variants:
                for word in unknown_words(SLOT.sub(" ", variant), language or scenario.main_language):
                    yield document.finding(
                        path, f"возможна опечатка: «{word}»", "Проверьте написание.", Severity.WARNING
                    )


def unknown_words(text: str, language: str) -> tuple[str, ...]:
    """The words of a text that look misspelt; none where there is no dictionary for the language."""
    known = _known_by(language)
    return tuple(word for word in dict.fromkeys(WORD.findall(text)) if not known(word))


@cache
def _known_by(language: str) -> Callable[[str], bool]:
    if language == "ru":
        return _russian
    return lambda word: _hunspell_knows(word, language)


@cache
def _morphology() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


@cache
def _russian(word: str) -> bool:
    if all(_morphology().word_is_known(part.casefold()) for part in word.split("-")):
        return True
    return shutil.which("hunspell") is not None and _hunspell_knows(word, "ru")


@cache
def _hunspell_knows(word: str, language: str) -> bool:
    """True as well where hunspell or its dictionary is not installed: nothing is known against the word."""
    program, dictionary = shutil.which("hunspell"), HUNSPELL.get(language)
    if program is None or dictionary is None:
        return True
    try:
        done = subprocess.run(
            [program, "-i", "utf-8", "-d", dictionary, "-l"],
            input=word,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return True
    return done.returncode != 0 or not done.stdout.strip()
