"""Voices of other languages are given what they can read, and it says the same."""

import pytest

from asr.training.accent import as_kyrgyz, as_ukrainian
from asr.training.grammar import vocabulary
from asr.training.pronunciation import with_yo
from asr.training.west_slavic import as_czech, as_polish, as_slovak

UKRAINIAN_LETTERS = frozenset("абвґдежзийклмнопрстуфхцчшьюяєії'\u0301")
KYRGYZ_LETTERS = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
POLISH_LETTERS = frozenset("abcdefghijklmnoprstuwyzćńśźż")
CZECH_LETTERS = frozenset("abcdefghijklmnoprstuvyzčďňšťž")
SLOVAK_LETTERS = CZECH_LETTERS | {"ľ"}


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


@pytest.mark.parametrize(
    ("russian", "polish", "slovak", "czech"),
    [
        ("приду", "pridu", "pridu", "pridu"),
        ("придём", "pridjom", "priďom", "priďom"),
        ("в девять, да.", "fdjewić, da.", "fdeviť, da.", "fďeviť, da."),
        ("её", "jijo", "jijo", "jijo"),
        ("объясню", "abjisniu", "abjisňu", "abjisňu"),
        ("семья", "sjimja", "simja", "simja"),
        ("большой жук", "balszoj żuk", "baľšoj žuk", "balšoj žuk"),
        ("чисто, щенок", "cista, sinok", "čista, šinok", "čista, šinok"),
    ],
)
def test_latin_letters_sound_the_same(russian: str, polish: str, slovak: str, czech: str) -> None:
    assert as_polish(russian) == polish
    assert as_slovak(russian) == slovak
    assert as_czech(russian) == czech


def test_every_word_can_be_read_by_all() -> None:
    for word in vocabulary():
        written = with_yo(word)
        assert set(as_ukrainian(written)) <= UKRAINIAN_LETTERS, word
        assert set(as_kyrgyz(written)) <= KYRGYZ_LETTERS, word
        assert set(as_polish(written)) <= POLISH_LETTERS, word
        assert set(as_slovak(written)) <= SLOVAK_LETTERS, word
        assert set(as_czech(written)) <= CZECH_LETTERS, word
