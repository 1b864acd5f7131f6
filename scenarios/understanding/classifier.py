"""What a turn means by likeness: a linear classifier that was trained on labelled phrases.

Multinomial logistic regression over hashed word, lemma and letter n-grams (feature hashing, Weinberger et
al. 2009). It weighs every word, also those that no rule knows, but cannot tell why: so it never answers
alone where a visit is at stake, see `second_opinion`.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scenarios.understanding.meaning import Meaning, Question, Topic
from scenarios.understanding.tokens import Token

BUCKETS = 1 << 17
_WORDS = (1, 2, 3)
_LETTERS = (3, 4, 5)
_QUESTION_WEIGHT = 0.3
_START, _END, _ASKED = "<s>", "</s>", "?"

Weights = npt.NDArray[np.int8]
Vector = dict[int, float]


@dataclass(frozen=True, slots=True)
class Opinion:
    """How probable each class is, and each topic among the questions."""

    shares: Mapping[Meaning, float]
    topics: Mapping[Topic, float]

    @property
    def likeliest(self) -> Meaning:
        return max(self.shares, key=self.shares.__getitem__)

    @property
    def topic(self) -> Topic | None:
        """The likeliest subject, if the turn is a question."""
        return max(self.topics, key=self.topics.__getitem__, default=None)

    def of(self, meaning: Meaning) -> float:
        return self.shares.get(meaning, 0.0)


def features(tokens: Sequence[Token], question: Question) -> Vector:
    """Buckets and values of a turn; long and short turns weigh the same."""
    forms, lemmas = [_START], [_START]
    for token in tokens:
        forms.append(token.form)
        lemmas.append(min(token.shape.lemmas, default=token.form))
        if token.asked:
            forms.append(_ASKED)
            lemmas.append(_ASKED)
    forms.append(_END)
    lemmas.append(_END)
    words = {f"f{piece}" for piece in _pieces(forms)} | {f"l{piece}" for piece in _pieces(lemmas)}
    words |= {f"s{before}*{after}" for before, after in zip(lemmas, lemmas[2:], strict=False)}
    if question is not Question.CONFIRM_VISIT:
        words |= {f"{word}|{question}" for word in words if word[0] == "f"}
    text = f" {' '.join(forms[1:-1])} "
    letters = {f"c{text[at : at + size]}" for size in _LETTERS for at in range(len(text) - size + 1)}
    vector: Vector = {}
    for group in (words, letters):
        for feature in group:
            bucket = bucket_of(feature)
            vector[bucket] = vector.get(bucket, 0.0) + len(group) ** -0.5
    vector[bucket_of(f"Q{question}")] = _QUESTION_WEIGHT
    return vector


def bucket_of(feature: str) -> int:
    return zlib.crc32(feature.encode()) % BUCKETS


def _pieces(words: Sequence[str]) -> Iterator[str]:
    for size in _WORDS:
        for at in range(len(words) - size + 1):
            yield "_".join(words[at : at + size])


class Classifier:
    """Judges turns; shared by all calls. `weights` [rows, classes] belong to `buckets` [rows], sorted;
    `scales` and `bias` are per class; a class is a meaning, or `question:topic`."""

    def __init__(
        self,
        classes: Sequence[str],
        buckets: npt.NDArray[np.int32],
        weights: Weights,
        scales: npt.NDArray[np.float32],
        bias: npt.NDArray[np.float32],
    ) -> None:
        names = [name.partition(":") for name in classes]
        self._classes = [(Meaning(meaning), Topic(topic) if topic else None) for meaning, _, topic in names]
        self._rows = {int(bucket): row for row, bucket in enumerate(buckets)}
        self._weights, self._scales, self._bias = weights, scales, bias

    @classmethod
    def of(cls, content: Mapping[str, npt.NDArray[Any]]) -> "Classifier":
        """From the arrays of its file, by name."""
        return cls(
            [str(name) for name in content["classes"]],
            content["buckets"],
            content["weights"],
            content["scales"],
            content["bias"],
        )

    @classmethod
    def load(cls, path: Path) -> "Classifier":
        """Read what `scenarios.understanding.training` wrote."""
        with np.load(path) as stored:
            return cls.of(stored)

    def judge(self, tokens: Sequence[Token], question: Question) -> Opinion:
        """How probable each meaning is in answer to the question."""
        vector = features(tokens, question)
        found = [(self._rows[bucket], value) for bucket, value in vector.items() if bucket in self._rows]
        scores = np.array(self._bias, np.float64)
        if found:
            rows, values = zip(*found, strict=True)
            scores += (np.array(values) @ self._weights[list(rows)].astype(np.float64)) * self._scales
        likely = np.exp(scores - scores.max())
        likely /= likely.sum()
        shares: dict[Meaning, float] = {}
        topics: dict[Topic, float] = {}
        for (meaning, topic), share in zip(self._classes, likely.tolist(), strict=True):
            shares[meaning] = shares.get(meaning, 0.0) + share
            if topic is not None:
                topics[topic] = share
        return Opinion(shares, topics)
