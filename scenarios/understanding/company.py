"""The company of an answer: the words of the same turn that no rule knows, clause by clause.

An answer is believed for what it says, and distrusted for what stands beside it: «приду» is a yes,
«приду за справкой» is none, because nothing explains the «справка».
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scenarios.understanding.tokens import Token

# A complement stands at most this many words from its verb.
_REACH = 3


@dataclass(frozen=True, slots=True)
class Grammar:
    """How a language builds clauses.

    `openers` begin a clause, `subjects` do when a finite verb follows, `adversatives` are openers that
    limit what was said; right after `binders` no subject opens one, and after `unfinished` words no
    turn ends. `core` verbs alone make an answer clear, `core_refused` ones when negated: idioms need
    plainer company; `copulas` («буду») say by themselves nothing of coming; `tags` («ладно?») ask for
    no more than assent; `favours` are what one asks of us without making it a condition («ждите»).
    Somebody else who comes or
    does not is one of the `patients`. `impersonal` verbs in the third person still speak of the one who
    answers, and so does any verb beside a word of `own` («меня не будет»). `is_light` words can
    complete no verb. `is_object(tokens, at)` tells a complement («за справкой», «найти») from words
    that just stand there; `things(tokens)` are the words that may be what one asks to cancel.
    """

    openers: frozenset[str]
    subjects: frozenset[str]
    adversatives: frozenset[str]
    core: frozenset[str]
    core_refused: frozenset[str]
    patients: frozenset[str]
    impersonal: frozenset[str]
    own: frozenset[str]
    binders: frozenset[str]
    unfinished: frozenset[str]
    copulas: frozenset[str]
    tags: frozenset[str]
    favours: frozenset[str]
    is_light: Callable[[Token], bool]
    is_finite: Callable[[Token], bool]
    is_object: Callable[[Sequence[Token], int], bool]
    is_goal: Callable[[Sequence[Token], int], bool]
    things: Callable[[Sequence[Token]], frozenset[int]]


@dataclass(frozen=True, slots=True)
class KnownWords:
    """Words that rules took: `claimed` for what is said about the visit, `explained` for anything at all;
    `openings` begin a question."""

    claimed: frozenset[int]
    explained: frozenset[int]
    openings: frozenset[int]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words that change nothing beside a clear answer; `away` ones only beside a refusal."""

    harmless: frozenset[str]
    away: frozenset[str]


@dataclass(frozen=True, slots=True)
class Company:
    """Indices of words, and the number of the clause that each word of the turn belongs to.

    `foreign` words are explained by nothing, `unknown` ones are not even harmless, `away` ones
    are harmless beside a refusal only; those of `objects` are complements, `goals` those of them that tell
    where to or what for; `limiting` clauses
    begin with «но». `core` are verbs that make an answer clear, `others` verbs of which somebody else is
    the subject, `strangers` nouns that may be that somebody and are no patient, `kin` those that are,
    `patients` the same in any case and as pronouns.
    `deeds` are verbs that tell of something, however plain: «да мне уже звонили»; `threats` are unknown
    ones that the patient is about to do: «приду и всё разнесу», `own_verbs` are those of the first
    person that mean a deed, `conditions` what others will do («отпустят — приду»), `commands` those
    given to somebody familiar. `past` are verbs in the past, `surnames` foreign names, and before
    `pauses` punctuation stands. `things` may be what one asks to cancel.
    """

    clause_of: tuple[int, ...] = ()
    foreign: frozenset[int] = frozenset()
    unknown: frozenset[int] = frozenset()
    away: frozenset[int] = frozenset()
    objects: frozenset[int] = frozenset()
    goals: frozenset[int] = frozenset()
    core: frozenset[int] = frozenset()
    core_refused: frozenset[int] = frozenset()
    others: frozenset[int] = frozenset()
    strangers: frozenset[int] = frozenset()
    kin: frozenset[int] = frozenset()
    patients: frozenset[int] = frozenset()
    limiting: frozenset[int] = frozenset()
    deeds: frozenset[int] = frozenset()
    threats: frozenset[int] = frozenset()
    own_verbs: frozenset[int] = frozenset()
    surnames: frozenset[int] = frozenset()
    past: frozenset[int] = frozenset()
    pauses: frozenset[int] = frozenset()
    conditions: frozenset[int] = frozenset()
    commands: frozenset[int] = frozenset()
    judged: frozenset[int] = frozenset()
    things: frozenset[int] = frozenset()

    def beside(self, words: Sequence[int]) -> frozenset[int]:
        """The unknown words in the clauses of these words; of a stranger's deed every foreign word."""
        around = self.around(words)
        known = self.others.isdisjoint(words) or not self.patients.isdisjoint(around)
        return (self.unknown if known else self.foreign | self.strangers) & around

    def around(self, words: Sequence[int]) -> frozenset[int]:
        """All words in the clauses of these words."""
        clauses = {self.clause_of[at] for at in words}
        return frozenset(at for at, clause in enumerate(self.clause_of) if clause in clauses)

    def completing(self, words: Sequence[int]) -> frozenset[int]:
        """The unknown words that complete these: «не могу найти», «не приду за справкой»."""
        after = [at for at in sorted(self.strangers) if at > words[-1]]
        near = range(words[0] - _REACH, min([words[-1] + _REACH, *after]) + 1)
        clause = self.around(words) | {words[-1] + 1}
        return frozenset(at for at in self.objects if at in near and at in clause)

    def precedes_contrast(self, at: int, words: Sequence[int]) -> bool:
        """«Хотела прийти, но не смогу»: whether this word stands before the «но» of these."""
        between = range(self.clause_of[at] + 1, self.clause_of[words[0]] + 1)
        return not self.limiting.isdisjoint(between)

    @property
    def weighty(self) -> frozenset[int]:
        """The foreign words that an idiom may be about: unknown ones, and nouns however harmless."""
        return self.unknown | (self.foreign & self.strangers)

    def limits_after(self, at: int) -> bool:
        """Whether something unknown follows a «но» after this word: «не приду, но заеду за справкой»."""
        return any(unknown > at and self.clause_of[unknown] in self.limiting for unknown in self.unknown)

    @property
    def is_limited(self) -> bool:
        """Whether something unknown follows a «но»."""
        return any(self.clause_of[at] in self.limiting for at in self.unknown)


def company(
    tokens: Sequence[Token],
    foreign: frozenset[int],
    words: KnownWords,
    lexicon: Lexicon,
    grammar: Grammar,
) -> Company:
    """Divide a turn into clauses, by pauses where they were heard and by the words that begin a clause."""
    heavy = frozenset(at for at in foreign if not grammar.is_light(tokens[at]))
    away = heavy & (_among(tokens, lexicon.away) | _tagged(tokens, "geox"))
    unknown = heavy - away - _among(tokens, lexicon.harmless)
    clause_of, limiting = _clauses(tokens, words, grammar)
    own = {clause for clause, token in zip(clause_of, tokens, strict=True) if token.form in grammar.own}
    patients = _among(tokens, grammar.patients)
    objects = frozenset(
        at
        for at, token in enumerate(tokens)
        if at not in words.claimed | words.explained
        and (at in unknown | away or ("infn" in token.shape.tags and not token.is_among(grammar.core)))
        and grammar.is_object(tokens, at)
    )
    return Company(
        clause_of=clause_of,
        foreign=foreign,
        unknown=unknown,
        away=away,
        objects=objects,
        goals=frozenset(at for at in objects if grammar.is_goal(tokens, at)),
        core=_among(tokens, grammar.core),
        core_refused=_among(tokens, grammar.core | grammar.core_refused),
        others=frozenset(
            at
            for at in _tagged(tokens, "3per")
            if tokens[at].form not in grammar.impersonal and clause_of[at] not in own
        ),
        kin=_tagged(tokens, "noun", "nomn") & patients,
        patients=patients,
        strangers=_tagged(tokens, "noun") - words.explained - patients,
        limiting=limiting,
        threats=unknown & _tagged(tokens, "futr", "1per"),
        own_verbs=_tagged(tokens, "1per") - _among(tokens, grammar.copulas),
        conditions=_conditions(tokens, words, grammar),
        judged=_judged(tokens, words),
        things=grammar.things(tokens),
        commands=foreign & _tagged(tokens, "impr", "sing") - _tagged(tokens, "noun"),
        pauses=frozenset(at for at, token in enumerate(tokens) if token.pause),
        past=_tagged(tokens, "past"),
        surnames=foreign & (_tagged(tokens, "surn") | _tagged(tokens, "patr")),
        deeds=(_tagged(tokens, "indc") | _tagged(tokens, "infn")) - _tagged(tokens, "impr"),
    )


def _clauses(
    tokens: Sequence[Token], words: KnownWords, grammar: Grammar
) -> tuple[tuple[int, ...], frozenset[int]]:
    """The clause of each word, and those clauses that limit what was said before («но …»)."""
    clause_of: list[int] = []
    said = False
    limiting: set[int] = set()
    for at, token in enumerate(tokens):
        opens = at > 0 and (token.pause or token.opens or _opens(tokens, at, words.openings, grammar, said))
        said = (said and not opens) or grammar.is_finite(token) or at in words.claimed
        clause_of.append((clause_of[-1] if clause_of else 0) + opens)
        if token.form in grammar.adversatives and at > 0:
            limiting.add(clause_of[-1])
    return tuple(_join_fragments(tokens, clause_of, words, grammar)), frozenset(limiting)


def _join_fragments(
    tokens: Sequence[Token], clause_of: Sequence[int], words: KnownWords, grammar: Grammar
) -> list[int]:
    """«Буду, в суде»: after a pause a preposition with its noun still belongs to the verb before."""
    joined = list(clause_of)
    for clause in range(1, max(clause_of, default=0) + 1):
        places = [at for at, number in enumerate(clause_of) if number == clause]
        alone = not any(at in words.explained or grammar.is_finite(tokens[at]) for at in places)
        if alone and "prep" in tokens[places[0]].shape.tags:
            for at in places:
                joined[at] = joined[places[0] - 1]
    return joined


def _conditions(tokens: Sequence[Token], words: KnownWords, grammar: Grammar) -> frozenset[int]:
    """What others will do, and what they are told to do unless it is a mere favour."""
    told = _tagged(tokens, "impr", "plur", "excl") - _among(tokens, grammar.favours)
    will = _tagged(tokens, "futr", "3per") | _tagged(tokens, "futr", "2per")
    return (will - words.explained) | told


def _judged(tokens: Sequence[Token], words: KnownWords) -> frozenset[int]:
    """Nouns followed, one word between at most, by an adjective that agrees with them as a predicate."""
    adjectives = (_tagged(tokens, "adjf", "nomn") | _tagged(tokens, "adjs")) - words.explained
    nouns = _tagged(tokens, "noun", "nomn") - words.explained
    return frozenset(at for at in nouns if adjectives & {at + 1, at + 2} and at + 1 not in nouns)


def _tagged(tokens: Sequence[Token], *tags: str) -> frozenset[int]:
    """The words that bear all of these tags."""
    return frozenset(at for at, token in enumerate(tokens) if token.shape.tags.issuperset(tags))


def _among(tokens: Sequence[Token], words: frozenset[str]) -> frozenset[int]:
    return frozenset(at for at, token in enumerate(tokens) if token.is_among(words))


def _opens(tokens: Sequence[Token], at: int, openings: frozenset[int], grammar: Grammar, said: bool) -> bool:
    """Whether a clause begins here; a subject begins one only after something was `said` in the last one."""
    form = tokens[at].form
    if form in grammar.openers or form in grammar.adversatives or at in openings:
        return True
    if (
        not said
        or form not in grammar.subjects
        or tokens[at - 1].form in grammar.binders
        or at - 1 in openings
    ):
        return False
    for place, token in enumerate(tokens[at + 1 :]):
        ends = token.form in grammar.openers | grammar.adversatives
        bound = token.form in grammar.subjects and tokens[at + place].form not in grammar.binders
        if token.pause or ends or (place and bound):
            return False
        if grammar.is_finite(token):
            return True
    return False
