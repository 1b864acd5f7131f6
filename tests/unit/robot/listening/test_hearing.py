"""A recording is taken apart as a call would be: with the scripted recogniser and the real voice activity."""

import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from asr.hearing import Settings
from calls.audio import RATE_HZ, silence
from calls.errors import MissingDependency
from robot.listening import hearing
from robot.listening.hearing import HeardTurn, Listening
from scenarios.understanding import Meaning, Question, understander

NOW = datetime(2027, 3, 2, 7, 30, tzinfo=UTC)


class Loud:
    """Voice is whatever is not silent."""

    def __init__(self, network: object) -> None:
        return None

    def probability(self, window: bytes) -> float:
        return 1.0 if any(window) else 0.0

    def reset(self) -> None:
        return None


@pytest.fixture(autouse=True)
def plain_voice_activity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "SileroVoiceActivity", Loud)


def speech(seconds: float) -> bytes:
    return random.Random(1).randbytes(2 * round(seconds * RATE_HZ))


def heard(pcm: bytes, *lines: str, question: Question = Question.CONFIRM_VISIT) -> tuple[HeardTurn, ...]:
    ears = Settings(kind="fake", engine={"lines": list(lines)})
    listening = Listening(ears, understander("ru"), question, NOW, ZoneInfo("Europe/Moscow"))
    return hearing.hear(pcm, listening)


def test_a_short_answer_is_taken_early() -> None:
    [turn] = heard(silence(1.0) + speech(0.8) + silence(1.0), "да приду")
    assert turn.transcript.text == "да приду"
    assert turn.start_s == pytest.approx(1.0, abs=0.05)
    assert turn.end_s == pytest.approx(1.8, abs=0.05)
    assert 0.2 < turn.taken_s - turn.end_s < 0.35
    assert turn.understood is not None and turn.understood.meaning is Meaning.CONFIRM


def test_a_day_is_waited_for_longer_than_a_yes() -> None:
    recording = speech(0.8) + silence(2.0)
    [day] = heard(recording, "ну наверное в среду утром", question=Question.ASK_DATE)
    [open_] = heard(recording, "ну наверное в среду утром", question=Question.OPEN)
    assert 0.75 < day.taken_s - day.end_s < 0.95
    assert 1.15 < open_.taken_s - open_.end_s < 1.6


def test_a_pause_within_a_turn_is_told() -> None:
    recording = speech(0.6) + silence(0.4) + speech(0.6) + silence(1.0)
    [turn] = heard(recording, "ну наверное", "ну наверное приду")
    [pause] = turn.pauses
    assert [pause.start_s, pause.end_s] == pytest.approx([0.6, 1.0], abs=0.05)


def test_each_turn_is_its_own() -> None:
    recording = speech(0.5) + silence(1.5) + speech(0.5)
    assert [turn.transcript.text for turn in heard(recording, "алло", "да приду")] == ["алло", "да приду"]


def test_a_cough_has_no_meaning() -> None:
    [turn] = heard(speech(0.5), "")
    assert not turn.transcript
    assert turn.understood is None


def test_silence_holds_nothing() -> None:
    assert heard(silence(3.0)) == ()


def test_an_unknown_recogniser_is_told() -> None:
    ears = Settings(kind="nonsense")
    listening = Listening(ears, understander("ru"), Question.OPEN, NOW, ZoneInfo("UTC"))
    with pytest.raises(MissingDependency, match="nonsense"):
        hearing.hear(b"", listening)
