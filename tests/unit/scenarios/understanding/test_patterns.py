"""The pattern language itself."""

import pytest

from calls.transcript import Transcript
from scenarios.understanding.patterns import Compiler
from scenarios.understanding.tokens import Shape, Token, tokenise


def plain(word: str) -> Shape:
    """A dictionary in which «идти» has two forms."""
    return Shape(
        frozenset({"идти" if word in ("иду", "идет") else word}), frozenset({"verb"} if word == "иду" else ())
    )


def tokens_of(text: str) -> list[Token]:
    return tokenise(Transcript.of(text), plain, lambda word: [word])


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("иду", "идет", True),
        ("=иду", "идет", False),
        ("=иду|еду", "еду", True),
        ("иду<verb>", "идет", False),
        ("а b? c", "а c", True),
        ("а ~ c", "а x y c", True),
        ("а ~ c", "а x y z c", False),
        ("а ~4 c", "а x y z c", True),
        ("а ~ c", "а не c", False),
        ("а +c", "а, c", False),
        ("^ а .", "а", True),
        ("^ а .", "а c", False),
        ("{both} c", "y c", True),
    ],
)
def test_matching(pattern: str, text: str, expected: bool) -> None:
    compiler = Compiler(plain, {"both": "x; y"}, frozenset({"не"}))
    found = [compiled.match(tokens_of(text), 0) for compiled in compiler.compile(pattern)]
    assert any(found) is expected


def test_repetitions_and_hyphens_count_once() -> None:
    assert [token.form for token in tokens_of("Да-да, да ДА нет")] == ["да", "нет"]


def test_yo_is_e_and_punctuation_is_a_pause() -> None:
    first, second = tokens_of("ещё, раз?")
    assert (first.form, second.pause, second.asked) == ("еще", True, True)
