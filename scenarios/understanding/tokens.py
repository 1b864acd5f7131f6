"""Words with their lemmas: what the patterns look at."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from calls.transcript import UNKNOWN_WORD, Transcript

# A word, a clock time or a date in digits, or the recogniser's mark for an unknown word.
_PIECE = re.compile(
    r"\[unk\]|\d{1,2}[:.]\d{2}|\d+(?:-?[а-яa-z]+)?|[^\W\d_]+(?:['’-][^\W\d_]+)*|[^\w\s]+", re.I
)
# «дааа»: no word of ours has a letter three times in a row.
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a dictionary knows of a word: its lemmas and grammatical tags."""

    lemmas: frozenset[str]
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a turn. `pause` is set when punctuation stands before it, `asked` when a «?» follows,
    `opens` when a filler was left out before it that begins a clause («а»)."""

    form: str
    shape: Shape
    confidence: float = 1.0
    pause: bool = False
    asked: bool = False
    opens: bool = False

    def is_among(self, words: frozenset[str]) -> bool:
        """Whether the form or a lemma is one of these words."""
        return self.form in words or not self.shape.lemmas.isdisjoint(words)

    @property
    def is_unknown(self) -> bool:
        return self.form == UNKNOWN_WORD


def tokenise(
    heard: Transcript,
    shape_of: Callable[[str], Shape],
    expand: Callable[[str], list[str]],
    turning: frozenset[str] = frozenset(),
) -> list[Token]:
    """Lower-case words without «ё» and without repetitions; hyphenated doubles («да-да») count once;
    `expand` takes contractions («can't») apart. After one of the `turning` words a repetition across a
    pause takes it back: «не приду, приду»."""
    tokens: list[Token] = []
    pause = taken_apart = False
    for word in heard.words:
        for piece in _PIECE.findall(word.text.lower().replace("ё", "е").replace("’", "'")):
            if not (piece[0].isalnum() or piece == UNKNOWN_WORD):
                pause = True
                if "?" in piece and tokens:
                    tokens[-1] = replace(tokens[-1], asked=True)
                continue
            forms = expand(_unfold(_DRAWN_OUT.sub(r"\1", piece)))
            for form in forms:
                takes_back = pause and len(tokens) > 1 and tokens[-2].form in turning
                if taken_apart or takes_back or not _repeats(tokens, form, pause):
                    tokens.append(Token(form, shape_of(form), word.confidence, pause and bool(tokens)))
                pause = False
            taken_apart = len(forms) > 1
    return tokens


def _unfold(piece: str) -> str:
    """«да-да-да» is «да»; other hyphenated words stay whole."""
    parts = piece.split("-")
    return parts[0] if len(parts) > 1 and len(set(parts)) == 1 else piece


def _repeats(tokens: list[Token], form: str, pause: bool) -> bool:
    return bool(tokens) and tokens[-1].form == form and not (form.isdecimal() and not pause)
