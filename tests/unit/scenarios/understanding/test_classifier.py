"""The classifier: what it learns, what its file holds, and that the file fits the phrases."""

import numpy as np
import pytest

from calls.transcript import Transcript
from scenarios.understanding import Meaning, Question, Topic
from scenarios.understanding.classifier import Classifier, features
from scenarios.understanding.phrases import Label, Phrase
from scenarios.understanding.tokens import Token, tokenise
from scenarios.understanding.training import logistic
from scenarios.understanding.training.__main__ import LANGUAGES, grammar_of, phrases_of
from scenarios.understanding.training.made_up import made_up

RUSSIAN = grammar_of("ru")
VISIT = Question.CONFIRM_VISIT


def tokens(text: str) -> list[Token]:
    return tokenise(Transcript.of(text), RUSSIAN.shape_of, RUSSIAN.expand, RUSSIAN.turning)


def phrase(label: str, text: str, question: Question = VISIT) -> Phrase:
    return Phrase(question, tuple(map(Label.of, label.split("|"))), text)


@pytest.fixture(scope="module")
def small() -> Classifier:
    learnt = [
        *(phrase("confirm", text) for text in ("да приду", "конечно приду", "приду обязательно")),
        *(phrase("cancel", text) for text in ("не приду", "нет не приду", "я не приду")),
        *(phrase("question:price", text) for text in ("сколько стоит приём", "а сколько стоит")),
        *(phrase("question:address", text) for text in ("по какому адресу", "какой у вас адрес")),
    ]
    return Classifier.of(logistic.fit(logistic.examples(RUSSIAN, learnt)))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("да, конечно, приду", "confirm"),
        ("нет, я не приду", "cancel"),
        ("скажите, сколько стоит", "question"),
    ],
)
def test_it_generalises(small: Classifier, text: str, meaning: str) -> None:
    opinion = small.judge(tokens(text), VISIT)
    assert opinion.likeliest is Meaning(meaning)
    assert sum(opinion.shares.values()) == pytest.approx(1)


def test_a_question_has_its_topic(small: Classifier) -> None:
    assert small.judge(tokens("какой адрес"), VISIT).topic is Topic.ADDRESS


def test_of_words_never_seen_it_thinks_little(small: Classifier) -> None:
    opinion = small.judge(tokens("щегол фьорд"), VISIT)
    assert max(opinion.shares.values()) < 0.7


def test_the_same_words_are_another_turn_after_another_question() -> None:
    asked, read_back = (features(tokens("да"), item) for item in (VISIT, Question.CONFIRM_CANCEL))
    assert set(read_back) - set(asked)


def test_punctuation_counts_only_as_a_question() -> None:
    assert features(tokens("да, приду!"), VISIT) == features(tokens("да приду"), VISIT)
    assert features(tokens("приду?"), VISIT) != features(tokens("приду"), VISIT)


def test_an_ambiguous_phrase_shares_its_weight() -> None:
    [example] = logistic.examples(RUSSIAN, [phrase("cancel|reschedule", "завтра не могу")])
    assert example.classes == ("cancel", "reschedule")


def test_phrases_are_learnt_as_recognised_too() -> None:
    assert logistic.as_recognised("Да-да, приду… [unk]?") == "да-да приду [unk]"
    assert len(logistic.examples(RUSSIAN, [phrase("confirm", "Да, приду?")])) == 2


def test_made_up_phrases_tell_places_apart() -> None:
    meanings = {item.text: item.meaning for item in made_up("ru")}
    assert {meanings[text] for text in meanings if text.endswith(("на рынок", "за справкой"))} <= {
        Meaning.UNCLEAR
    }
    assert Meaning.CONFIRM in {meanings[text] for text in meanings if text.endswith("к врачу")}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_classifier_was_learnt_from_these_phrases(language: str) -> None:
    """If this fails, phrases were changed: run `make classifier`."""
    with np.load(LANGUAGES / language / "classifier.npz") as stored:
        assert str(stored["digest"]) == logistic.digest(phrases_of(language))
