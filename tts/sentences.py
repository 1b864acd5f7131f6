"""Cuts a text into sentences, with the pause that follows each."""

import re
from dataclasses import dataclass

PAUSE_S = {".": 0.35, "!": 0.35, "?": 0.4, "…": 0.5}
_BORDER = re.compile(r"(?<=[.!?…])[»\")]*\s+(?=[«\"(А-ЯЁA-Z–—])")


@dataclass(frozen=True, slots=True, repr=False)
class Sentence:
    """One sentence and the silence after it, when another one follows."""

    text: str
    pause_s: float


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Sentences in order; spaces are made uniform, empty pieces left out."""
    tidy = " ".join(text.split())
    pieces, start = [], 0
    for border in _BORDER.finditer(tidy):
        pieces.append(tidy[start : border.start()] + border[0].rstrip())
        start = border.end()
    pieces.append(tidy[start:])
    return tuple(Sentence(piece, _pause_after(piece)) for piece in pieces if re.search(r"\w", piece))


def _pause_after(sentence: str) -> float:
    last = sentence.rstrip("»\")' ")[-1:]
    return PAUSE_S.get(last, PAUSE_S["."])
