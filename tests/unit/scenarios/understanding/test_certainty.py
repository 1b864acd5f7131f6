"""A recogniser that guessed is not believed: by the word that carries the answer, and by the whole turn."""

import pytest

from calls.transcript import Transcript, Word
from scenarios.understanding import Meaning, Question, Understander
from scenarios.understanding.phrases import NOW, ZONE


def heard(russian: Understander, turn: str, question: Question = Question.CONFIRM_VISIT) -> Meaning:
    """What a turn means, given as words with their confidences."""
    words = [piece.split(":") for piece in turn.split()]
    said = Transcript(tuple(Word(word, at, at + 1, float(sure)) for at, (word, sure) in enumerate(words)))
    return russian.understand(said, question, NOW, ZONE).meaning


@pytest.mark.parametrize(
    ("turn", "meaning"),
    [
        ("да:0.95 приду:0.95", Meaning.CONFIRM),
        ("да:1 приду:0.65", Meaning.UNCLEAR),  # the word that carries the answer
        ("она:0.8 завтра:0.8 точно:0.8 приду:0.9", Meaning.UNCLEAR),  # forced into known words
        ("приду:0.88", Meaning.UNCLEAR),
        ("не:0.6 приду:1", Meaning.CANCEL),  # is read back before it counts
        ("отмените:0.55", Meaning.CANCEL),
        ("не:0.45 приду:1", Meaning.UNCLEAR),
        ("перезвоните:0.4 завтра:0.6", Meaning.CALLBACK),  # settles nothing
    ],
)
def test_what_was_guessed_is_asked_again(russian: Understander, turn: str, meaning: Meaning) -> None:
    assert heard(russian, turn) is meaning


def test_a_no_that_is_not_read_back_must_be_as_certain_as_a_yes(russian: Understander) -> None:
    assert heard(russian, "нет:0.95", Question.YES_NO) is Meaning.NO
    assert heard(russian, "нет:0.6", Question.YES_NO) is Meaning.UNCLEAR
    assert heard(russian, "да:0.6", Question.CONFIRM_CANCEL) is Meaning.UNCLEAR
