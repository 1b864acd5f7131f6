"""The picture of a call says who said what and when, and stays well-formed whatever was said."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from calls.audio import silence
from calls.outcome import Outcome
from calls.reminder import AnswerDelay, AttemptResult, Conversation, Turn
from calls.transcript import Word
from robot.listening.picture import LEFT, PX_PER_S, WIDTH, picture
from robot.listening.sheet import sheet_of, sheet_of_recording, spread
from robot.listening.waveform import columns, peak

ZONE = ZoneInfo("Europe/Moscow")
NOW = datetime(2027, 3, 2, 7, 30, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"
LOUD = b"\xff\x3f" * 8000
WORDS = (Word("да", 3.0, 3.3, 0.99), Word("[unk]", 3.3, 3.6, 0.4))
TURNS = (
    Turn("robot", "Вы придёте?", 1.0, 2.0),
    Turn("patient", "да [unk]", 3.0, 3.6, "confirm", words=WORDS),
    Turn("robot", "Отлично, ждём вас!", 4.0, 5.0, "", AnswerDelay(0.3, 0.02, 0.01, 0.07)),
    Turn("robot", "До свидания, всего вам самого доброго!", 12.0, 12.5, "cut"),
    Turn("patient", "2", 13.0, 13.0, "key"),
)


def result(*turns: Turn) -> AttemptResult:
    ended = NOW + timedelta(seconds=20)
    return AttemptResult("r:1", Outcome.CONFIRMED, NOW, ended, conversation=Conversation(turns))


def texts(svg: str) -> dict[str, tuple[float, float]]:
    """Where each text stands."""
    root = ElementTree.fromstring(svg)
    return {
        "".join(text.itertext()): (float(text.get("x", 0)), float(text.get("y", 0)))
        for text in root.iter(f"{SVG}text")
    }


def drawn(*turns: Turn, seconds: float = 15.0) -> dict[str, tuple[float, float]]:
    robot, patient = LOUD + silence(seconds - 1), silence(seconds)
    return texts(picture(sheet_of(result(*turns), robot, patient, ZONE)))


def test_it_says_whose_call_it_was_and_how_it_ended() -> None:
    said = drawn(*TURNS)
    assert "подтвердил · 02.03.2027 10:30 · 15,0 с" in said
    assert "попытка r:1" in said


def test_words_stand_under_their_times() -> None:
    x, _ = drawn(*TURNS)["да"]
    assert x == pytest.approx(LEFT + 3.0 * PX_PER_S, abs=0.1)


def test_the_robots_words_are_above_the_patients_and_the_next_ten_seconds_below() -> None:
    said = drawn(*TURNS)
    assert said["придёте?"][1] < said["да"][1] < said["До"][1]


def test_delays_keys_barge_ins_and_meanings_are_marked() -> None:
    said = drawn(*TURNS)
    assert {"0,40 с", "придёт", "клавиша", "2", "перебит"} <= said.keys()
    assert "[unk]" not in said and "‹?›" in said


def test_words_that_were_cut_off_are_not_drawn() -> None:
    said = drawn(*TURNS)
    assert "До" in said
    assert "доброго!" not in said


def test_no_word_leaves_the_picture() -> None:
    turn = Turn("robot", "переосвидетельствование " * 12, 8.0, 14.9)
    svg = picture(sheet_of(result(turn), silence(15), silence(15), ZONE))
    assert max(float(x) for x in re.findall(r'<text x="([\d.]+)"', svg)) < WIDTH


def test_signs_of_markup_in_words_do_no_harm() -> None:
    assert '"<&>"' in drawn(Turn("patient", '"<&>"', 1.0, 2.0, "unclear"))


def test_a_recording_alone_has_one_lane() -> None:
    said = texts(picture(sheet_of_recording("ответ", None, LOUD, ())))
    assert "Запись" in said and "Робот" not in said


def test_a_call_without_a_word_is_drawn() -> None:
    assert "Пациент" in drawn(seconds=1.0)


def test_words_without_times_are_spread_evenly() -> None:
    first, second = spread("да нет", 2.0, 3.2)
    assert (first.text, second.text) == ("да", "нет")
    assert [first.start_s, first.end_s] == pytest.approx([2.0, 2.4])
    assert [second.start_s, second.end_s] == pytest.approx([2.6, 3.2])


def test_columns_hold_the_extremes_and_silence_after_the_end() -> None:
    pcm = b"\x00\x40" * 4000 + b"\x00\xc0" * 4000
    assert columns(pcm, 0.0, 2.0, 4) == ((0.5, 0.5), (-0.5, -0.5), (0.0, 0.0), (0.0, 0.0))
    assert peak(pcm) == 0.5
    assert peak(b"") == 0.0
