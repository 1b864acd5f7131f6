"""Lemmas and forms of Russian words, from pymorphy3's dictionary."""

import re
from functools import lru_cache
from typing import Any

from scenarios.understanding.tokens import Shape

_UNLIKELY = 0.02
_RUSSIAN = re.compile(r"[а-я]+(?:-[а-я]+)*")


@lru_cache(maxsize=1)
def _analyser() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


@lru_cache(maxsize=8192)
def shape_of(word: str) -> Shape:
    """All likely lemmas of a word, without «ё», with the grammatical tags of all of them in lower case."""
    if not _RUSSIAN.fullmatch(word):
        return Shape(frozenset({word}))
    parses = [parse for parse in _analyser().parse(word) if parse.score >= _UNLIKELY]
    lemmas = frozenset(parse.normal_form.replace("ё", "е") for parse in parses)
    tags = frozenset(str(tag).lower() for parse in parses for tag in parse.tag.grammemes)
    return Shape(lemmas | {word}, tags)


_PARTICLE = re.compile(r"(.+)-(?:то|ка|таки|с)")
_INDEFINITE = frozenset(
    "кто что где куда как когда какой какая какое какие какого какую чей чья чье откуда почему отчего зачем"
    " сколько кого чего кому чему кем чем каком каким каких как вообще так все то по".split()
)


_DRAWN_OUT = frozenset("да ну ага угу ой ладно ого".split())


def without_particle(word: str) -> list[str]:
    """«Я-то», «давайте-ка»: the word that bears the particle; «кто-то» is one of its own, «даа» is «да»."""
    drawn_out = word[:-1]
    if drawn_out in _DRAWN_OUT and word[-1] == word[-2]:
        return [drawn_out]
    borne = _PARTICLE.fullmatch(word)
    return [word if borne is None or borne[1] in _INDEFINITE else borne[1]]
