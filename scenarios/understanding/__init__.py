"""What did the patient mean? Rules per language and a classifier beside them; doubt is `unclear`, never a
guess.

Pure: no I/O but loading a language's dictionary and classifier once.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

from calls.transcript import Transcript
from scenarios.understanding import languages
from scenarios.understanding.calendar import monday_to_friday
from scenarios.understanding.classifier import Classifier
from scenarios.understanding.language import Language, UnknownLanguage
from scenarios.understanding.meaning import Meaning, Question, Topic, Understanding
from scenarios.understanding.understander import RuleUnderstander
from scenarios.understanding.when import When, Window

__all__ = [
    "Meaning",
    "Question",
    "Topic",
    "Understander",
    "Understanding",
    "UnknownLanguage",
    "When",
    "Window",
    "understander",
]


class Understander(Protocol):
    """One language's understanding; holds nothing of a call."""

    def understand(
        self, utterance: Transcript, question: Question, now: datetime, zone: ZoneInfo
    ) -> Understanding:
        """What a turn means in answer to the question just asked; `now` is aware."""
        ...

    def is_unambiguous_short(self, text: str, question: Question) -> bool:
        """Whether a partial transcript is a complete short answer, so that the turn may end early."""
        ...


def understander(
    language: str,
    extra_phrases: Mapping[Meaning, Sequence[str]] = MappingProxyType({}),
    is_working: Callable[[date], bool] = monday_to_friday,
) -> Understander:
    """The understanding of a language, with a clinic's own phrases, which outrank the built-in rules.

    Raises `UnknownLanguage`.
    """
    known = sorted(module.name for module in pkgutil.iter_modules(languages.__path__))
    if language not in known:
        raise UnknownLanguage(
            f"There is no understanding of the language {language!r}.",
            hint=f"Choose one of: {', '.join(known)}.",
        )
    module = importlib.import_module(f"scenarios.understanding.languages.{language}")
    grammar: Language = module.LANGUAGE
    return RuleUnderstander(grammar, extra_phrases, is_working, _classifier(language))


@cache
def _classifier(language: str) -> Classifier | None:
    """What was learnt from the language's labelled phrases, if any."""
    path = Path(__file__).parent / "languages" / language / "classifier.npz"
    return Classifier.load(path) if path.exists() else None
