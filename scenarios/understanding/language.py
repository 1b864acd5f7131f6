"""What one language brings: a dictionary, rules, a date grammar and a number reader."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from calls.errors import ZvonarError
from scenarios.understanding.calendar import Calendar
from scenarios.understanding.meaning import Meaning, Topic
from scenarios.understanding.mentions import Mention
from scenarios.understanding.signs import Sign
from scenarios.understanding.tokens import Shape, Token


class UnknownLanguage(ZvonarError):
    """There is no understanding of this language."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number at words `start` to `end` (excluded); an ordinal names one of several choices."""

    value: int
    start: int
    end: int
    ordinal: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """The parts of a language's module; its name is the module's name.

    `fillers` are words taken out before matching; `plain_words` are known and say nothing of the visit;
    `joining_negations` («не») turn the very next word round, other `negations` only stand nearby.
    """

    shape_of: Callable[[str], Shape]
    macros: Mapping[str, str]
    rules: Mapping[Sign | Meaning | Topic, str]
    fillers: frozenset[str]
    plain_words: frozenset[str]
    negations: frozenset[str]
    joining_negations: frozenset[str]
    mentions: Callable[[Sequence[Token], Calendar], list[Mention]]
    numbers: Callable[[Sequence[Token]], list[Number]]
