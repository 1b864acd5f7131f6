"""From signs to one meaning: doubt asks again, it never guesses. The same for every language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from scenarios.understanding.company import Company
from scenarios.understanding.meaning import Meaning, Question, Topic
from scenarios.understanding.signs import POLAR, Act, Hint, Sign

# More unknown words than this in other clauses, and the turn was probably not said to us.
_MAX_UNKNOWN_ELSEWHERE = 2
_MAX_UNKNOWN_BESIDE_REFUSAL = 3
_SURE, _BARE, _CORRECTED = 0.97, 0.9, 0.8

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
_OUTRANK_POLARITY = frozenset({Meaning.MACHINE, Meaning.DECEASED, Meaning.WRONG_NUMBER})
_GO_WITH_BARE_YES = frozenset({Meaning.LATE, Meaning.QUESTION})
_WANT_DATES = frozenset({Question.ASK_DATE, Question.CHOOSE_SLOT})
_SAY_NOTHING_BESIDE = frozenset({Meaning.REPEAT, Meaning.HOLD})


@dataclass(frozen=True, slots=True)
class Verdict:
    """A meaning, the acts that carry it, how sure the rule is, and why."""

    meaning: Meaning
    evidence: tuple[Act, ...] = ()
    confidence: float = _SURE
    why: str = ""
    also: tuple[Meaning, ...] = ()
    topic: Topic | None = None
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A turn as signs: `foreign` counts words that no rule knows, `dates` the days and hours named.

    `company` tells where the unknown words stand that are not harmless beside a clear answer.
    """

    acts: tuple[Act, ...]
    foreign: int = 0
    company: Company = Company()
    asked: bool = False
    question_mark: bool = False
    dates: int = 0
    when_is_near: bool = False
    offers_other_time: bool = False
    has_number: bool = False
    sure_number: bool = False

    def of(self, *signs: Sign) -> tuple[Act, ...]:
        return tuple(act for act in self.acts if act.sign in signs)

    def has(self, *signs: Sign) -> bool:
        return any(act.sign in signs for act in self.acts)


def decide(reading: Reading, question: Question) -> Verdict:
    """What the turn means in answer to the question."""
    corrected, reading = _after_correction(reading)
    others = _others(reading, _asked_by_hint(reading, question))
    verdict = _guard(_POLARITY.get(question, _polarity_neutral)(reading, question), reading, question)
    if verdict.meaning is Meaning.CONFIRM and Meaning.CALLBACK in others:
        verdict = _doubt(f"wants to be called back: {verdict.why}", verdict.evidence)
    if corrected and verdict.bare and verdict.meaning in _POSITIVE_MEANINGS:
        verdict = _doubt(f"a bare yes after something else: {verdict.why}", verdict.evidence)
    if corrected and verdict.meaning is not Meaning.UNCLEAR:
        verdict = replace(verdict, why=f"corrected in one breath: {verdict.why}", confidence=_CORRECTED)
    return _combine(verdict, others, reading, question)


def _after_correction(reading: Reading) -> tuple[bool, Reading]:
    """After «ой», «хотя», «вернее» only the last thing said about the visit counts."""
    marks = [act for act in reading.acts if act.sign in (Sign.CORRECT, Meaning.HOLD)]
    for mark in reversed(marks):
        before = [
            act
            for act in reading.acts
            if act.end < mark.start and (act.sign in POLAR or act.sign in (Sign.HEDGE, Sign.STRAY))
        ]
        after = [act for act in reading.acts if act.start > mark.end and act.sign in POLAR]
        if before and after:
            kept = tuple(act for act in reading.acts if act not in before)
            return any(act.sign in POLAR for act in before), replace(reading, acts=kept)
    return False, reading


def _others(reading: Reading, asked: Act | None) -> dict[Meaning, Act]:
    found: dict[Meaning, Act] = {}
    for act in reading.acts:
        if isinstance(act.sign, Topic):
            found.setdefault(Meaning.QUESTION, act)
        elif isinstance(act.sign, Meaning):
            found.setdefault(act.sign, act)
    if Meaning.QUESTION not in found and asked:
        found[Meaning.QUESTION] = asked
    return {meaning: found[meaning] for meaning in _LEADING if meaning in found}


def _asked_by_hint(reading: Reading, question: Question) -> Act | None:
    """A word of a topic beside a question word or mark: «а вход откуда?»; a date asked back is about time."""
    if not (reading.question_mark or reading.has(Sign.ASKS)) or reading.has(Sign.MOVE):
        return None
    for act in reading.acts:
        if isinstance(act.sign, Hint):
            return replace(act, sign=Topic(act.sign.value))
    if reading.dates and question not in _WANT_DATES and not reading.of(*POLAR):
        return Act(Topic.TIME, (0,), "a date asked back")
    return None


def _polarity_visit(reading: Reading, question: Question) -> Verdict:
    """«Вы придёте?» A yes needs clear positive evidence and no negative; a no, clear negative evidence."""
    if reading.has(Sign.MOVE, Sign.NOT_FIT):
        return _say(Meaning.RESCHEDULE, reading.of(Sign.MOVE, Sign.NOT_FIT))
    comes = reading.of(Sign.ATTEND, Sign.KEEP, Sign.WILL_BE)
    stays_away = reading.of(Sign.REFUSE, Sign.CANCEL, Sign.DECLINE)
    if comes and stays_away and reading.dates > 1:
        return _say(Meaning.RESCHEDULE, stays_away + comes)
    if comes and stays_away:
        return _doubt("says both that they come and that they do not", comes + stays_away)
    if comes:
        strong = _has_core(reading.of(Sign.ATTEND, Sign.KEEP), reading)
        return (_say if strong else _say_bare)(Meaning.CONFIRM, comes + reading.of(Sign.YES))
    if stays_away and reading.offers_other_time and not reading.has(Sign.CANCEL):
        return _say(Meaning.RESCHEDULE, stays_away)
    if stays_away:
        strong = _has_core(stays_away, reading) or reading.has(Sign.NO)
        return (_say if strong else _say_bare)(Meaning.CANCEL, stays_away)
    yes, no = reading.of(Sign.YES), reading.of(Sign.NO)
    if no and reading.has(Sign.SOFT_YES):
        return _doubt("a no beside an agreement", no)
    if yes and no:
        return _doubt("yes and no together", yes + no)
    if yes:
        return _say_bare(Meaning.CONFIRM, yes + reading.of(Sign.FITS))
    if no:
        return _say_bare(Meaning.CANCEL, no)
    return Verdict(Meaning.UNCLEAR, why="nothing said about coming")


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
    keeps, cancels = reading.of(Sign.ATTEND, Sign.KEEP, Sign.WILL_BE), reading.of(Sign.REFUSE, Sign.CANCEL)
    yes, no = reading.of(Sign.YES, Sign.SOFT_YES, Sign.FITS), reading.of(Sign.NO, Sign.SOFT_NO, Sign.DECLINE)
    if keeps and (cancels or (yes and not no and not reading.has(Sign.KEEP))):
        return _doubt("keeps and cancels together", keeps + cancels + yes)
    if keeps:
        return _say(Meaning.CONFIRM, keeps)
    if cancels and no:
        return _doubt("a no to cancelling together with a no to coming", cancels + no)
    if cancels:
        return _say(Meaning.CANCEL, cancels)
    if yes and no:
        return _doubt("yes and no together", yes + no)
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
    yes = reading.of(Sign.YES, Sign.SOFT_YES, Sign.FITS, Sign.ATTEND, Sign.WILL_BE, Sign.KEEP)
    no = reading.of(Sign.NO, Sign.SOFT_NO, Sign.DECLINE, Sign.NOT_FIT, Sign.REFUSE)
    if yes and no:
        return _doubt("yes and no together", yes + no)
    if yes:
        return _say_bare(Meaning.YES, yes)
    if no:
        return _say_bare(Meaning.NO, no)
    return Verdict(Meaning.UNCLEAR, why="neither yes nor no")


def _polarity_value(reading: Reading, question: Question) -> Verdict:
    """A date or a number was asked: a bare yes or no is no answer to it."""
    refuses = reading.of(Sign.REFUSE, Sign.CANCEL)
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
_POLAR_MEANINGS = frozenset({Meaning.CONFIRM, Meaning.CANCEL, Meaning.YES, Meaning.NO})
_PARTICLES = frozenset({Sign.YES, Sign.SOFT_YES, Sign.FITS, Sign.NO, Sign.SOFT_NO})
_POSITIVE_MEANINGS = frozenset({Meaning.CONFIRM, Meaning.YES})


def _guard(verdict: Verdict, reading: Reading, question: Question) -> Verdict:
    """Everything that turns a yes or a no back into doubt."""
    if verdict.meaning not in _POLAR_MEANINGS:
        return verdict
    # A particle said twice in two ways («естественно, конечно») bears one word that no rule knows.
    idiom = any(act.sign not in _PARTICLES for act in verdict.evidence)
    foreign = len(reading.company.weighty) if idiom else reading.foreign
    limit = min(len(verdict.evidence) - 1, 1)
    checks = (
        (_is_hedged(verdict, reading), "hedged"),
        (reading.has(Sign.DOUBT), "a negation may have been misheard"),
        (verdict.bare and foreign > limit, "too many words that no rule knows"),
        (not verdict.bare and _is_in_bad_company(verdict, reading), "unknown words beside the answer"),
        (
            _is_negated_elsewhere(verdict, reading),
            "a negation is left over",
        ),
        (reading.asked and verdict.meaning in _POSITIVE_MEANINGS, "asked, not said"),
        (
            verdict.bare and reading.has(Sign.ASKS) and not _answers_first(verdict, reading),
            "asks beside a bare yes or no",
        ),
        (_is_bare_no_of_a_date(verdict, reading), "a bare no beside a date"),
        (_gives_reason_beside(verdict, reading), "a reason in the same clause"),
        (_asks_before(verdict, reading), "asks in the same clause"),
        (verdict.bare and question is Question.OPEN, "a bare yes or no to an open question"),
    )
    for holds, reason in checks:
        if holds:
            return _doubt(f"{reason}: {verdict.why}", verdict.evidence)
    return verdict


def _is_bare_no_of_a_date(verdict: Verdict, reading: Reading) -> bool:
    """«На вечер нет»: what there is not may be a free hour."""
    particles = all(act.sign in _PARTICLES for act in verdict.evidence)
    return particles and verdict.meaning is Meaning.CANCEL and reading.dates > 0


def _gives_reason_beside(verdict: Verdict, reading: Reading) -> bool:
    """«Буду занята», «приду с работы», «свадьба отменяется» are no answers; «не приду, занята» is one."""
    if verdict.meaning is Meaning.CANCEL and not (verdict.bare and not reading.has(Sign.NO, Sign.DECLINE)):
        return False
    clause_of = reading.company.clause_of
    said = {clause_of[act.start] for act in verdict.evidence if act.sign not in _PARTICLES}
    return any(clause_of[act.start] in said for act in reading.of(Sign.REASON))


def _is_hedged(verdict: Verdict, reading: Reading) -> bool:
    """A hedge counts unless a refusal follows it with a «но»: «собиралась, но не приду»."""
    refusals = [act for act in verdict.evidence if act.sign in (Sign.REFUSE, Sign.CANCEL)]
    return any(
        not any(reading.company.precedes_contrast(hedge.end, act.taken) for act in refusals)
        for hedge in reading.of(Sign.HEDGE)
    )


def _is_in_bad_company(verdict: Verdict, reading: Reading) -> bool:
    """Whether a clear answer may be about something else: every word of its own clause must be known.

    Only a refusal of one's own («не приду») bears unknown words that do not complete it: they are reasons.
    """
    beside: set[int] = set()
    refusals_only = True
    for act in verdict.evidence:
        if act.sign in _PARTICLES:
            continue
        own = act.sign in (Sign.REFUSE, Sign.DECLINE) and reading.company.others.isdisjoint(act.taken)
        refusals_only = refusals_only and own
        beside |= (reading.company.completing if own else reading.company.beside)(act.taken)
        if act.sign is Sign.CANCEL:
            beside |= {at for at in reading.company.weighty & reading.company.around(act.taken) if at > act.end}
    if beside or (reading.company.is_limited and reading.company.unknown):
        return True
    limit = _MAX_UNKNOWN_BESIDE_REFUSAL if refusals_only else min(len(verdict.evidence), _MAX_UNKNOWN_ELSEWHERE)
    return len(reading.company.unknown) > limit


def _is_negated_elsewhere(verdict: Verdict, reading: Reading) -> bool:
    """A left-over «не» undoes a yes and a bare no; a request to cancel only in its own clause."""
    stray = reading.of(Sign.STRAY)
    if verdict.bare or verdict.meaning in _POSITIVE_MEANINGS:
        return bool(stray)
    clause_of = reading.company.clause_of
    cancels = {clause_of[act.start] for act in verdict.evidence if act.sign is Sign.CANCEL}
    return any(clause_of[act.start] in cancels for act in stray)


def _asks_before(verdict: Verdict, reading: Reading) -> bool:
    """«Когда приду, что брать?»: a question word before the promise, with nothing between to end the clause."""
    clause_of = reading.company.clause_of
    return any(
        (asks.end < act.start or (act.sign is Sign.CANCEL and asks.start > act.end))
        and clause_of[asks.end] == clause_of[act.start]
        for asks in reading.of(Sign.ASKS)
        for act in verdict.evidence
        if act.sign in (Sign.ATTEND, Sign.WILL_BE, Sign.CANCEL)
    )


def _answers_first(verdict: Verdict, reading: Reading) -> bool:
    """«Да, а по какому адресу?»; not «какая цена, да, что?»."""
    topics = [act for act in reading.acts if isinstance(act.sign, Topic | Hint)]
    return bool(topics) and verdict.evidence[-1].end < topics[0].start


def _combine(verdict: Verdict, others: dict[Meaning, Act], reading: Reading, question: Question) -> Verdict:
    """Put the answer and the other intents of the same turn in order."""
    asked = others.get(Meaning.QUESTION)
    topic = asked.sign if asked and isinstance(asked.sign, Topic) else None
    chosen = question is Question.CHOOSE_SLOT and reading.sure_number and set(others) <= {Meaning.HOLD}
    if chosen and verdict.meaning is Meaning.YES:
        return Verdict(Meaning.ANSWER, verdict.evidence, _BARE, "one of the choices")
    if verdict.meaning is Meaning.UNCLEAR and (chosen or not others):
        return _value_or_doubt(verdict, reading, question)
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
        return Verdict(lead, (act,), _SURE, _named(lead, act), also, topic)
    also = tuple(meaning for meaning in others if meaning not in _SAY_NOTHING_BESIDE)
    return replace(verdict, also=also, topic=topic)


def _goes_with_bare(verdict: Verdict, others: dict[Meaning, Act], topic: Topic | None) -> bool:
    """«Да, но опоздаю», «да, а по какому адресу?»; not «да, кто это?»."""
    return (
        verdict.meaning in _POSITIVE_MEANINGS
        and set(others) <= _GO_WITH_BARE_YES
        and topic is not Topic.WHO_ARE_YOU
    )


def _value_or_doubt(verdict: Verdict, reading: Reading, question: Question) -> Verdict:
    """A date, a number or a choice may be the answer although nothing else is known of the turn."""
    if question in (Question.ASK_NUMBER, Question.SATISFACTION):
        if reading.sure_number:
            return Verdict(Meaning.ANSWER, confidence=_BARE, why="a number")
        return _doubt("more than one number", ()) if reading.has_number else verdict
    if question is Question.CHOOSE_SLOT and reading.sure_number and not reading.has(Sign.STRAY):
        return Verdict(Meaning.ANSWER, confidence=_BARE, why="one of the choices")
    if question in (Question.ASK_DATE, Question.CHOOSE_SLOT) and reading.dates:
        return Verdict(Meaning.ANSWER, confidence=_BARE, why="a date or time")
    alone = reading.foreign == 0 and not reading.of(*POLAR, Sign.DOUBT, Sign.STRAY)
    if question is not Question.CONFIRM_CANCEL and reading.dates and alone and not reading.when_is_near:
        return Verdict(Meaning.RESCHEDULE, confidence=_CORRECTED, why="names another time")
    hedges = reading.of(Sign.HEDGE, Sign.DOUBT)
    return replace(verdict, why=_reasons(hedges)) if hedges and not verdict.evidence else verdict


def _say(meaning: Meaning, evidence: tuple[Act, ...]) -> Verdict:
    return Verdict(meaning, evidence, _SURE, _reasons(evidence))


def _say_bare(meaning: Meaning, evidence: tuple[Act, ...]) -> Verdict:
    return Verdict(meaning, evidence, _BARE, _reasons(evidence), bare=True)


def _doubt(why: str, evidence: tuple[Act, ...]) -> Verdict:
    return Verdict(Meaning.UNCLEAR, evidence, 0.5, why)


def _named(meaning: Meaning, act: Act) -> str:
    return f"{meaning}: {act.source}"


def _reasons(evidence: Sequence[Act]) -> str:
    return "; ".join(f"{act.sign}: {act.source}" for act in evidence)
