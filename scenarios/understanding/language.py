"""What one language brings: a dictionary, rules, a date grammar and a number reader."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from calls.errors import ZvonarError
from scenarios.understanding.calendar import Calendar
from scenarios.understanding.company import Grammar
from scenarios.understanding.mentions import Mention
from scenarios.understanding.signs import AnySign
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

    `expand` takes a contraction apart. `fillers` are words taken out before matching; `plain_words` are
    known and say nothing of the visit; `harmless_words` are known beside a clear answer only, a bare
    «да» needs plainer company, and `away_words` beside a refusal only; `opening_fillers` begin a
    clause. `turning` words («не») turn the very next act into doubt, `questioning` ones («кто») a
    promise, also across `transparent` ones («ну»); other `negations` only stand nearby. `misheard` ones
    («нет») may have been `turning` words.
    """

    shape_of: Callable[[str], Shape]
    expand: Callable[[str], list[str]]
    macros: Mapping[str, str]
    rules: Mapping[AnySign, str]
    fillers: frozenset[str]
    opening_fillers: frozenset[str]
    plain_words: frozenset[str]
    harmless_words: frozenset[str]
    away_words: frozenset[str]
    negations: frozenset[str]
    turning: frozenset[str]
    questioning: frozenset[str]
    transparent: frozenset[str]
    misheard: frozenset[str]
    grammar: Grammar
    mentions: Callable[[Sequence[Token], Calendar], list[Mention]]
    numbers: Callable[[Sequence[Token]], list[Number]]
