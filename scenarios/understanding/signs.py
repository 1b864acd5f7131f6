"""Signs: what a piece of a turn shows, before it is decided what the whole turn means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

from scenarios.understanding.meaning import Meaning, Topic
from scenarios.understanding.patterns import Compiler, Pattern
from scenarios.understanding.tokens import Token


class Sign(StrEnum):
    """Evidence about the visit and about the way it is said. Meanings and topics are signs as well."""

    YES = "yes particle"
    SOFT_YES = "agreement"  # a yes only where the question is not whether they come
    WRY = "agreement that may be irony"  # a yes, but never to a cancellation
    NO = "no particle"
    SOFT_NO = "disagreement"  # a no only where the question is not whether they come
    ATTEND = "will come"
    WILL_BE = "will be"  # «буду»: a promise only when no foreign words follow
    KEEP = "visit stays"
    NOT_MOVED = "no other time"  # the visit stays, unless it is refused
    REFUSE = "will not come"
    CANCEL = "asks to cancel"
    DECLINE = "does not want"  # «не надо»: of the visit, or of what was just offered
    MOVE = "asks to move"
    NOT_FIT = "does not suit"
    FITS = "suits"
    HEDGE = "hedge"
    PERHAPS = "slight hedge"  # a hedge unless the refusal is also a request to cancel
    CORRECT = "correction"
    DOUBT = "may be a misheard negation"
    MISHEARD = "perhaps turned round"  # «нет приду», «да, Вань, приду»: a doubt that no likeness settles
    SCOFF = "scoff"  # a doubt unless a clear refusal follows: «да ну, не пойду»
    STRAY = "negation of something unknown"
    REASON = "reason"
    READY = "readiness"  # tells of getting ready: with a yes a confirmation, alone none
    BUSY = "cannot talk now"  # wants to be called later, unless they have said that they come
    ASKS = "asks"
    OTHER_DEED = "about something else"
    EXPLAINED = "says nothing"


class Hint(Enum):
    """A word that, where something is asked, tells what. Its values are the topics' own."""

    PRICE = "price"
    ADDRESS = "address"
    DOCTOR = "doctor"
    PREPARATION = "preparation"
    TIME = "time"
    DOCUMENTS = "documents"
    WHO_ARE_YOU = "who_are_you"


AnySign = Sign | Meaning | Topic | Hint


POLAR = frozenset(
    {
        Sign.YES,
        Sign.WRY,
        Sign.SOFT_YES,
        Sign.NO,
        Sign.SOFT_NO,
        Sign.ATTEND,
        Sign.WILL_BE,
        Sign.KEEP,
        Sign.NOT_MOVED,
        Sign.REFUSE,
        Sign.CANCEL,
        Sign.DECLINE,
        Sign.MOVE,
        Sign.NOT_FIT,
        Sign.FITS,
    }
)
HEDGES = (Sign.HEDGE, Sign.PERHAPS)
DOUBTS = (Sign.DOUBT, Sign.MISHEARD, Sign.SCOFF)
_WITHIN_A_CLAUSE = frozenset({Sign.OTHER_DEED, Sign.HEDGE})
_OWN_PHRASE_BONUS = 100


@dataclass(frozen=True, slots=True)
class Act:
    """One sign, found at these words (gaps left out) by this pattern, which may be a clinic's own."""

    sign: AnySign
    taken: tuple[int, ...]
    source: str
    own: bool = False

    @property
    def start(self) -> int:
        return self.taken[0]

    @property
    def end(self) -> int:
        """The index of the last word."""
        return self.taken[-1]


@dataclass(frozen=True, slots=True)
class Rule:
    sign: AnySign
    pattern: Pattern
    bonus: int = 0


_Rank = tuple[int, bool, int, bool, int]


def _rank(rule: Rule, act: Act) -> _Rank:
    """The order in which acts take words: long ones, then tight and anchored ones, first."""
    yields = rule.sign is Sign.OTHER_DEED
    return (
        -len(act.taken) - rule.bonus,
        yields,
        act.end - act.start,
        not rule.pattern.anchored,
        act.start,
    )


class RuleBook:
    """All rules of a language, found by the first word that they need."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_key: dict[str, list[Rule]] = {}
        self._anywhere: list[Rule] = []
        for rule in rules:
            self._file(rule)

    def _file(self, rule: Rule) -> None:
        first = rule.pattern.elements[0]
        keys = first.forms | first.lemmas
        if not keys or first.optional or first.gap:
            self._anywhere.append(rule)
            return
        for key in keys:
            self._by_key.setdefault(key, []).append(rule)

    def read(self, tokens: Sequence[Token]) -> list[Act]:
        """The acts of a turn in order: the longest, then the tightest patterns win; no word serves two."""
        found: list[tuple[_Rank, Act]] = []
        for start, token in enumerate(tokens):
            rules = {
                id(rule): rule
                for key in (token.form, *token.shape.lemmas)
                for rule in self._by_key.get(key, ())
            }
            for rule in (*rules.values(), *self._anywhere):
                taken = rule.pattern.match(tokens, start)
                if taken and not (rule.sign in _WITHIN_A_CLAUSE and _crosses_pause(taken, tokens)):
                    act = Act(rule.sign, taken, rule.pattern.source, rule.bonus > 0)
                    found.append((_rank(rule, act), act))
        found.sort(key=lambda item: item[0])
        used: set[int] = set()
        acts: list[Act] = []
        for _, act in found:
            if used.isdisjoint(act.taken):
                used.update(act.taken)
                acts.append(act)
        return sorted(acts, key=lambda act: act.start)


def _crosses_pause(taken: Sequence[int], tokens: Sequence[Token]) -> bool:
    """«Не буду, приду, хватит спрашивать»: across a pause no deed is spoken of, and nothing hedged."""
    return any(tokens[at].pause for at in range(taken[0] + 1, taken[-1] + 1))


def compile_rules(
    compiler: Compiler,
    sources: Mapping[AnySign, str],
    own_phrases: Mapping[Meaning, Sequence[str]],
) -> RuleBook:
    """The language's rules and, before them, the clinic's own phrases."""
    rules = [
        Rule(sign, pattern) for sign, text in sources.items() for pattern in compiler.compile_lines(text)
    ]
    for meaning, phrases in own_phrases.items():
        sign: Sign | Meaning = _SIGN_OF_OWN_PHRASE.get(meaning, meaning)
        rules += [Rule(sign, compiler.phrase(text), _OWN_PHRASE_BONUS) for text in phrases]
    return RuleBook(rules)


_SIGN_OF_OWN_PHRASE: Mapping[Meaning, Sign] = {
    Meaning.CONFIRM: Sign.ATTEND,
    Meaning.CANCEL: Sign.REFUSE,
    Meaning.RESCHEDULE: Sign.MOVE,
    Meaning.YES: Sign.YES,
    Meaning.NO: Sign.NO,
    Meaning.UNCLEAR: Sign.HEDGE,
}
