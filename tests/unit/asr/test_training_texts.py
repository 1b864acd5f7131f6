"""The texts that the embedded model is trained and built on."""

import math
import re
from pathlib import Path
from random import Random

import pytest

from asr.training import numerals
from asr.training.grammar import MINIMAL_PAIRS, TEXTS, SentenceSource, other_speech, phrases, vocabulary
from asr.training.language_model import (
    END,
    UNKNOWN,
    WordModel,
    dialogue,
    trigram,
    unknown_speech,
    written_answers,
)
from asr.training.pronunciation import PHONES, pronunciations, sentence_phones, spoken_forms, with_yo
from bench.recognition_sets import natural_answers, sentences


def test_vocabulary_is_large_enough_and_spelled_without_yo() -> None:
    words = vocabulary()
    assert len(words) >= 450
    assert all(re.fullmatch("[а-я]+", word) for word in words)


def test_vocabulary_holds_both_sides_of_every_minimal_pair() -> None:
    words = set(vocabulary())
    assert {
        "отмените",
        "отменяйте",
        "не",
        "нет",
        "приду",
        "перенесите",
        "переносите",
        "смогу",
        "подтверждаю",
    } <= words
    assert {word for pair in MINIMAL_PAIRS for side in pair for word in side.split()} <= words


@pytest.mark.parametrize(
    "sentence",
    [
        "оставьте сообщение после сигнала",
        "абонент недоступен",
        "номер не отвечает",
        "я голосовой помощник",
        "больше не звоните",
        "уберите мой номер",
        "он скончался",
        "опоздаю",
        "я задержусь",
        "передам мужу",
        "это внучка",
        "сколько длится прием",
        "какие документы",
        "двадцать первого декабря в девятнадцать пятьдесят девять",
        "девятьсот",
    ],
)
def test_vocabulary_covers(sentence: str) -> None:
    assert set(sentence.split()) <= set(vocabulary())


def test_every_number_date_and_month_can_be_written() -> None:
    words = set(vocabulary())
    for number in range(1000):
        assert set(numerals.cardinal(number).split()) <= words
    for day in range(1, 32):
        assert set(numerals.ordinal_genitive(day).split()) <= words
        assert set(numerals.ordinal_neuter(day).split()) <= words


def test_every_generated_sentence_stays_in_the_vocabulary() -> None:
    source, words = SentenceSource(Random(1)), set(vocabulary())
    for _ in range(3000):
        phrase = source.phrase()
        assert set(phrase.text.split()) <= words, phrase.text
        assert "в вторник" not in phrase.text


def test_words_without_a_phrase_are_listed_once_and_have_a_sound() -> None:
    lines = (TEXTS / "words.txt").read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if not line.startswith("#")]
    assert listed == sorted(set(listed))
    assert set(listed) <= set(vocabulary()) & set(spoken_forms())


def test_most_words_of_unseen_answers_can_be_written() -> None:
    words = [word for answer in natural_answers() for word in answer.split()]
    known = set(vocabulary())
    assert sum(word in known for word in words) / len(words) > 0.98


def test_equal_seeds_say_equal_sentences() -> None:
    first, second = SentenceSource(Random(5)), SentenceSource(Random(5))
    assert [first.sentence() for _ in range(50)] == [second.sentence() for _ in range(50)]


def test_no_phrase_belongs_to_two_answers_that_contradict() -> None:
    confirm, cancel = set(phrases()["confirm"]), set(phrases()["cancel"])
    assert not confirm & cancel


def test_bench_rejects_speech_that_was_never_trained_on() -> None:
    assert not set(sentences()["other"]) & set(other_speech())


def test_every_word_has_a_spoken_form() -> None:
    assert not [word for word in vocabulary() if word not in spoken_forms()]


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("приду", "p r' i d u"),
        ("придем", "p r' i d' o m"),
        ("сегодня", "s' i v o d' n' A"),
        ("здравствуйте", "z d r a s t v u j t' i"),
        ("четверг", "ch i t v' e r k"),
        ("отменяйте", "A t m' i n' a j t' i"),
        ("отмените", "A t m' i n' i t' i"),
        ("девятнадцатого", "d' i v' i t n a c A t A v A"),
        ("подъеду", "p A d j e d u"),
        ("мужчина", "m u sch i n A"),
        ("ее", "j i j o"),
    ],
)
def test_words_become_phones(word: str, phones: str) -> None:
    assert pronunciations(word)[0] == tuple(phones.split())


def test_prepositions_lean_on_the_next_word() -> None:
    assert sentence_phones("в пятницу".split())[0] == "f"
    assert sentence_phones("в девять".split())[0] == "v"
    assert sentence_phones("с доктором".split())[0] == "z"
    assert sentence_phones("не приду".split())[:2] == ("n'", "i")
    assert sentence_phones(["нет"]) == ("n'", "e", "t")


def test_only_known_phones_are_used() -> None:
    used = {phone for word in vocabulary() for phones in pronunciations(word) for phone in phones}
    assert used <= set(PHONES)
    assert len(PHONES) == len(set(PHONES)) == 43


def test_yo_is_put_back_for_the_synthesiser() -> None:
    assert with_yo("мы придем четвертого еще раз") == "мы придём четвёртого ещё раз"


def following(model: WordModel, state: int) -> dict[str, float]:
    """How likely each word is in a state, by its own arcs or by backing off."""
    back_off = next((arc for arc in model.arcs if arc.source == state and arc.word is None), None)
    found = {}
    if back_off is not None:
        shorter = following(model, back_off.target)
        found = {word: math.exp(-back_off.cost) * share for word, share in shorter.items()}
    found |= {arc.word: math.exp(-arc.cost) for arc in model.arcs if arc.source == state and arc.word}
    ends = [math.exp(-cost) for at, cost in model.final if at == state]
    return found | dict.fromkeys([END] * len(ends), sum(ends))


def test_words_after_any_words_are_a_probability_distribution() -> None:
    model = trigram(dialogue(Random(2), 500), [*vocabulary(), UNKNOWN])
    states = {arc.source for arc in model.arcs}
    assert len(states) > 100
    for state in sorted(states)[:40] + sorted(states)[-40:]:
        words = following(model, state)
        assert sum(words.values()) == pytest.approx(1.0)
        assert set(words) == {*vocabulary(), UNKNOWN, END}


def test_two_words_tell_more_about_the_third_than_one() -> None:
    said = [["а", "в", "девять"], ["к", "в", "десять"]] * 10
    model = trigram(said, ["а", "в", "к", "девять", "десять"])

    def after(*words: str) -> dict[str, float]:
        state = 0
        for word in words:
            while not any(arc.source == state and arc.word == word for arc in model.arcs):
                state = next(arc.target for arc in model.arcs if arc.source == state and arc.word is None)
            state = next(arc.target for arc in model.arcs if arc.source == state and arc.word == word)
        return following(model, state)

    assert after("в")["девять"] == pytest.approx(after("в")["десять"], rel=0.1)
    assert after("а", "в")["девять"] > 5 * after("а", "в")["десять"]
    assert after("к", "в")["десять"] > 5 * after("к", "в")["девять"]


def test_answers_are_read_as_the_model_can_write_them(tmp_path: Path) -> None:
    (tmp_path / "answers.tsv").write_text(
        "# a comment\nconfirm_visit\tconfirm\tДа, приду!\nconfirm_visit\tunclear\tну бабушка дедушка дома\n"
        "ask_time\ttime\tв 15:30\nconfirm_visit\tconfirm\tещё раз\nconfirm_visit\tunclear\t[unk] да\n",
        encoding="utf-8",
    )
    known = ["да", "приду", "ну", "дома", "еще", "раз"]
    assert list(written_answers(tmp_path, known)) == [
        ["да", "приду"], ["ну", UNKNOWN, "дома"], ["еще", "раз"],
    ]  # fmt: skip


def test_unknown_speech_reaches_every_phone_from_every_phone() -> None:
    model = unknown_speech(reward=0.0)
    assert set(model.start) == set(PHONES)
    assert len(model.step) == len(PHONES) ** 2
    assert all(cost > 0 for cost in model.step.values())
