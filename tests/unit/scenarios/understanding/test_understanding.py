"""The contract of understanding: contexts, confidence, clinics' own phrases, short answers."""

from collections.abc import Callable

import pytest

from calls.transcript import Transcript, Word
from scenarios.understanding import (
    Meaning,
    Question,
    Topic,
    Understander,
    Understanding,
    UnknownLanguage,
    understander,
)
from scenarios.understanding.phrases import NOW, ZONE

Hear = Callable[..., Understanding]
VISIT = Question.CONFIRM_VISIT


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        (Question.CONFIRM_VISIT, Meaning.CONFIRM, Meaning.CANCEL),
        (Question.CONFIRM_CANCEL, Meaning.CANCEL, Meaning.CONFIRM),
        (Question.YES_NO, Meaning.YES, Meaning.NO),
        (Question.CHOOSE_SLOT, Meaning.YES, Meaning.NO),
        (Question.ASK_DATE, Meaning.UNCLEAR, Meaning.UNCLEAR),
        (Question.SATISFACTION, Meaning.UNCLEAR, Meaning.UNCLEAR),
        (Question.OPEN, Meaning.UNCLEAR, Meaning.UNCLEAR),
    ],
)
def test_the_question_decides_what_yes_means(
    hear: Hear, question: Question, yes: Meaning, no: Meaning
) -> None:
    assert hear("да", question).meaning is yes
    assert hear("нет", question).meaning is no


def test_several_intents_at_once(hear: Hear) -> None:
    understood = hear("приду, но опоздаю, а какой адрес?")
    assert understood.meaning is Meaning.CONFIRM
    assert understood.also == (Meaning.LATE, Meaning.QUESTION)
    assert understood.topic is Topic.ADDRESS


def test_number_answers(hear: Hear) -> None:
    assert hear("восемь баллов", Question.SATISFACTION).number == 8
    assert hear("семь… нет, восемь", Question.SATISFACTION).number == 8
    assert hear("семь или восемь", Question.SATISFACTION).meaning is Meaning.UNCLEAR
    assert hear("второй вариант", Question.CHOOSE_SLOT).number == 2
    assert hear("последний", Question.CHOOSE_SLOT).number == -1


def test_why_names_the_rules_but_repr_tells_nothing(hear: Hear) -> None:
    understood = hear("нет, не отменяйте")
    assert "visit stays" in understood.why
    assert "отменяйте" not in repr(understood)


def heard(*words: tuple[str, float]) -> Transcript:
    return Transcript(tuple(Word(text, 0.0, 0.0, confidence) for text, confidence in words))


def test_a_guessed_word_is_no_answer(russian: Understander) -> None:
    sure = russian.understand(heard(("приду", 0.95)), VISIT, NOW, ZONE)
    guessed = russian.understand(heard(("приду", 0.3)), VISIT, NOW, ZONE)
    assert sure.meaning is Meaning.CONFIRM
    assert sure.confidence > 0.9
    assert guessed.meaning is Meaning.UNCLEAR
    assert guessed.confidence < 0.5


@pytest.mark.parametrize("text", ["да [unk]", "[unk] приду", "нет [unk]", "не [unk] приду", "[unk]"])
def test_an_unknown_word_beside_the_answer_is_doubt(hear: Hear, text: str) -> None:
    assert hear(text).meaning is Meaning.UNCLEAR


def test_an_unknown_word_does_not_hide_a_request_for_a_person(hear: Hear) -> None:
    understood = hear("[unk] оператора позовите")
    assert understood.meaning is Meaning.OPERATOR
    assert understood.confidence < 0.7


def test_a_clinics_own_phrase_outranks_the_rules() -> None:
    own = understander("ru", {Meaning.CONFIRM: ["как часы"], Meaning.OPERATOR: ["дайте Галину"]})
    assert own.understand(Transcript.of("как часы!"), VISIT, NOW, ZONE).meaning is Meaning.CONFIRM
    assert own.understand(Transcript.of("дай галину"), VISIT, NOW, ZONE).meaning is Meaning.OPERATOR


def test_a_clinics_own_phrase_behind_a_negation_is_no_promise() -> None:
    own = understander("ru", {Meaning.CONFIRM: ["загляну"]})
    assert own.understand(Transcript.of("загляну"), VISIT, NOW, ZONE).meaning is Meaning.CONFIRM
    assert own.understand(Transcript.of("не загляну"), VISIT, NOW, ZONE).meaning is Meaning.UNCLEAR


def test_an_unknown_language_says_which_there_are() -> None:
    with pytest.raises(UnknownLanguage) as raised:
        understander("de")
    assert "en, ru" in raised.value.hint


@pytest.mark.parametrize("text", ["да", "нет", "да, приду", "не приду", "да конечно", "приду"])
def test_short_answers_that_may_end_a_turn_early(russian: Understander, text: str) -> None:
    assert russian.is_unambiguous_short(text, Question.CONFIRM_VISIT)


@pytest.mark.parametrize(
    "text",
    [
        *("", "не", "да не", "да но", "приду но", "наверное", "приду если", "завтра", "нет хотя"),
        *("а", "[unk]", "нет приду", "да только", "перенесите", "алло", "приду в понедельник или во вторник"),
    ],
)
def test_answers_that_may_go_on(russian: Understander, text: str) -> None:
    assert not russian.is_unambiguous_short(text, Question.CONFIRM_VISIT)


def test_english_short_answers(english: Understander) -> None:
    assert english.is_unambiguous_short("yes", Question.CONFIRM_VISIT)
    assert not english.is_unambiguous_short("I can't", Question.ASK_DATE)
    assert not english.is_unambiguous_short("maybe", Question.CONFIRM_VISIT)
