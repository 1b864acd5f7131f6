"""From an event to one of a question's answers: the only place where what was heard becomes a branch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from scenarios.exchange import DialogueEvent, Heard, HearingLost, Pressed, StayedSilent
from scenarios.schema import Answer, number_range
from scenarios.talk import Talk
from scenarios.understanding import Meaning, Question, Understanding

# A question that wants the patient's own words takes almost everything for the answer: «грубая регистратура»
# is a complaint, no call for an operator (the key for a person still works).
HEARD_EVEN_IN_OPEN = frozenset(
    {
        Meaning.REPEAT,
        Meaning.DO_NOT_CALL,
        Meaning.WRONG_NUMBER,
        Meaning.DECEASED,
        Meaning.HOLD,
    }
)
WISHING = frozenset({Meaning.RESCHEDULE, Meaning.CANCEL, Meaning.ANSWER, Meaning.UNCLEAR})
FORGIVEN = timedelta(hours=1)
MEASURED = frozenset({Question.ASK_NUMBER, Question.SATISFACTION})


class Turn(Enum):
    """What a turn of the patient came to."""

    ANSWERED = "answered"
    ASIDE = "aside"
    UNCLEAR = "unclear"
    SILENT = "silent"
    DEAF = "deaf"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Reply:
    """A turn read against a question: `name` is the answer's, `answer` where it leads."""

    turn: Turn
    name: str = ""
    answer: Answer | None = None
    understanding: Understanding | None = None


def read(talk: Talk, event: DialogueEvent, question: Question, answers: Mapping[str, Answer]) -> Reply:
    """Read an event against the question's own answers first, then against the global intents."""
    match event:
        case Heard(transcript):
            understood = talk.understander.understand(transcript, question, talk.now, talk.facts.zone)
            talk.understanding = understood
            return _said(talk, understood, question, answers)
        case Pressed(digit):
            talk.understanding = None
            return _pressed(talk, digit, question, answers)
        case StayedSilent():
            return Reply(Turn.SILENT)
        case HearingLost():
            return Reply(Turn.DEAF)
        case _:
            return Reply(Turn.NOTHING)


def _said(talk: Talk, understood: Understanding, question: Question, answers: Mapping[str, Answer]) -> Reply:
    _keep_side_remarks(talk, understood, answers)
    if question is Question.OPEN and "anything" in answers and understood.meaning not in HEARD_EVEN_IN_OPEN:
        if understood.text.strip():
            return Reply(Turn.ANSWERED, "anything", answers["anything"], understood)
        return Reply(Turn.UNCLEAR, understanding=understood)
    if understood.meaning is Meaning.CONFIRM and _names_another_time(talk, understood, question):
        return Reply(Turn.UNCLEAR, understanding=understood)
    for name in _names_of(understood, question, answers):
        if name in answers:
            return Reply(Turn.ANSWERED, name, answers[name], understood)
        if name in talk.scenario.always:
            return Reply(Turn.ASIDE, name, talk.scenario.always[name], understood)
    return Reply(Turn.UNCLEAR, understanding=understood)


def _names_of(
    understood: Understanding, question: Question, answers: Mapping[str, Answer]
) -> tuple[str, ...]:
    """The names under which this may stand in the file, the most particular first."""
    meaning = understood.meaning
    if meaning is Meaning.UNCLEAR:
        return ("date",) if understood.when and question is Question.YES_NO else ()
    if meaning is Meaning.QUESTION:
        return (f"question.{understood.topic}", "question") if understood.topic else ("question",)
    if meaning is Meaning.ANSWER:
        names = number_names(understood.number, answers) if understood.number is not None else ()
        return (*names, *(("date",) if understood.when else ()))
    if understood.when and question is Question.ASK_DATE and meaning in (Meaning.CONFIRM, Meaning.YES):
        return (meaning.value, "date")
    return (meaning.value,)


def _names_another_time(talk: Talk, understood: Understanding, question: Question) -> bool:
    """«Приду в пятницу» about Tuesday's visit is no confirmation; an hour's difference is forgiven."""
    when = understood.when
    if when is None or question is not Question.CONFIRM_VISIT:
        return False
    starts_at = talk.facts.visits[min(talk.visit, len(talk.facts.visits) - 1)].starts_at
    near = (starts_at.astimezone(talk.facts.zone) + offset for offset in (-FORGIVEN, timedelta(0), FORGIVEN))
    return not any(when.allows(moment.date(), moment.time()) for moment in near)


def number_names(number: int, answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """The answers, single numbers or ranges, that hold the number; then `number`."""
    held = [name for name in answers if (span := number_range(name)) is not None and number in span]
    return (*sorted(held, key=lambda name: len(number_range(name) or ())), "number")


def _keep_side_remarks(talk: Talk, understood: Understanding, answers: Mapping[str, Answer]) -> None:
    """«Приду, но опоздаю»: the answer is the main thing, the rest goes into tags and wishes."""
    if understood.when and understood.meaning in WISHING:
        talk.wish = understood.when
        talk.results["wish"] = understood.when.phrase
    for meaning in understood.also:
        answer = answers.get(meaning.value) or talk.scenario.always.get(meaning.value)
        if answer is not None:
            talk.tag(answer.tag)


def _pressed(talk: Talk, digit: str, question: Question, answers: Mapping[str, Answer]) -> Reply:
    for turn, known in ((Turn.ANSWERED, answers), (Turn.ASIDE, talk.scenario.always)):
        for name, answer in known.items():
            if answer.key == digit:
                return Reply(turn, name, answer)
    if question in MEASURED and digit.isdecimal():
        for name in number_names(int(digit), answers):
            if name in answers:
                return Reply(Turn.ANSWERED, name, answers[name])
    return Reply(Turn.UNCLEAR)


def keys_of(talk: Talk, question: Question, answers: Mapping[str, Answer]) -> frozenset[str]:
    """The keys that mean something now."""
    keys = {answer.key for answer in (*answers.values(), *talk.scenario.always.values()) if answer.key}
    return frozenset(keys | (set("0123456789") if question in MEASURED else set()))


def side_question(talk: Talk, understood: Understanding | None) -> Answer | None:
    """A question asked in the same breath as an answer: «приду, а какой адрес?»"""
    if understood is None or Meaning.QUESTION not in understood.also:
        return None
    always = talk.scenario.always
    return always.get(f"question.{understood.topic}") or always.get("question")
