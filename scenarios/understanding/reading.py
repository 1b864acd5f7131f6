"""What was read of a turn, and the verdict on it."""

from dataclasses import dataclass, field
from enum import IntEnum

from scenarios.understanding.company import Company
from scenarios.understanding.meaning import Meaning, Topic
from scenarios.understanding.signs import Act, Sign

SURE = 0.97
_DOUBTED = 0.5


class Ground(IntEnum):
    """On what ground a yes or a no is doubted, the weakest first."""

    WORDS = 1  # no rule knows what stands beside it
    REASON = 2  # something in the turn speaks against it
    MIND = 3  # hedged, or perhaps not meant
    ALWAYS = 4  # no likeness to other turns settles it


@dataclass(frozen=True, slots=True)
class Verdict:
    """A meaning, the acts that carry it, how sure the rule is, and why; `doubted` is the yes or no that
    was seen and not believed, on that `ground`."""

    meaning: Meaning
    evidence: tuple[Act, ...] = ()
    confidence: float = SURE
    why: str = ""
    also: tuple[Meaning, ...] = ()
    topic: Topic | None = None
    bare: bool = False
    doubted: Meaning | None = None
    ground: Ground = Ground.REASON


@dataclass(frozen=True, slots=True)
class Reading:
    """A turn as signs: `foreign` counts words that no rule knows, `dates` the days and hours named.

    `trails_off` is set when the turn ends where a clause begins («да, но»).
    `company` tells where the unknown words stand that are not harmless beside a clear answer.
    """

    acts: tuple[Act, ...]
    foreign: int = 0
    company: Company = field(default_factory=Company)
    asked: bool = False
    question_mark: bool = False
    dates: int = 0
    when_is_near: bool = False
    offers_other_time: bool = False
    has_number: bool = False
    sure_number: bool = False
    trails_off: bool = False

    def of(self, *signs: Sign) -> tuple[Act, ...]:
        return tuple(act for act in self.acts if act.sign in signs)

    def has(self, *signs: Sign) -> bool:
        return any(act.sign in signs for act in self.acts)


def doubt(
    why: str, evidence: tuple[Act, ...], doubted: Meaning | None = None, ground: Ground = Ground.REASON
) -> Verdict:
    """Nothing to act upon: the question is asked again."""
    return Verdict(Meaning.UNCLEAR, evidence, _DOUBTED, why, doubted=doubted, ground=ground)
