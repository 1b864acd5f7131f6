"""How English clauses begin and what completes a verb, as far as a telephone answer needs it."""

from collections.abc import Sequence

from scenarios.understanding.company import Grammar
from scenarios.understanding.tokens import Token

_OF_PURPOSE = frozenset("for to into until till before without unless by".split())


def _is_object(tokens: Sequence[Token], at: int) -> bool:
    """A word after a preposition of purpose, perhaps with one word between them."""
    return any(token.form in _OF_PURPOSE for token in tokens[max(0, at - 2) : at])


def _things(tokens: Sequence[Token]) -> frozenset[int]:
    """Words before «cancel» are no object of it in English."""
    return frozenset()


GRAMMAR = Grammar(
    openers=frozenset("and so because since as if when that or".split()),
    subjects=frozenset("i we he she they it".split()),
    adversatives=frozenset("but only except".split()),
    core=frozenset("bring bringing come coming attend make there cancel cancelling canceling".split()),
    core_refused=frozenset({"can", "will", "going"}),
    patients=frozenset(),
    impersonal=frozenset(),
    own=frozenset(),
    binders=frozenset("for to of with by at in on from that if when because".split()),
    unfinished=frozenset("but if or because unless".split()),
    tags=frozenset({"okay", "ok", "right"}),
    copulas=frozenset(),
    favours=frozenset(),
    is_light=lambda token: False,
    is_finite=lambda token: True,
    is_object=_is_object,
    is_goal=_is_object,
    things=_things,
)
