"""What a reply's delay was spent on."""

from datetime import UTC, datetime

import pytest

from calls.clock import ManualClock
from calls.reminder import AnswerDelay
from dialer.reply_watch import ReplyWatch, TurnEnd


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2027, 3, 2, 6, 0, tzinfo=UTC))


def parts(delay: AnswerDelay) -> tuple[float, ...]:
    return tuple(
        round(part, 6) for part in (delay.endpointing_s, delay.recognition_s, delay.decision_s, delay.line_s)
    )


def test_the_parts_make_up_the_whole(clock: ManualClock) -> None:
    watch = ReplyWatch(clock)
    clock.move(0.02)
    watch.answering(TurnEnd(speech_ended_s=7.0, taken_at_s=0.0, words_known_at_s=0.02))
    clock.move(0.005)
    watch.given("3")
    clock.move(0.04)
    delay = watch.left("3", at_s=7.4)
    assert delay is not None
    assert parts(delay) == (0.335, 0.02, 0.005, 0.04)
    assert delay.total_s == pytest.approx(0.4)


def test_only_the_first_sentence_of_a_reply_is_timed(clock: ManualClock) -> None:
    watch = ReplyWatch(clock)
    watch.answering(TurnEnd(1.0, 0.0, 0.0))
    watch.given("1")
    watch.given("2")
    assert watch.left("1", 1.5) is not None
    assert watch.left("2", 3.0) is None


def test_what_is_said_unasked_answers_nothing(clock: ManualClock) -> None:
    watch = ReplyWatch(clock)
    watch.given("1")
    assert watch.left("1", 0.6) is None


def test_a_reply_that_was_taken_back_is_timed_no_longer(clock: ManualClock) -> None:
    watch = ReplyWatch(clock)
    watch.answering(TurnEnd(1.0, 0.0, 0.0))
    watch.given("1")
    watch.answering(TurnEnd(2.0, 0.0, 0.0))
    watch.given("2")
    assert watch.left("1", 1.4) is None
    delay = watch.left("2", 2.5)
    assert delay is not None and delay.total_s == pytest.approx(0.5)


def test_no_part_is_negative_when_the_clocks_disagree(clock: ManualClock) -> None:
    watch = ReplyWatch(clock)
    watch.answering(TurnEnd(5.0, 0.0, 0.0))
    clock.move(0.5)
    watch.given("1")
    delay = watch.left("1", 5.1)
    assert delay is not None and min(parts(delay)) == 0.0
