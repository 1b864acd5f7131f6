"""Two opinions on one turn: what the rules see in it, and what turns like it meant.

The rules know why and miss much; the classifier misses little and knows no reason. A visit is confirmed or
cancelled only when both say so, or when the classifier is sure and the rules only lack words; where they
contradict each other, the robot asks again. ADR 0008.
"""

from dataclasses import replace

from scenarios.understanding.classifier import Opinion
from scenarios.understanding.doubt import POLAR_MEANINGS, POSITIVE_MEANINGS
from scenarios.understanding.meaning import Meaning, Question
from scenarios.understanding.reading import Ground, Reading, Verdict, doubt
from scenarios.understanding.signs import DOUBTS, HEDGES, Sign

LEARNT = frozenset({Question.CONFIRM_VISIT, Question.CONFIRM_CANCEL, Question.ASK_DATE})
# Shares that the classifier must give. Chosen on phrases that it was not trained on: ADR 0008.
_AGREES = 0.45  # for a yes of which the rules are sure, if it is not the likeliest
_AGREES_TO_A_NO = 0.15  # a no is read back
_AGREES_UNHEARD = 0.93  # for either, beside a word that the recogniser did not know
# For what the rules saw and doubted.
_SETTLES = {Ground.WORDS: 0.7, Ground.REASON: 0.95, Ground.MIND: 0.995}
_OUTWEIGHS = 0.8  # against anything else that the rules heard
_ALONE = 0.95  # for a yes or a no of which the rules saw nothing
_LIKELY = 0.5  # for anything that leads to a question or to a person
_NEVER = 2.0  # no share is as large
_GRAVE = 0.8
_DISMISSES = 0.75
_KEEPS = 0.1  # for what the rules say, if the classifier has nothing better
# After the first four nobody is called again, or no longer about this; what the rules heard is not given up
# lightly for nothing at all.
_NEEDED = {
    Meaning.MACHINE: _GRAVE,
    Meaning.DECEASED: _GRAVE,
    Meaning.WRONG_NUMBER: _GRAVE,
    Meaning.DO_NOT_CALL: _GRAVE,
    Meaning.UNCLEAR: _DISMISSES,
}
_AGAINST_BOTH = (*HEDGES, *DOUBTS, Sign.CORRECT, Sign.MOVE, Sign.NOT_FIT)
_REFUSALS = (Sign.REFUSE, Sign.CANCEL, Sign.DECLINE)
_AGAINST_A_YES = (*_REFUSALS, Sign.NO, Sign.STRAY)
_AGAINST_A_NO = (Sign.YES, Sign.ATTEND, Sign.WILL_BE, Sign.KEEP, Sign.READY)
_NEAR_AN_ANSWER = frozenset({Meaning.LATE, Meaning.HOLD})
_GO_WITH_AN_ANSWER = frozenset({Meaning.LATE, Meaning.QUESTION})


def settle(verdict: Verdict, opinion: Opinion, reading: Reading, *, all_heard: bool) -> Verdict:
    """What the turn means after both were heard. Where the recogniser left a word out (`all_heard` is
    false) the classifier may object to a yes or a no, and find none."""
    if verdict.meaning in POLAR_MEANINGS:
        return _of_an_answer(verdict, opinion, reading, all_heard)
    likeliest = opinion.likeliest
    if likeliest in POLAR_MEANINGS and not all_heard:
        return _kept(verdict, opinion)
    if likeliest in POLAR_MEANINGS:
        return _of_an_answer_unseen(verdict, opinion, likeliest, reading)
    return _of_anything_else(verdict, opinion, reading)


def _of_an_answer(verdict: Verdict, opinion: Opinion, reading: Reading, all_heard: bool) -> Verdict:
    """The rules are sure of a yes or a no."""
    share = opinion.of(verdict.meaning)
    enough = _AGREES if verdict.meaning in POSITIVE_MEANINGS else _AGREES_TO_A_NO
    if not all_heard:
        enough = _AGREES_UNHEARD
    if share >= enough or (all_heard and opinion.likeliest is verdict.meaning):
        return replace(verdict, confidence=min(verdict.confidence, share))
    if opinion.likeliest in POLAR_MEANINGS:
        return _unsettled(verdict, opinion)
    return _of_anything_else(verdict, opinion, reading)


def _of_an_answer_unseen(verdict: Verdict, opinion: Opinion, likeliest: Meaning, reading: Reading) -> Verdict:
    """The classifier hears a yes or a no that the rules doubted, or did not see."""
    if verdict.meaning is Meaning.RESCHEDULE and likeliest is Meaning.CANCEL:
        return verdict
    share = opinion.of(likeliest)
    if share >= _needed(verdict, likeliest, reading):
        also = tuple(meaning for meaning in (verdict.meaning, *verdict.also) if meaning in _GO_WITH_AN_ANSWER)
        topic = verdict.topic if Meaning.QUESTION in also else None
        why = _learnt(likeliest, verdict)
        return Verdict(likeliest, verdict.evidence, share, why, also, topic, doubted=verdict.doubted)
    return _kept(verdict, opinion)


def _needed(verdict: Verdict, meaning: Meaning, reading: Reading) -> float:
    """The share that makes an answer of what the rules took for something else."""
    promised = reading.has(Sign.ATTEND, Sign.WILL_BE)
    refused = meaning in POSITIVE_MEANINGS and reading.has(*_REFUSALS, Sign.NOT_FIT)
    if verdict.doubted not in (None, meaning) or reading.has(Sign.MISHEARD):
        return _NEVER
    if verdict.meaning is Meaning.UNCLEAR and verdict.doubted is None:
        return _NEVER if _is_gainsaid(meaning, reading) else _ALONE
    if verdict.meaning is Meaning.UNCLEAR:
        return _NEVER if refused and verdict.ground > Ground.WORDS else _SETTLES.get(verdict.ground, _NEVER)
    # «Да, помню, но надо перенести» is no yes, «приду даже пораньше» is one.
    if refused or (verdict.meaning is Meaning.RESCHEDULE and not promised):
        return _NEVER
    return _OUTWEIGHS if promised or verdict.meaning not in _NEAR_AN_ANSWER else _SETTLES[Ground.REASON]


def _is_gainsaid(meaning: Meaning, reading: Reading) -> bool:
    """Whether anything in the turn speaks for the other answer, or for none."""
    against = _AGAINST_A_YES if meaning in POSITIVE_MEANINGS else _AGAINST_A_NO
    return reading.has(*_AGAINST_BOTH, *against)


def _of_anything_else(verdict: Verdict, opinion: Opinion, reading: Reading) -> Verdict:
    """The classifier hears something that neither confirms nor cancels."""
    likeliest = opinion.likeliest
    if likeliest is verdict.meaning:
        return verdict
    share = opinion.of(likeliest)
    if likeliest is Meaning.UNCLEAR and verdict.meaning in POLAR_MEANINGS:
        return _unsettled(verdict, opinion)
    dateless = likeliest is Meaning.ANSWER and not reading.dates
    if dateless or share < _NEEDED.get(likeliest, _LIKELY):
        return _kept(verdict, opinion)
    if likeliest is Meaning.UNCLEAR:
        return _unsettled(verdict, opinion)
    also = tuple(meaning for meaning in verdict.also if meaning is not likeliest)
    topic = verdict.topic or (opinion.topic if likeliest is Meaning.QUESTION else None)
    return Verdict(likeliest, verdict.evidence, share, _learnt(likeliest, verdict), also, topic)


def _kept(verdict: Verdict, opinion: Opinion) -> Verdict:
    """What the rules say, unless the classifier thinks little of it."""
    undecided = opinion.likeliest is Meaning.UNCLEAR
    if verdict.meaning not in POLAR_MEANINGS and (undecided or opinion.of(verdict.meaning) >= _KEEPS):
        return verdict
    return verdict if verdict.meaning is Meaning.UNCLEAR else _unsettled(verdict, opinion)


def _unsettled(verdict: Verdict, opinion: Opinion) -> Verdict:
    return doubt(_learnt(opinion.likeliest, verdict), verdict.evidence)


def _learnt(meaning: Meaning, verdict: Verdict) -> str:
    return f"turns like it meant {meaning}, the rules: {verdict.why}"
