"""A small pattern language over lemmas, in which every rule of understanding is written.

One pattern is words separated by spaces; each word may be:

- `приду`       any form of the word, found through its lemma
- `=приду`      this form only, `=a|b` one of these forms
- `a|b`         either
- `a?`          may be missing
- `@when`       a date or time; `@через`: one in which this word was said
- `приду<futr>` the word with a grammatical tag, or several (`<futr,1per>`); `<name>` is any word with the tag
- `+a`          with no pause (punctuation), and no word such as «а» before it
- `~`, `~4`     up to two, up to four words of any kind, but never a negation
- `{name}`      each of the patterns of a macro
- `^`, `.`      the first word of the turn, the last one
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scenarios.understanding.tokens import Shape, Token

_MACRO = re.compile(r"\{(\w+)\}")
_DEFAULT_GAP = 2


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a pattern: a word to match, or a gap of up to `gap` words, none of them of `forms`."""

    forms: frozenset[str] = frozenset()
    lemmas: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    optional: bool = False
    joined: bool = False
    gap: int = 0

    def accepts(self, token: Token) -> bool:
        if self.joined and (token.pause or token.opens):
            return False
        if not self.tags <= token.shape.tags:
            return False
        if not self.forms and not self.lemmas:
            return True
        return token.form in self.forms or not self.lemmas.isdisjoint(token.shape.lemmas)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; `source` is what the reader of a log sees."""

    source: str
    elements: tuple[Element, ...]
    at_start: bool = False
    at_end: bool = False

    @property
    def anchored(self) -> bool:
        return self.at_start or self.at_end

    def match(self, tokens: Sequence[Token], start: int) -> tuple[int, ...] | None:
        """The indices of the words taken, gaps left out, or None."""
        if self.at_start and start != 0:
            return None
        return next(self._walk(tokens, start, 0, ()), None)

    def _walk(
        self, tokens: Sequence[Token], at: int, element_at: int, taken: tuple[int, ...]
    ) -> Iterator[tuple[int, ...]]:
        if element_at == len(self.elements):
            if taken and not (self.at_end and at != len(tokens)):
                yield taken
            return
        element = self.elements[element_at]
        if element.gap:
            for skipped in range(min(element.gap, len(tokens) - at) + 1):
                if skipped and tokens[at + skipped - 1].form in element.forms:
                    return
                yield from self._walk(tokens, at + skipped, element_at + 1, taken)
            return
        if at < len(tokens) and element.accepts(tokens[at]):
            yield from self._walk(tokens, at + 1, element_at + 1, (*taken, at))
        if element.optional:
            yield from self._walk(tokens, at, element_at + 1, taken)


@dataclass(frozen=True, slots=True)
class Compiler:
    """Turns sources into patterns with a language's dictionary and macros."""

    shape_of: Callable[[str], Shape]
    macros: Mapping[str, str] = field(default_factory=dict)
    barriers: frozenset[str] = frozenset()

    def compile_lines(self, text: str) -> Iterator[Pattern]:
        """One pattern per line, or several between semicolons; «#» starts a comment."""
        for line in text.splitlines():
            for source in line.split("#")[0].split(";"):
                if source.strip():
                    yield from self.compile(source.strip())

    def compile(self, source: str) -> Iterator[Pattern]:
        for expanded in self._expand(source):
            words = expanded.split()
            at_start, at_end = words[0] == "^", words[-1] == "."
            inner = words[at_start : len(words) - at_end]
            yield Pattern(source, tuple(self._element(word) for word in inner), at_start, at_end)

    def phrase(self, text: str) -> Pattern:
        """A clinic's own phrase, word for word through lemmas."""
        words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", text.lower().replace("ё", "е"))
        return Pattern(text, tuple(self._element(word) for word in words))

    def _expand(self, source: str) -> Iterable[str]:
        names = _MACRO.findall(source)
        if not names:
            return [source]
        choices = [
            [part.strip() for part in re.split(r"[;\n]", self.macros[name]) if part.strip()] for name in names
        ]
        template = _MACRO.sub("{}", source)
        return itertools.chain.from_iterable(
            self._expand(template.format(*parts)) for parts in itertools.product(*choices)
        )

    def _element(self, word: str) -> Element:
        if word.startswith("~"):
            return Element(forms=self.barriers, gap=int(word[1:] or _DEFAULT_GAP))
        joined, word = word.startswith("+"), word.removeprefix("+")
        optional, word = word.endswith("?"), word.removesuffix("?")
        tags: frozenset[str] = frozenset()
        if word.endswith(">"):
            word, _, names = word[:-1].partition("<")
            tags = frozenset(names.split(","))
        exact, word = word.startswith("="), word.removeprefix("=")
        forms: set[str] = set()
        lemmas: set[str] = set()
        for part in filter(None, word.split("|")):
            if part.startswith("@"):
                lemmas.add(part)
            elif exact:
                forms.add(part.replace("ё", "е"))
            else:
                lemmas |= self.shape_of(part.replace("ё", "е")).lemmas
        return Element(frozenset(forms), frozenset(lemmas), tags, optional, joined)
