"""Answer delays in words: percentiles of the whole, medians of the parts."""

from datetime import UTC, datetime

import pytest

from calls.outcome import Outcome
from calls.reminder import AnswerDelay, AttemptResult, Conversation, Turn
from robot.summary import answer_delays, delays_text, median_delay, transcript_text

NOW = datetime(2027, 3, 2, tzinfo=UTC)
DELAYS = (
    AnswerDelay(0.5, 0.03, 0.0, 0.02),
    AnswerDelay(0.25, 0.01, 0.0, 0.02),
    AnswerDelay(0.8, 0.02, 0.4, 0.03),
)


def result(*delays: AnswerDelay | None) -> AttemptResult:
    turns = tuple(Turn("robot", "Спасибо.", 1.0, 2.0, "", delay) for delay in delays)
    return AttemptResult("r:1", Outcome.CONFIRMED, NOW, NOW, conversation=Conversation(turns))


def test_the_shortest_comes_first_and_unasked_sentences_do_not_count() -> None:
    found = answer_delays([result(DELAYS[0], None), result(*DELAYS[1:])])
    assert [delay.total_s for delay in found] == pytest.approx([0.28, 0.55, 1.25])


def test_each_part_has_its_own_median() -> None:
    assert median_delay(DELAYS) == AnswerDelay(0.5, 0.02, 0.0, 0.02)


def test_delays_in_words() -> None:
    text = delays_text(answer_delays([result(*DELAYS)]))
    assert text.startswith("Ответ после конца речи пациента: p50 0.55 с, p95 1.25 с, ответов 3")
    assert "конец речи 0.50 + распознавание 0.02 + решение 0.00 + линия 0.02" in text
    assert delays_text([]) == ""


def test_the_transcript_shows_the_parts_of_each_answer() -> None:
    first, second = transcript_text(result(DELAYS[1], None)).splitlines()[1:]
    assert first.endswith(
        "(ответ через 0.28 с: конец речи 0.25 + распознавание 0.01 + решение 0.00 + линия 0.02)"
    )
    assert second.endswith("Робот: Спасибо.")
