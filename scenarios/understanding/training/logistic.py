"""Multinomial logistic regression over the classifier's own features, in bytes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from calls.transcript import Transcript
from scenarios.understanding.classifier import BUCKETS, Vector, features
from scenarios.understanding.language import Language
from scenarios.understanding.meaning import Meaning
from scenarios.understanding.phrases import Label, Phrase
from scenarios.understanding.tokens import tokenise

INVERSE_REGULARISATION = 12.0
ITERATIONS = 200
SEEN_AT_LEAST = 2  # phrases that must hold a bucket
_LARGEST = 127  # of a signed byte


@dataclass(frozen=True, slots=True)
class Example:
    """One phrase as features; its classes share its weight."""

    vector: Vector
    classes: tuple[str, ...]


def examples(language: Language, phrases: Sequence[Phrase]) -> list[Example]:
    """Every phrase as it is written, and once more as a recogniser would write it."""
    found = []
    for phrase in phrases:
        classes = tuple(dict.fromkeys(class_of(label) for label in phrase.labels))
        for text in dict.fromkeys((phrase.text, as_recognised(phrase.text))):
            heard = Transcript.of(text)
            tokens = tokenise(heard, language.shape_of, language.expand, language.turning)
            found.append(Example(features(tokens, phrase.question), classes))
    return found


def class_of(label: Label) -> str:
    """The meaning; a question with its topic."""
    asks = label.meaning is Meaning.QUESTION and label.topic is not None
    return f"{label.meaning}:{label.topic}" if asks else str(label.meaning)


def as_recognised(text: str) -> str:
    """Lower case and no punctuation; «[unk]», hyphens and apostrophes stay."""
    kept = "".join(letter if letter.isalnum() or letter in " -'’[]" else " " for letter in text.lower())
    return " ".join(word for word in kept.split() if word.strip("-"))


def digest(phrases: Sequence[Phrase]) -> str:
    """What a classifier was learnt from, as a SHA-256."""
    lines = [f"{phrase.question}\t{'|'.join(map(str, phrase.labels))}\t{phrase.text}\n" for phrase in phrases]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def matrix(vectors: Sequence[Vector]) -> Any:
    """Sparse rows [vectors, buckets]."""
    from scipy.sparse import csr_matrix

    borders = np.cumsum([0, *(len(vector) for vector in vectors)])
    indices = np.fromiter((bucket for vector in vectors for bucket in vector), np.int32)
    values = np.fromiter((value for vector in vectors for value in vector.values()), np.float32)
    rows = csr_matrix((values, indices, borders), shape=(len(vectors), BUCKETS))
    rows.sort_indices()  # sets have no order, and sums of floats depend on it
    return rows


def fit(learnt: Sequence[Example]) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a `Classifier`: its file's content."""
    from sklearn.linear_model import LogisticRegression

    rows = matrix([example.vector for example in learnt for _ in example.classes])
    wanted = [name for example in learnt for name in example.classes]
    shares = [1 / len(example.classes) for example in learnt for _ in example.classes]
    buckets = np.flatnonzero(np.bincount(rows.indices, minlength=BUCKETS) >= SEEN_AT_LEAST)
    model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=ITERATIONS)
    model.fit(rows[:, buckets], wanted, sample_weight=shares)
    scales = np.abs(model.coef_).max(axis=1) / _LARGEST
    weights = np.rint(model.coef_ / scales[:, None]).astype(np.int8).T
    kept = np.flatnonzero(np.abs(weights).max(axis=1))
    return {
        "classes": np.array(model.classes_, dtype=np.str_),
        "buckets": buckets[kept].astype(np.int32),
        "weights": weights[kept],
        "scales": scales.astype(np.float32),
        "bias": model.intercept_.astype(np.float32),
    }
