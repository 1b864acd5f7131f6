"""What turns a yes or a no back into doubt. The same for every language."""

from collections.abc import Sequence

from scenarios.understanding.meaning import Meaning, Question, Topic
from scenarios.understanding.reading import Ground, Reading, Verdict, doubt
from scenarios.understanding.signs import DOUBTS, HEDGES, Act, Hint, Sign

# More unknown words than this in other clauses, and the turn was probably not said to us.
_MAX_UNKNOWN_ELSEWHERE = 2
_MAX_UNKNOWN_BESIDE_PROMISE = 6  # where the promise stands in a clause of its own
_CLOSE = 2  # words between a verb and its object
POLAR_MEANINGS = frozenset({Meaning.CONFIRM, Meaning.CANCEL, Meaning.YES, Meaning.NO})
POSITIVE_MEANINGS = frozenset({Meaning.CONFIRM, Meaning.YES})
_PARTICLES = frozenset({Sign.YES, Sign.WRY, Sign.SOFT_YES, Sign.FITS, Sign.NO, Sign.SOFT_NO})


def guard(verdict: Verdict, reading: Reading, question: Question) -> Verdict:
    """Everything that turns a yes or a no back into doubt."""
    if verdict.meaning not in POLAR_MEANINGS:
        return verdict
    # A particle said twice in two ways («естественно, конечно») bears one word that no rule knows.
    idiom = any(act.sign not in _PARTICLES for act in verdict.evidence)
    weighty = reading.company.weighty
    if verdict.meaning is Meaning.CANCEL:
        weighty -= reading.company.away
    foreign = len(weighty) if idiom else _weight_beside_particle(verdict, reading)
    limit = min(len(verdict.evidence) - 1, 1)
    plain = refuses_plainly(verdict.evidence, reading) and verdict.meaning is Meaning.CANCEL
    excused = plain or (not (verdict.bare and idiom) and _tells_of_being_late(verdict, reading))
    words, reason, mind, always = Ground
    checks: tuple[tuple[object, str, Ground], ...] = (
        (_is_hedged(verdict, reading), "hedged", mind),
        (_is_doubted(verdict, reading), "perhaps not meant", mind),
        (reading.trails_off, "not said to its end", reason),
        (verdict.bare and not excused and foreign > limit, "too many words that no rule knows", words),
        (
            verdict.bare and not idiom and not excused and _tells_of_a_deed(verdict, reading),
            "a deed beside a bare yes or no",
            words,
        ),
        (verdict.bare and not idiom and reading.company.judged, "says what something is like", reason),
        (
            not verdict.bare and _is_in_bad_company(verdict, reading),
            "unknown words beside the answer",
            words,
        ),
        (_threatens(verdict, reading), "announces something else too", reason),
        (
            verdict.meaning in POSITIVE_MEANINGS and reading.company.commands,
            "speaks to somebody else",
            reason,
        ),
        (_is_conditional(verdict, reading), "what must come first", always),
        (_is_negated_elsewhere(verdict, reading), "a negation is left over", words),
        (reading.asked and verdict.meaning in POSITIVE_MEANINGS, "asked, not said", always),
        (
            verdict.bare and reading.has(Sign.ASKS) and not _answers_first(verdict, reading),
            "asks beside a bare yes or no",
            words,
        ),
        (_is_bare_no_of_a_date(verdict, reading), "a bare no beside a date", reason),
        (not excused and _gives_reason_beside(verdict, reading), "a reason in the same clause", words),
        (_asks_before(verdict, reading), "asks in the same clause", words),
        (_speaks_of_another_deed(verdict, reading), "speaks of another deed", reason),
        (verdict.bare and question is Question.OPEN, "a bare yes or no to an open question", reason),
    )
    found = [(why, ground) for holds, why, ground in checks if holds]
    if not found:
        return verdict
    weight = max(ground for _, ground in found)
    if _is_about_something_else(verdict, reading):
        weight = always
    return doubt(f"{found[0][0]}: {verdict.why}", verdict.evidence, verdict.meaning, weight)


def _is_about_something_else(verdict: Verdict, reading: Reading) -> bool:
    """«Приду за справкой», «буду в школе», «отмените рекламу», «да, придёт автобус»: an unknown word tells
    where to, what for or what, or who it is that comes."""
    company = reading.company
    told = [act for act in verdict.evidence if act.sign not in _PARTICLES]
    if not told:
        return bool(company.others and not company.patients)
    return any(_is_told_of_another(act, reading) for act in told)


def _is_told_of_another(act: Act, reading: Reading) -> bool:
    company = reading.company
    if act.sign is Sign.CANCEL:
        return any(0 < at - act.end <= _CLOSE for at in company.things & company.unknown)
    completing = company.completing(act.taken)
    goals = completing & (company.objects - company.goals if act.sign is Sign.WILL_BE else company.goals)
    for goal in _completed(goals, act, reading):
        if not any(goal < other.start < act.start for other in reading.acts):
            return True
    someone = not company.others.isdisjoint(act.taken)
    return someone and not company.patients & company.around(act.taken)


def refuses_plainly(acts: Sequence[Act], reading: Reading) -> bool:
    """«Не приду», «не ждите», «отмените»: the read-back makes up for words that no rule knows."""
    company = reading.company
    return any(
        act.sign is Sign.CANCEL
        or (act.sign is Sign.REFUSE and not company.core_refused.isdisjoint(act.taken))
        for act in acts
    )


def promises_alone(act: Act, reading: Reading) -> bool:
    """«Ну сколько можно, я же ответил: буду!»: a promise in a clause of its own, between pauses."""
    company = reading.company
    if act.sign not in (Sign.ATTEND, Sign.WILL_BE) or reading.question_mark:
        return False
    clause = sorted(company.around(act.taken))
    after = clause[-1] + 1
    return (
        company.foreign.isdisjoint(clause)
        and clause == list(range(clause[0], after))
        and (clause[0] == 0 or clause[0] in company.pauses)
        and (after == len(company.clause_of) or after in company.pauses)
    )


def _tells_of_being_late(verdict: Verdict, reading: Reading) -> bool:
    """«Да, приду, с дачи еду, опоздаю»: who tells of being late is on the way, whatever keeps them."""
    promised = any(act.sign in (Sign.ATTEND, Sign.WILL_BE, Sign.YES) for act in verdict.evidence)
    late = any(act.sign is Meaning.LATE for act in reading.acts)
    return verdict.meaning is Meaning.CONFIRM and promised and late


def _threatens(verdict: Verdict, reading: Reading) -> bool:
    """«Приду и всё разнесу»; «корову подою и приеду» only tells what comes first."""
    if verdict.meaning not in POSITIVE_MEANINGS:
        return False
    said = min((act.start for act in verdict.evidence), default=0)
    return any(at > said for at in reading.company.threats)


def _weight_beside_particle(verdict: Verdict, reading: Reading) -> int:
    """«Нет, я уехала из города»: beside a no with its reason the words of reasons weigh nothing."""
    late = any(act.sign is Meaning.LATE for act in reading.acts)
    if late or (verdict.meaning is Meaning.CANCEL and reading.has(Sign.REASON)):
        return len(reading.company.unknown)
    company = reading.company
    return len(company.foreign - company.surnames - _told_otherwise(verdict, reading))


def _is_bare_no_of_a_date(verdict: Verdict, reading: Reading) -> bool:
    """«На вечер нет»: what there is not may be a free hour."""
    particles = all(act.sign in _PARTICLES for act in verdict.evidence)
    told = reading.has(Sign.REASON)
    return particles and verdict.meaning is Meaning.CANCEL and reading.dates > 0 and not told


def _gives_reason_beside(verdict: Verdict, reading: Reading) -> bool:
    """«Буду занята», «приду с работы», «свадьба отменяется» are no answers, nor is
    «да, болею»; «не приду, занята» is one."""
    if verdict.bare and verdict.meaning is Meaning.CONFIRM and not reading.has(Sign.ATTEND, Sign.WILL_BE):
        return reading.has(Sign.REASON)
    if verdict.meaning is Meaning.CANCEL and not (verdict.bare and not reading.has(Sign.NO, Sign.DECLINE)):
        return False
    clause_of = reading.company.clause_of
    said = {clause_of[act.start] for act in verdict.evidence if act.sign not in _PARTICLES}
    own = [act.start for act in verdict.evidence if _is_own_promise(act, reading)]
    reasons = [act for act in reading.of(Sign.REASON) if not own or act.end > max(own)]
    return any(clause_of[act.start] in said for act in reasons)


def _tells_of_a_deed(verdict: Verdict, reading: Reading) -> bool:
    """«Да мне уже звонили»: a verb that no rule takes, in a clause that neither asks nor announces."""
    asks = (
        reading.question_mark
        or reading.has(Sign.ASKS)
        or any(isinstance(a.sign, Topic) for a in reading.acts)
    )
    taken = {at for act in reading.acts if asks or not isinstance(act.sign, Hint) for at in act.taken}
    known = taken | _told_otherwise(verdict, reading)
    return not reading.company.deeds <= known


def _is_doubted(verdict: Verdict, reading: Reading) -> bool:
    """«Да ну, какой приём… Не приду»: a clear refusal outlives what was doubtful before a pause."""
    doubts = reading.of(*DOUBTS)
    if verdict.bare or verdict.meaning is not Meaning.CANCEL:
        return bool(doubts)
    last = max(act.start for act in verdict.evidence if act.sign not in _PARTICLES)
    if refuses_plainly([act for act in verdict.evidence if act.start == last], reading):
        doubts = tuple(act for act in doubts if act.sign is not Sign.SCOFF or act.start > last)
    first = min(act.start for act in verdict.evidence if act.sign not in _PARTICLES)
    return any(reading.company.pauses.isdisjoint(range(act.end + 1, first + 1)) for act in doubts)


def _is_conditional(verdict: Verdict, reading: Reading) -> bool:
    """«Отпустят — приду»: before a promise, without a yes, somebody else's deed to come."""
    promises = [act for act in verdict.evidence if act.sign in (Sign.ATTEND, Sign.WILL_BE)]
    if not promises or verdict.meaning not in POSITIVE_MEANINGS or reading.has(Sign.YES):
        return False
    said = {at for act in verdict.evidence for at in act.taken}
    return any(at < promises[-1].start for at in reading.company.conditions - said)


def _is_hedged(verdict: Verdict, reading: Reading) -> bool:
    """A hedge counts unless a refusal follows it with a «но»: «собиралась, но не приду»; a slight one
    does not when one refuses and asks to cancel: «не придём, наверное, отменяйте». What follows a hedged
    yes overcomes nothing: «скорее всего да, но не ждите»."""
    refusals = [act for act in verdict.evidence if act.sign in (Sign.REFUSE, Sign.CANCEL)]
    told = verdict.meaning is Meaning.CANCEL and len({act.sign for act in refusals}) > 1
    hedges = reading.of(Sign.HEDGE) if told else reading.of(*HEDGES)
    return any(not _is_overcome(hedge, refusals, reading) for hedge in hedges)


def _is_overcome(hedge: Act, refusals: Sequence[Act], reading: Reading) -> bool:
    if any(agreed.start > hedge.end for agreed in reading.of(Sign.YES)):
        return False
    return any(reading.company.precedes_contrast(hedge.end, act.taken) for act in refusals)


def _is_in_bad_company(verdict: Verdict, reading: Reading) -> bool:
    """Whether a clear answer may be about something else: every word of its own clause must be known.

    Only a refusal («не приду») bears unknown words that do not complete it: they are reasons.
    """
    beside: set[int] = set()
    company = reading.company
    for act in verdict.evidence:
        if act.sign in _PARTICLES:
            continue
        known = company.others.isdisjoint(act.taken) or not company.patients.isdisjoint(
            company.around(act.taken)
        )
        own = act.sign in (Sign.REFUSE, Sign.DECLINE) and known
        promised = _is_own_promise(act, reading)
        if promised:
            beside |= _completed(reading.company.objects & company.around(act.taken), act, reading)
        elif act.sign is Sign.READY:
            beside |= reading.company.around(act.taken) & reading.company.unknown
        elif own:
            beside |= _completed(company.completing(act.taken) - company.away, act, reading)
        elif act.sign is Sign.CANCEL:
            beside |= _asked_to_cancel(act, reading)
        else:
            beside |= reading.company.beside(act.taken)
        if act.sign in (Sign.ATTEND, Sign.WILL_BE) and not promised:
            beside |= reading.company.around(act.taken) & reading.company.away
    unknown = reading.company.unknown - _told_otherwise(verdict, reading)
    if beside or _tells_of_being_late(verdict, reading):
        return bool(beside)
    if verdict.meaning is Meaning.CANCEL and refuses_plainly(verdict.evidence, reading):
        return company.limits_after(max(act.end for act in verdict.evidence))
    if reading.company.is_limited and unknown:
        return True
    alone = any(promises_alone(act, reading) for act in verdict.evidence)
    return len(unknown) > (_MAX_UNKNOWN_BESIDE_PROMISE if alone else _MAX_UNKNOWN_ELSEWHERE)


def _completed(objects: frozenset[int], act: Act, reading: Reading) -> set[int]:
    """«Талон в сумке лежит, приду»: what stands before another verb completes that one."""
    deeds = reading.company.deeds
    return {
        at for at in objects if at > act.start or at in deeds or deeds.isdisjoint(range(at + 1, act.start))
    }


def _asked_to_cancel(act: Act, reading: Reading) -> set[int]:
    """Words that may be what to cancel, rather than the visit: any after it, and nouns close before."""
    company = reading.company
    objects = company.weighty | company.away
    close = (company.unknown & company.things) & frozenset(range(act.start - _CLOSE, act.start))
    return {at for at in objects & company.around(act.taken) if at > act.end} | (
        close & company.around(act.taken)
    )


def _told_otherwise(verdict: Verdict, reading: Reading) -> frozenset[int]:
    """The words of clauses that ask or announce something else: «приду, а это в старом корпусе?»."""
    company = reading.company
    said = company.around([at for act in verdict.evidence for at in act.taken])
    asks = reading.question_mark or reading.has(Sign.ASKS)
    kinds = Meaning | Topic | Hint if asks else Meaning | Topic
    others = [act.start for act in reading.acts if isinstance(act.sign, kinds)]
    told = company.around(others) - said
    return frozenset(at for at in told if at >= min(others)) if verdict.bare else told


def _is_own_promise(act: Act, reading: Reading) -> bool:
    """«Приеду первой электричкой»: only what completes such a verb counts."""
    return act.sign is Sign.ATTEND and not reading.company.own_verbs.isdisjoint(act.taken)


def _speaks_of_another_deed(verdict: Verdict, reading: Reading) -> bool:
    """«Да, буду спать»; of a clear answer only when the deed is said around it."""
    return any(
        verdict.bare or any(deed.start < act.start < deed.end for act in verdict.evidence)
        for deed in reading.of(Sign.OTHER_DEED)
    )


def _is_negated_elsewhere(verdict: Verdict, reading: Reading) -> bool:
    """A left-over «не» undoes a yes and a bare no; a request to cancel only in its own clause."""
    stray = reading.of(Sign.STRAY)
    if verdict.bare or verdict.meaning in POSITIVE_MEANINGS:
        told = _told_otherwise(verdict, reading)
        stray = tuple(act for act in stray if act.start not in told)
        if any(promises_alone(act, reading) for act in verdict.evidence):
            return any(_may_turn(act, verdict, reading) for act in stray)
        return bool(stray)
    clause_of = reading.company.clause_of
    cancels = [act.start for act in verdict.evidence if act.sign is Sign.CANCEL]
    return any(
        clause_of[act.start] == clause_of[at] and act.start + 1 not in reading.company.deeds - {at}
        for act in stray
        for at in cancels
    )


def _may_turn(stray: Act, verdict: Verdict, reading: Reading) -> bool:
    """Whether a left-over «не» stands in the clause of the answer, or before anything but some other verb."""
    company = reading.company
    around = company.around(stray.taken)
    said = company.around([at for act in verdict.evidence for at in act.taken])
    negates_verb = stray.start + 1 in company.deeds
    return stray.start in said or not negates_verb or not company.core.isdisjoint(around)


def _asks_before(verdict: Verdict, reading: Reading) -> bool:
    """«Когда приду, что брать?»: a question word before the promise, in the same clause."""
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
