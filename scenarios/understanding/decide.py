"""From signs to one meaning: doubt asks again, it never guesses. The same for every language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from scenarios.understanding.doubt import (
    POLAR_MEANINGS,
    POSITIVE_MEANINGS,
    guard,
    promises_alone,
    refuses_plainly,
)
from scenarios.understanding.meaning import Meaning, Question, Topic
from scenarios.understanding.reading import SURE, Ground, Reading, Verdict, doubt
from scenarios.understanding.signs import DOUBTS, HEDGES, POLAR, Act, Hint, Sign

_BARE, _CORRECTED = 0.9, 0.8

# Which of several meanings leads; the others follow in `also` in this order.
_LEADING = (
    Meaning.MACHINE,
    Meaning.DECEASED,
    Meaning.WRONG_NUMBER,
    Meaning.DO_NOT_CALL,
    Meaning.OPERATOR,
    Meaning.THIRD_PARTY,
    Meaning.CALLBACK,
    Meaning.LATE,
    Meaning.QUESTION,
    Meaning.REPEAT,
    Meaning.HOLD,
)
# What the robot has just said: to ask for it is to ask for the sentence again.
_SAID_ALREADY = frozenset({Topic.TIME, Topic.DOCTOR})
_OUTRANK_POLARITY = frozenset({Meaning.MACHINE, Meaning.DECEASED, Meaning.WRONG_NUMBER})
_GO_WITH_BARE_YES = frozenset({Meaning.LATE, Meaning.QUESTION})
_WANT_DATES = frozenset({Question.ASK_DATE, Question.CHOOSE_SLOT})
_SAY_NOTHING_BESIDE = frozenset({Meaning.REPEAT, Meaning.HOLD})


def decide(reading: Reading, question: Question) -> Verdict:
    """What the turn means in answer to the question."""
    corrected, reading = _after_correction(reading)
    others = _others(reading, _asked_by_hint(reading, question))
    verdict = guard(_POLARITY.get(question, _polarity_neutral)(reading, question), reading, question)
    if verdict.meaning is Meaning.CONFIRM and not verdict.bare and _is_only_busy(others):
        others.pop(Meaning.CALLBACK)
    if verdict.meaning is Meaning.CONFIRM and Meaning.CALLBACK in others:
        verdict = doubt(f"wants to be called back: {verdict.why}", verdict.evidence, verdict.meaning)
    if verdict.meaning in POLAR_MEANINGS and _takes_back(verdict, reading):
        verdict = doubt(
            f"taken back at the end: {verdict.why}", verdict.evidence, verdict.meaning, Ground.ALWAYS
        )
    if (
        corrected
        and verdict.bare
        and (verdict.meaning in POSITIVE_MEANINGS or question is Question.CONFIRM_CANCEL)
    ):
        verdict = doubt(
            f"a bare yes after something else: {verdict.why}",
            verdict.evidence,
            verdict.meaning,
            Ground.REASON,
        )
    if corrected and verdict.meaning is not Meaning.UNCLEAR:
        verdict = replace(verdict, why=f"corrected in one breath: {verdict.why}", confidence=_CORRECTED)
    if verdict.meaning is Meaning.CANCEL and _asks_for_another_time(others, reading):
        verdict = replace(verdict, meaning=Meaning.RESCHEDULE)
        others.pop(Meaning.QUESTION)
    return _combine(verdict, others, reading, question)


def _is_only_busy(others: dict[Meaning, Act]) -> bool:
    """«Да, приду, я за рулём»: busy, but not asking to be called again."""
    return Meaning.CALLBACK in others and others[Meaning.CALLBACK].sign is Sign.BUSY


def _asks_for_another_time(others: dict[Meaning, Act], reading: Reading) -> bool:
    """«Завтра не могу, а когда ещё принимает?»"""
    return _asks_time(others) and reading.has(Sign.REFUSE) and not reading.has(Sign.CANCEL)


def _asks_time(others: dict[Meaning, Act]) -> bool:
    asked = others.get(Meaning.QUESTION)
    return asked is not None and asked.sign is Topic.TIME


def _after_correction(reading: Reading) -> tuple[bool, Reading]:
    """After «ой», «хотя», «вернее» only the last thing said about the visit counts."""
    marks = [act for act in reading.acts if act.sign in (Sign.CORRECT, Meaning.HOLD)]
    for mark in reversed(marks):
        before = [
            act
            for act in reading.acts
            if act.end < mark.start and (act.sign in POLAR or act.sign in (*HEDGES, Sign.STRAY))
        ]
        after = [act for act in reading.acts if act.start > mark.end and act.sign in POLAR]
        if before and after:
            kept = tuple(act for act in reading.acts if act not in before)
            return any(act.sign in POLAR for act in before), replace(reading, acts=kept)
    return False, reading


def _takes_back(verdict: Verdict, reading: Reading) -> bool:
    """«Приду… хотя нет»: a correction after the last thing said about the visit."""
    said = max(act.end for act in verdict.evidence)
    return any(act.start > said for act in reading.of(Sign.CORRECT))


def _others(reading: Reading, asked: Act | None) -> dict[Meaning, Act]:
    found: dict[Meaning, Act] = {}
    busy: Act | None = None
    for act in reading.acts:
        if isinstance(act.sign, Topic):
            found.setdefault(Meaning.QUESTION, act)
        elif isinstance(act.sign, Meaning):
            found.setdefault(act.sign, act)
        elif act.sign is Sign.BUSY:
            busy = act
    if busy:
        found.setdefault(Meaning.CALLBACK, busy)
    if Meaning.QUESTION not in found and asked:
        found[Meaning.QUESTION] = asked
    if (
        Meaning.REPEAT in found
        and Meaning.QUESTION in found
        and found[Meaning.QUESTION].sign in _SAID_ALREADY
    ):
        del found[Meaning.QUESTION]
    return {meaning: found[meaning] for meaning in _LEADING if meaning in found}


def _asked_by_hint(reading: Reading, question: Question) -> Act | None:
    """A word of a topic beside a question word or mark: «а вход откуда?»; a date asked back is about time."""
    if not (reading.question_mark or reading.has(Sign.ASKS)) or reading.has(Sign.MOVE):
        return None
    for act in reading.acts:
        if isinstance(act.sign, Hint):
            return replace(act, sign=Topic(act.sign.value))
    told = reading.of(*POLAR, *HEDGES)
    if reading.dates and question not in _WANT_DATES and not told and not reading.company.unknown:
        return Act(Topic.TIME, (0,), "a date asked back")
    return None


def _polarity_visit(reading: Reading, question: Question) -> Verdict:
    """«Вы придёте?» A yes needs clear positive evidence and no negative; a no, clear negative evidence."""
    if reading.has(Sign.MOVE, Sign.NOT_FIT):
        return _say(Meaning.RESCHEDULE, reading.of(Sign.MOVE, Sign.NOT_FIT))
    comes = reading.of(Sign.ATTEND, Sign.KEEP, Sign.WILL_BE)
    stays_away = reading.of(Sign.REFUSE, Sign.CANCEL, Sign.DECLINE)
    comes = comes or (() if stays_away else reading.of(Sign.NOT_MOVED))
    overcome = _others_stay_away(comes, stays_away, reading) or _is_overcome(comes, stays_away, reading)
    if comes and stays_away and overcome:
        stays_away = ()
    if comes and stays_away and _is_outspoken(comes, stays_away, reading):
        comes = ()
    ready = reading.of(Sign.READY)
    if stays_away and reading.has(Sign.YES) and any(act.start > stays_away[-1].end for act in ready):
        return doubt("ready, and yet does not come", ready + stays_away)
    if comes and stays_away and reading.dates > 1:
        return _say(Meaning.RESCHEDULE, stays_away + comes)
    if comes and stays_away:
        return doubt("says both that they come and that they do not", comes + stays_away)
    if comes:
        said_twice = reading.has(Sign.YES) and reading.has(
            Sign.ATTEND, Sign.WILL_BE, Sign.KEEP, Sign.NOT_MOVED
        )
        alone = any(promises_alone(act, reading) for act in comes)
        strong = said_twice or alone or _has_core(reading.of(Sign.ATTEND, Sign.KEEP), reading)
        return (_say if strong else _say_bare)(Meaning.CONFIRM, comes + reading.of(Sign.YES, Sign.WRY))
    if stays_away and reading.offers_other_time and not reading.has(Sign.CANCEL):
        return _say(Meaning.RESCHEDULE, stays_away)
    if stays_away:
        strong = _has_core(stays_away, reading) or reading.has(Sign.NO, Sign.CANCEL)
        return (_say if strong else _say_bare)(Meaning.CANCEL, stays_away)
    yes, no = reading.of(Sign.YES, Sign.WRY), reading.of(Sign.NO)
    if no and reading.has(Sign.SOFT_YES):
        return doubt("a no beside an agreement", no)
    if yes and no:
        return doubt("yes and no together", yes + no)
    if no and ready:
        return doubt("a no beside readiness", no + ready)
    if yes and ready:
        return _say(Meaning.CONFIRM, yes + ready)
    if yes:
        return _say_bare(Meaning.CONFIRM, yes + reading.of(Sign.FITS))
    if no:
        return _say_bare(Meaning.CANCEL, no)
    return Verdict(Meaning.UNCLEAR, why="nothing said about coming")


def _others_stay_away(comes: Sequence[Act], stays_away: Sequence[Act], reading: Reading) -> bool:
    """«Муж не сможет, а я приду»: the patient comes, somebody named does not."""
    company = reading.company
    mine = any(company.own_verbs.issuperset(act.taken[-1:]) for act in comes if act.sign is Sign.ATTEND)
    clauses = {company.clause_of[act.start] for act in comes}
    return mine and all(
        not company.others.isdisjoint(act.taken)
        and company.clause_of[act.start] not in clauses
        and not company.kin.isdisjoint(company.around(act.taken))
        for act in stays_away
    )


def _is_overcome(comes: Sequence[Act], stays_away: Sequence[Act], reading: Reading) -> bool:
    """«Сначала не хотел идти, но буду»: what was not wanted is past, and «но» stands between."""
    company = reading.company
    return bool(comes) and all(
        not company.past.isdisjoint(act.taken)
        and all(company.precedes_contrast(act.end, come.taken) for come in comes)
        for act in stays_away
    )


def _is_outspoken(comes: Sequence[Act], stays_away: Sequence[Act], reading: Reading) -> bool:
    """«Поеду за отцом, приём снимите», «буду… нет, не буду»: the refusal comes last, and what was said
    before it either named no visit or was taken back."""
    said, refused = comes[-1], stays_away[0]
    if said.end > refused.start or not refuses_plainly(stays_away, reading):
        return False
    taken_back = any(said.end < act.start < refused.start for act in reading.of(Sign.CORRECT))
    company = reading.company
    elsewhere = all(
        company.own_verbs.issuperset(act.taken)
        and not _has_core([act], reading)
        and not company.foreign.isdisjoint(company.around(act.taken))
        for act in comes
    )
    return taken_back or (elsewhere and not reading.has(Sign.YES))


def _has_core(acts: Sequence[Act], reading: Reading) -> bool:
    """Whether a verb of coming or cancelling is among them, not only an idiom that may mean other things."""
    company = reading.company
    return any(
        not (company.core_refused if act.sign is Sign.REFUSE else company.core).isdisjoint(act.taken)
        for act in acts
    )


def _polarity_read_back(reading: Reading, question: Question) -> Verdict:
    """«Отменяем?» Here a yes cancels, and a no keeps the visit."""
    if reading.has(Sign.MOVE):
        return _say(Meaning.RESCHEDULE, reading.of(Sign.MOVE))
    if reading.has(Sign.WRY):
        return doubt("perhaps irony", reading.of(Sign.WRY))
    keeps, cancels = (
        reading.of(Sign.ATTEND, Sign.KEEP, Sign.NOT_MOVED, Sign.WILL_BE),
        reading.of(Sign.REFUSE, Sign.CANCEL),
    )
    yes, no = reading.of(Sign.YES, Sign.SOFT_YES, Sign.FITS), reading.of(Sign.NO, Sign.SOFT_NO, Sign.DECLINE)
    if keeps and (cancels or (yes and not no and not reading.has(Sign.KEEP))):
        return doubt("keeps and cancels together", keeps + cancels + yes)
    if keeps:
        return _say(Meaning.CONFIRM, keeps)
    if cancels and no and not (reading.has(Sign.CANCEL) and reading.has(Sign.REFUSE)):
        return doubt("a no to cancelling together with a no to coming", cancels + no)
    if cancels:
        return _say(Meaning.CANCEL, cancels)
    if yes and no:
        return doubt("yes and no together", yes + no)
    if yes:
        return _say_bare(Meaning.CANCEL, yes)
    if no:
        return _say_bare(Meaning.CONFIRM, no)
    return Verdict(Meaning.UNCLEAR, why="neither yes nor no to the read-back")


def _polarity_neutral(reading: Reading, question: Question) -> Verdict:
    """Any other yes-or-no question: only a plain request to cancel touches the visit."""
    if reading.has(Sign.CANCEL):
        return _say(Meaning.CANCEL, reading.of(Sign.CANCEL))
    if reading.has(Sign.MOVE) and not reading.dates:
        return _say(Meaning.RESCHEDULE, reading.of(Sign.MOVE))
    yes = reading.of(Sign.YES, Sign.WRY, Sign.SOFT_YES, Sign.FITS, Sign.ATTEND, Sign.WILL_BE, Sign.KEEP)
    no = reading.of(Sign.NO, Sign.SOFT_NO, Sign.DECLINE, Sign.NOT_FIT, Sign.REFUSE)
    if yes and no:
        return doubt("yes and no together", yes + no)
    if yes:
        return _say_bare(Meaning.YES, yes)
    if no:
        return _say_bare(Meaning.NO, no)
    return Verdict(Meaning.UNCLEAR, why="neither yes nor no")


def _polarity_value(reading: Reading, question: Question) -> Verdict:
    """A date or a number was asked: a bare yes or no is no answer to it."""
    refuses = reading.of(Sign.REFUSE, Sign.CANCEL)
    if reading.has(Sign.KEEP, Sign.NOT_MOVED) and not refuses and not reading.has(Sign.MOVE):
        return _say(Meaning.CONFIRM, reading.of(Sign.KEEP, Sign.NOT_MOVED))
    if refuses and not reading.dates:
        return _say(Meaning.CANCEL, refuses)
    return Verdict(Meaning.UNCLEAR, why="not the value that was asked for")


_POLARITY: Mapping[Question, Callable[[Reading, Question], Verdict]] = {
    Question.CONFIRM_VISIT: _polarity_visit,
    Question.CONFIRM_CANCEL: _polarity_read_back,
    Question.ASK_DATE: _polarity_value,
    Question.ASK_NUMBER: _polarity_value,
    Question.SATISFACTION: _polarity_value,
    Question.OPEN: _polarity_visit,
}


def _combine(verdict: Verdict, others: dict[Meaning, Act], reading: Reading, question: Question) -> Verdict:
    """Put the answer and the other intents of the same turn in order."""
    if question in _WANT_DATES and reading.dates and _asks_time(others):
        others = {meaning: act for meaning, act in others.items() if meaning is not Meaning.QUESTION}
    asked = others.get(Meaning.QUESTION)
    topic = asked.sign if asked and isinstance(asked.sign, Topic) else None
    chosen = question is Question.CHOOSE_SLOT and reading.sure_number and set(others) <= {Meaning.HOLD}
    if chosen and verdict.meaning is Meaning.YES:
        return Verdict(Meaning.ANSWER, verdict.evidence, _BARE, "one of the choices")
    if verdict.meaning is Meaning.UNCLEAR and (chosen or not others):
        return _value_ordoubt(verdict, reading, question)
    lead = next(iter(others), None)
    if lead and (
        verdict.meaning is Meaning.UNCLEAR
        or lead in _OUTRANK_POLARITY
        or (verdict.bare and not _goes_with_bare(verdict, others, topic))
    ):
        also = tuple(meaning for meaning in others if meaning not in (lead, *_SAY_NOTHING_BESIDE))
        if lead is Meaning.LATE and verdict.meaning is Meaning.CONFIRM:
            also = (Meaning.CONFIRM, *also)
        act = others[lead]
        doubted = verdict.meaning if verdict.meaning in POLAR_MEANINGS else verdict.doubted
        return Verdict(lead, (act,), SURE, _named(lead, act), also, topic, doubted=doubted)
    also = tuple(meaning for meaning in others if meaning not in _SAY_NOTHING_BESIDE)
    return replace(verdict, also=also, topic=topic)


def _goes_with_bare(verdict: Verdict, others: dict[Meaning, Act], topic: Topic | None) -> bool:
    """«Да, но опоздаю», «да, а по какому адресу?»; not «да, кто это?»."""
    return (
        verdict.meaning in POSITIVE_MEANINGS
        and set(others) <= _GO_WITH_BARE_YES
        and topic is not Topic.WHO_ARE_YOU
    )


def _value_ordoubt(verdict: Verdict, reading: Reading, question: Question) -> Verdict:
    """A date, a number or a choice may be the answer although nothing else is known of the turn."""
    if question in (Question.ASK_NUMBER, Question.SATISFACTION):
        if reading.sure_number:
            return Verdict(Meaning.ANSWER, confidence=_BARE, why="a number")
        return doubt("more than one number", ()) if reading.has_number else verdict
    if question is Question.CHOOSE_SLOT and reading.sure_number and not reading.has(Sign.STRAY):
        return Verdict(Meaning.ANSWER, confidence=_BARE, why="one of the choices")
    if question in (Question.ASK_DATE, Question.CHOOSE_SLOT) and reading.dates:
        return Verdict(Meaning.ANSWER, confidence=_BARE, why="a date or time")
    alone = reading.foreign == 0 and not reading.of(*POLAR, *DOUBTS, Sign.STRAY)
    if question is not Question.CONFIRM_CANCEL and reading.dates and alone and not reading.when_is_near:
        return Verdict(Meaning.RESCHEDULE, confidence=_CORRECTED, why="names another time")
    hedges = reading.of(*HEDGES, *DOUBTS)
    return replace(verdict, why=_reasons(hedges)) if hedges and not verdict.evidence else verdict


def _say(meaning: Meaning, evidence: tuple[Act, ...]) -> Verdict:
    return Verdict(meaning, evidence, SURE, _reasons(evidence))


def _say_bare(meaning: Meaning, evidence: tuple[Act, ...]) -> Verdict:
    return Verdict(meaning, evidence, _BARE, _reasons(evidence), bare=True)


def _named(meaning: Meaning, act: Act) -> str:
    return f"{meaning}: {act.source}"


def _reasons(evidence: Sequence[Act]) -> str:
    return "; ".join(f"{act.sign}: {act.source}" for act in evidence)
