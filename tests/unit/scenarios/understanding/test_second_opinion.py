"""Rules and classifier together: who is believed, and when the robot asks again."""

import pytest

from scenarios.understanding import Meaning, Topic
from scenarios.understanding.classifier import Opinion
from scenarios.understanding.reading import Ground, Reading, Verdict, doubt
from scenarios.understanding.second_opinion import settle
from scenarios.understanding.signs import Act, AnySign, Sign

YES, NO, ASKS_AGAIN = Meaning.CONFIRM, Meaning.CANCEL, Meaning.UNCLEAR
NOTHING = Verdict(ASKS_AGAIN)


def thinks(meaning: Meaning, share: float, rest: Meaning = ASKS_AGAIN) -> Opinion:
    topics = {Topic.PRICE: share} if meaning is Meaning.QUESTION else {}
    return Opinion({meaning: share, rest: 1 - share}, topics)


def settled(verdict: Verdict, opinion: Opinion, *signs: AnySign, all_heard: bool = True) -> Verdict:
    reading = Reading(tuple(Act(sign, (at,), "a rule") for at, sign in enumerate(signs)))
    return settle(verdict, opinion, reading, all_heard=all_heard)


def test_what_both_say_stands() -> None:
    assert settled(Verdict(YES), thinks(YES, 0.6)).meaning is YES


def test_a_yes_that_turns_like_it_did_not_mean_is_asked_again() -> None:
    assert settled(Verdict(YES), thinks(ASKS_AGAIN, 0.7, YES)).meaning is ASKS_AGAIN


@pytest.mark.parametrize(("rules", "classifier"), [(YES, NO), (NO, YES)])
def test_the_opposite_is_never_believed(rules: Meaning, classifier: Meaning) -> None:
    assert settled(Verdict(rules), thinks(classifier, 1.0)).meaning is ASKS_AGAIN
    doubted = doubt("a reason", (), rules, Ground.WORDS)
    assert settled(doubted, thinks(classifier, 1.0)).meaning is ASKS_AGAIN


@pytest.mark.parametrize(
    ("ground", "enough", "too_little"),
    [(Ground.WORDS, 0.75, 0.65), (Ground.REASON, 0.96, 0.9), (Ground.MIND, 0.999, 0.98)],
)
def test_the_graver_the_doubt_the_surer_the_classifier_must_be(
    ground: Ground, enough: float, too_little: float
) -> None:
    doubted = doubt("a reason", (), YES, ground)
    assert settled(doubted, thinks(YES, enough)).meaning is YES
    assert settled(doubted, thinks(YES, too_little)).meaning is ASKS_AGAIN


def test_some_doubts_nothing_settles() -> None:
    assert settled(doubt("asked", (), YES, Ground.ALWAYS), thinks(YES, 1.0)).meaning is ASKS_AGAIN
    turned = doubt("words", (), YES, Ground.WORDS)
    assert settled(turned, thinks(YES, 1.0), Sign.MISHEARD).meaning is ASKS_AGAIN


def test_an_answer_that_no_rule_sees_must_be_sure_and_not_gainsaid() -> None:
    assert settled(NOTHING, thinks(YES, 0.97)).meaning is YES
    assert settled(NOTHING, thinks(YES, 0.9)).meaning is ASKS_AGAIN
    assert settled(NOTHING, thinks(YES, 0.97), Sign.REFUSE).meaning is ASKS_AGAIN
    assert settled(NOTHING, thinks(NO, 0.97), Sign.ATTEND).meaning is ASKS_AGAIN
    assert settled(NOTHING, thinks(YES, 0.97), Sign.HEDGE).meaning is ASKS_AGAIN


def test_a_wish_for_another_time_yields_only_to_a_promise() -> None:
    moves = Verdict(Meaning.RESCHEDULE)
    assert settled(moves, thinks(YES, 0.99), Sign.MOVE).meaning is not YES
    assert settled(moves, thinks(YES, 0.99), Sign.MOVE, Sign.ATTEND).meaning is YES
    assert settled(moves, thinks(NO, 0.99), Sign.MOVE).meaning is Meaning.RESCHEDULE


def test_being_late_and_a_question_go_on_beside_a_yes() -> None:
    late = Verdict(Meaning.LATE, doubted=YES)
    assert settled(late, thinks(YES, 0.97)).also == (Meaning.LATE,)
    asks = Verdict(Meaning.QUESTION, topic=Topic.PRICE, doubted=YES)
    got = settled(asks, thinks(YES, 0.97))
    assert (got.meaning, got.also, got.topic) == (YES, (Meaning.QUESTION,), Topic.PRICE)


def test_where_a_word_was_not_heard_the_classifier_finds_no_answer() -> None:
    doubted = doubt("words", (), YES, Ground.WORDS)
    assert settled(doubted, thinks(YES, 1.0), all_heard=False).meaning is ASKS_AGAIN
    assert settled(Verdict(NO), thinks(NO, 0.8), all_heard=False).meaning is ASKS_AGAIN
    assert settled(Verdict(NO), thinks(NO, 0.95), all_heard=False).meaning is NO


def test_what_leads_to_a_person_needs_less_than_what_ends_all_calls() -> None:
    assert settled(NOTHING, thinks(Meaning.OPERATOR, 0.6)).meaning is Meaning.OPERATOR
    assert settled(NOTHING, thinks(Meaning.DECEASED, 0.6)).meaning is ASKS_AGAIN
    assert settled(NOTHING, thinks(Meaning.DECEASED, 0.9)).meaning is Meaning.DECEASED


def test_a_question_brings_its_topic() -> None:
    assert settled(NOTHING, thinks(Meaning.QUESTION, 0.8)).topic is Topic.PRICE


def test_a_date_is_no_answer_without_a_date() -> None:
    assert settled(NOTHING, thinks(Meaning.ANSWER, 0.99)).meaning is ASKS_AGAIN


def test_what_the_rules_heard_is_not_given_up_for_nothing() -> None:
    callback = Verdict(Meaning.CALLBACK)
    assert settled(callback, thinks(ASKS_AGAIN, 0.7, YES)).meaning is Meaning.CALLBACK
    assert settled(callback, thinks(ASKS_AGAIN, 0.8, YES)).meaning is ASKS_AGAIN
