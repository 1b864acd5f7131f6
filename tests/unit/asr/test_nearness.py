"""Who is nearer: a voice that rises far above the talk before it, and unread talk beside loud words."""

import math
from collections.abc import Sequence

import pytest

from asr.nearness import (
    LASTS,
    LONGEST_SYLLABLE_S,
    QUIET_LINE_DB,
    QUIETER_DB,
    RISE_DB,
    TALK,
    nearer_voice,
    without_distant_talk,
)
from calls.transcript import UNKNOWN_WORD, Transcript, Word

FAR_DB, NEAR_DB = 45.0, 60.0


def test_a_voice_far_above_the_talk_before_it_is_nearer() -> None:
    assert nearer_voice([FAR_DB] * 40 + [NEAR_DB] * 40) == 40


def test_a_swelling_syllable_counts_from_where_it_is_louder_than_the_talk() -> None:
    swelling = [FAR_DB + 4.0, NEAR_DB - 5.0, NEAR_DB - 2.0]
    assert nearer_voice([FAR_DB] * 40 + swelling + [NEAR_DB] * 40) == 41


def test_a_click_is_not_nearer() -> None:
    assert nearer_voice([FAR_DB] * 40 + [NEAR_DB] * (LASTS - 1) + [FAR_DB] * 40) is None


def test_a_click_in_the_talk_does_not_hide_the_nearer_voice_on_a_noisy_line() -> None:
    talk = [FAR_DB] * 20 + [NEAR_DB] + [FAR_DB] * 19
    assert nearer_voice(talk + [NEAR_DB] * 40) == 40
    quiet_line = [NEAR_DB - QUIET_LINE_DB - 1] * 20
    assert nearer_voice(quiet_line + talk + [NEAR_DB] * 40) == 40  # here a loud syllable of the patient's own


def test_stress_within_a_sentence_is_not_nearer() -> None:
    stressed_db = NEAR_DB - RISE_DB + 1
    assert nearer_voice([stressed_db, stressed_db - 8, stressed_db] * 10 + [NEAR_DB] * 10) is None


def test_the_quiet_first_syllable_of_a_sentence_is_not_talk_behind_it() -> None:
    assert nearer_voice([FAR_DB] * (TALK - 1) + [NEAR_DB] * 40) is None


def test_of_an_even_voice_and_of_nothing_nothing_is_nearer() -> None:
    assert nearer_voice([NEAR_DB] * 80) is None
    assert nearer_voice([]) is None
    assert nearer_voice([NEAR_DB] * (LASTS - 1)) is None


def edges(text: str, quiet: Sequence[int], *, seconds: float = 0.6) -> str:
    """What is left of words of a length, those in `quiet` being far below the others."""
    words = tuple(Word(word, at * seconds, (at + 1) * seconds) for at, word in enumerate(text.split()))

    def loudest_db(word: Word) -> float:
        return 60.0 - (QUIETER_DB + 1) * (words.index(word) in quiet)

    return without_distant_talk(Transcript(words), loudest_db).text


@pytest.mark.parametrize(
    ("heard", "quiet", "left"),
    [
        ("[unk] первого октября", [0], "первого октября"),
        ("первого октября [unk]", [2], "первого октября"),
        ("[unk] [unk] да [unk]", [0, 1, 3], "да"),
        ("[unk] да", [], "[unk] да"),
        ("да [unk] приду", [1], "да [unk] приду"),
        ("не приду", [0], "не приду"),
        ("приду если смогу", [1, 2], "приду если смогу"),
        ("[unk]", [0], "[unk]"),
        ("", [], ""),
    ],
)
def test_unread_talk_at_the_edges_is_left_out_and_read_words_never(
    heard: str, quiet: list[int], left: str
) -> None:
    assert edges(heard, quiet) == left


def test_an_unread_word_without_sound_stays() -> None:
    words = Transcript((Word("да", 0.0, 0.6), Word(UNKNOWN_WORD, 0.6, 0.6)))
    assert without_distant_talk(words, lambda word: 60.0 if word.text == "да" else -math.inf) == words


def test_a_quiet_unread_syllable_before_the_answer_may_be_its_not() -> None:
    heard = f"{UNKNOWN_WORD} приду"
    assert edges(heard, [0], seconds=LONGEST_SYLLABLE_S) == heard
    assert edges(heard, [0], seconds=LONGEST_SYLLABLE_S + 0.1) == "приду"
