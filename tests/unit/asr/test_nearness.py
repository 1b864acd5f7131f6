"""Who is nearer: a voice that rises far above the talk before it, and unread talk beside loud words."""

import math
from collections.abc import Sequence

import pytest

from asr.nearness import LONGEST_SYLLABLE_S, QUIETER_DB, Nearness, without_distant_talk
from calls.transcript import UNKNOWN_WORD, Transcript, Word

FAR_DBFS, NEAR_DBFS = -40.0, -25.0


def rises(levels_dbfs: Sequence[float]) -> list[tuple[int, int]]:
    """At which window a nearer voice was noticed, and how many windows ago it began."""
    nearness = Nearness()
    found = []
    for at, level in enumerate(levels_dbfs):
        nearness.hear(level)
        ago = nearness.windows_since_rise()
        if ago is not None:
            found.append((at, ago))
    return found


def test_a_voice_far_above_the_talk_before_it_is_nearer() -> None:
    [(noticed, ago)] = rises([FAR_DBFS] * 40 + [NEAR_DBFS] * 40)
    assert noticed + 1 - ago == 40
    assert ago == Nearness.LASTS


def test_a_swelling_syllable_counts_from_its_beginning() -> None:
    swelling = [-36.0, -33.0, -30.0]
    [(noticed, ago)] = rises([FAR_DBFS] * 40 + swelling + [NEAR_DBFS] * 40)
    assert noticed + 1 - ago == 41  # the first window clearly above the talk


def test_a_click_is_not_nearer() -> None:
    assert rises([FAR_DBFS] * 40 + [NEAR_DBFS] * 2 + [FAR_DBFS] * 40) == []


def test_stress_within_a_sentence_is_not_nearer() -> None:
    assert rises([-30.0, -28.0, -35.0] * 10 + [NEAR_DBFS] * 10) == []


def test_the_quiet_first_syllable_of_a_sentence_is_not_talk_behind_it() -> None:
    assert rises([FAR_DBFS] * (Nearness.TALK - 1) + [NEAR_DBFS] * 40) == []


def test_what_a_nearer_voice_says_next_is_measured_against_itself() -> None:
    levels = [FAR_DBFS] * 40 + [NEAR_DBFS] * 40 + [FAR_DBFS] * 10 + [NEAR_DBFS] * 40
    assert len(rises(levels)) == 1


def test_a_new_turn_is_not_measured_against_the_last_one() -> None:
    nearness = Nearness()
    for _ in range(40):
        nearness.hear(FAR_DBFS)
    nearness.forget()
    for _ in range(40):
        nearness.hear(NEAR_DBFS)
        assert nearness.windows_since_rise() is None


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
