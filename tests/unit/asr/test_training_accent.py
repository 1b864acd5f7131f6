"""Voices of other languages are given what they can read, and it says the same."""

import pytest

from asr.training.accent import as_kyrgyz, as_ukrainian
from asr.training.grammar import vocabulary
from asr.training.pronunciation import with_yo

UKRAINIAN_LETTERS = frozenset("абвґдежзийклмнопрстуфхцчшьюяєії'\u0301")
KYRGYZ_LETTERS = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")


@pytest.mark.parametrize(
    ("russian", "ukrainian", "kyrgyz"),
    [
        ("приду", "пріду́", "приду"),
        ("придём", "прідьо́м", "придём"),
        ("не смогу", "нє́ смаґу́", "не смагу"),
        ("завтра", "за́фтра", "зафтра"),
        ("в пробке", "фпро́пкі", "фпропки"),
        ("в девять, да.", "фдє́віть, да́.", "фдевить, да."),
        ("её", "їйо́", "иё"),
        ("абракадабра", "абракадабра", "абракадабра"),
    ],
)
def test_a_sentence_is_spelled_as_it_sounds(russian: str, ukrainian: str, kyrgyz: str) -> None:
    assert as_ukrainian(russian) == ukrainian
    assert as_kyrgyz(russian) == kyrgyz


def test_every_word_can_be_read_by_both() -> None:
    for word in vocabulary():
        written = with_yo(word)
        assert set(as_ukrainian(written)) <= UKRAINIAN_LETTERS, word
        assert set(as_kyrgyz(written)) <= KYRGYZ_LETTERS, word
