"""Reads a turn with a language's rules and decides what it means."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from calls.transcript import Transcript
from scenarios.understanding.calendar import Calendar, monday_to_friday
from scenarios.understanding.classifier import Classifier
from scenarios.understanding.company import Company, KnownWords, Lexicon, company
from scenarios.understanding.decide import decide
from scenarios.understanding.language import Language, Number
from scenarios.understanding.meaning import Meaning, Question, Topic, Understanding
from scenarios.understanding.mentions import Mention, to_when
from scenarios.understanding.patterns import Compiler
from scenarios.understanding.reading import Reading, Verdict
from scenarios.understanding.second_opinion import LEARNT, settle
from scenarios.understanding.signs import HEDGES, POLAR, Act, Hint, Sign, compile_rules
from scenarios.understanding.tokens import Shape, Token, tokenise

# Below this confidence of a word that carries the answer, the recogniser itself was guessing.
_TRUSTED_WORD = 0.7
_TRUSTED_WORD_READ_BACK = 0.5  # of a wish to cancel; the answer to the read-back needs more
# And below this mean of a whole turn it was guessing at most of it: other speech forced into known words.
_TRUSTED_TURN = 0.9
_UNKNOWN_WORD_FACTOR = 0.6
_LONGEST_SHORT_ANSWER = 4
_SHORT_ANSWERS = frozenset({Meaning.CONFIRM, Meaning.CANCEL, Meaning.YES, Meaning.NO})
_YES_OR_NO = frozenset(
    {Question.CONFIRM_VISIT, Question.CONFIRM_CANCEL, Question.YES_NO, Question.CHOOSE_SLOT}
)
_MAY_GO_ON = frozenset(
    {
        *HEDGES,
        Sign.CORRECT,
        Sign.STRAY,
        Sign.DOUBT,
        Sign.MISHEARD,
        Sign.SCOFF,
        Sign.MOVE,
        Sign.NOT_FIT,
        Sign.REASON,
    }
)
_TURNED_BY_NEGATION = frozenset(
    {Sign.ATTEND, Sign.WILL_BE, Sign.CANCEL, Sign.KEEP, Sign.YES, Sign.FITS, Sign.SOFT_YES}
)
_SAID_IN_FULL = frozenset({Sign.ATTEND, Sign.WILL_BE, Sign.REFUSE, Sign.CANCEL})
_FAR = 2  # words between an answer and an unheard one, beyond which neither turns nor completes the other
_TURNING_REACH = 2  # words before a verb where an unheard «не» may have stood
_DATES = frozenset({"@when", "@not_when"})
_NOMINATIVE = frozenset({"nomn"})


class RuleUnderstander:
    """Understanding of one language by rules, and by a classifier where the language has one; holds
    nothing of a call, so one serves all calls."""

    def __init__(
        self,
        language: Language,
        own_phrases: Mapping[Meaning, Sequence[str]],
        is_working: Callable[[date], bool] = monday_to_friday,
        classifier: Classifier | None = None,
    ) -> None:
        self._language = language
        self._is_working = is_working
        self._classifier = classifier
        self._book = compile_rules(
            Compiler(language.shape_of, language.macros, language.negations), language.rules, own_phrases
        )

    def understand(
        self, utterance: Transcript, question: Question, now: datetime, zone: ZoneInfo
    ) -> Understanding:
        """What the turn means in answer to the question; `now` is aware, days are the zone's."""
        calendar = Calendar(now.astimezone(zone), self._is_working)
        words = self._tokenise(utterance)
        mentions = self._language.mentions(words, calendar)
        tokens, mention_places = self._fold(words, mentions)
        acts = self._acts(tokens)
        kept = _leave_refused(mentions, mention_places, acts)
        offers = _offers_other_time(mentions, kept, mention_places, acts)
        mentions = kept
        numbers = _outside(self._language.numbers(words), mentions, question)
        reading = replace(self._reading(tokens, acts, mentions, numbers, calendar), offers_other_time=offers)
        verdict = self._settle(decide(reading, question), reading, words, question)
        is_read_back = verdict.meaning is Meaning.CANCEL and question is Question.CONFIRM_VISIT
        verdict = _trust(verdict, tokens, self._language.grammar.copulas, is_read_back=is_read_back)
        return Understanding(
            text=utterance.text,
            meaning=verdict.meaning,
            also=tuple(verdict.also),
            topic=verdict.topic,
            when=to_when(mentions, utterance.text, zone.key),
            number=numbers[-1].value if reading.sure_number else None,
            confidence=round(verdict.confidence, 2),
            why=verdict.why,
        )

    def _settle(
        self, verdict: Verdict, reading: Reading, words: Sequence[Token], question: Question
    ) -> Verdict:
        """A clinic's own phrases outrank whatever was learnt."""
        if self._classifier is None or question not in LEARNT or any(act.own for act in reading.acts):
            return verdict
        opinion = self._classifier.judge(words, question)
        all_heard = not any(word.is_unknown for word in words)
        return settle(verdict, opinion, reading, all_heard=all_heard)

    def is_unambiguous_short(self, text: str, question: Question) -> bool:
        """Whether a partial transcript is a complete short answer that more words can hardly change."""
        words = self._tokenise(Transcript.of(text))
        tokens, _ = self._fold(words, [])
        acts = self._acts(tokens)
        if len(tokens) > _LONGEST_SHORT_ANSWER or not acts or acts[-1].end != len(tokens) - 1:
            return False
        foreign = self._foreign(tokens, acts)
        reading = Reading(
            acts,
            foreign=len(foreign),
            company=self._company(tokens, acts, foreign),
            asked=any(token.asked for token in tokens),
        )
        verdict = decide(reading, question)
        known = all(act.sign in POLAR or act.sign is Sign.EXPLAINED for act in acts)
        settled = not any(act.sign in _MAY_GO_ON for act in acts) and known and reading.foreign == 0
        return settled and question in _YES_OR_NO and verdict.meaning in _SHORT_ANSWERS and not verdict.also

    def _tokenise(self, heard: Transcript) -> list[Token]:
        language = self._language
        return tokenise(heard, language.shape_of, language.expand, language.turning)

    def _fold(self, words: Sequence[Token], mentions: Sequence[Mention]) -> tuple[list[Token], list[int]]:
        """Each date as one token, fillers gone; also the place of each mention among the tokens."""
        starts = {mention.start: mention for mention in mentions}
        tokens: list[Token] = []
        places: list[int] = []
        at, pause, left_out, opens = 0, False, False, False
        while at < len(words):
            mention, word = starts.get(at), words[at]
            pause = pause or word.pause
            if mention:
                inside = words[mention.start : mention.end]
                places.append(len(tokens))
                tokens.append(
                    Token(
                        " ".join(token.form for token in inside),
                        _shape_of_date(inside, mention.excluded),
                        min(token.confidence for token in inside),
                        pause and bool(tokens),
                        inside[-1].asked,
                        opens,
                    )
                )
                at, pause, left_out, opens = mention.end, False, False, False
                continue
            if word.form not in self._language.fillers or len(words) == 1:
                if not (left_out and tokens and tokens[-1].form == word.form):
                    tokens.append(replace(word, pause=pause and bool(tokens), opens=opens))
                pause = left_out = opens = False
            else:
                if word.asked and tokens:
                    tokens[-1] = replace(tokens[-1], asked=True)
                left_out = True
                opens = opens or word.form in self._language.opening_fillers
            at += 1
        return tokens, places

    def _acts(self, tokens: Sequence[Token]) -> tuple[Act, ...]:
        acts = self._book.read(tokens)
        acts = [self._beware_of_neighbour(act, tokens) for act in acts]
        taken = {at for act in acts for at in act.taken}
        stray = [
            Act(Sign.STRAY, (at,), token.form)
            for at, token in enumerate(tokens)
            if at not in taken and token.form in self._language.negations
        ]
        return tuple(sorted([*acts, *stray], key=lambda act: act.start))

    def _beware_of_neighbour(self, act: Act, tokens: Sequence[Token]) -> Act:
        """A «приду» right after a «не» that belongs to something else, or after «кто», is no promise."""
        if act.sign not in _TURNED_BY_NEGATION:
            return act
        at = act.start - 1
        tags = tokens[act.start].shape.tags
        misheard = at >= 0 and tokens[at].form in self._language.misheard and not tokens[act.start].pause
        # «Не отмените» nobody says: this imperative was not negated.
        if act.sign is Sign.CANCEL and "impr" in tags and "perf" in tags and "impf" not in tags:
            return act
        if misheard and act.sign in (Sign.ATTEND, Sign.WILL_BE, Sign.CANCEL):
            return replace(act, sign=Sign.MISHEARD)
        while at > 0 and tokens[at].form in self._language.transparent:
            at -= 1
        if at < 0:
            return act
        before = tokens[at]
        asked_of = act.sign is Sign.ATTEND and before.form in self._language.questioning
        if asked_of or before.form in self._language.turning:
            return replace(act, sign=Sign.MISHEARD)
        return act

    def _foreign(self, tokens: Sequence[Token], acts: Sequence[Act]) -> frozenset[int]:
        """The words that no rule knows."""
        taken = {at for act in acts if not isinstance(act.sign, Hint) for at in act.taken}
        taken.update(
            at for number in self._language.numbers(tokens) for at in range(number.start, number.end)
        )
        return frozenset(
            at
            for at, token in enumerate(tokens)
            if at not in taken
            and not token.is_unknown
            and not token.is_among(self._language.plain_words)
            and token.shape.lemmas.isdisjoint(_DATES)
        )

    def _company(self, tokens: Sequence[Token], acts: Sequence[Act], foreign: frozenset[int]) -> Company:
        claimed = frozenset(at for act in acts if act.sign in POLAR for at in act.taken)

        def follows_verb(at: int) -> bool:
            """«Скиньте адрес»: the topic is what the verb before it is about."""
            return at > 0 and at - 1 not in claimed and self._language.grammar.is_finite(tokens[at - 1])

        explained = frozenset(at for act in acts if isinstance(act.sign, Sign | Topic) for at in act.taken)
        openings = frozenset(
            act.start
            for act in acts
            if act.sign is Sign.ASKS or (isinstance(act.sign, Topic) and not follows_verb(act.start))
        )
        words = KnownWords(claimed, explained, openings)
        lexicon = Lexicon(self._language.harmless_words, self._language.away_words)
        return company(tokens, foreign, words, lexicon, self._language.grammar)

    def _reading(
        self,
        tokens: Sequence[Token],
        acts: tuple[Act, ...],
        mentions: Sequence[Mention],
        numbers: Sequence[Number],
        calendar: Calendar,
    ) -> Reading:
        asks_from = min((act.start for act in acts if isinstance(act.sign, Topic)), default=len(tokens))
        evidence = {
            at
            for act in acts
            if act.sign in POLAR
            and act.sign is not Sign.KEEP
            and not (act.sign is Sign.YES and act.start > asks_from)
            for at in act.taken
        }
        wanted = [window for mention in mentions if not mention.excluded for window in mention.windows]
        corrected = any(act.sign is Sign.CORRECT for act in acts)
        between = {tokens[at].form for at in range(len(tokens))} & {"нет", "no"}
        values = {number.value for number in numbers}
        foreign = self._foreign(tokens, acts)
        return Reading(
            acts=acts,
            foreign=len(foreign),
            company=self._company(tokens, acts, foreign),
            asked=any(
                tokens[at].asked
                and not (len(evidence) > 1 and tokens[at].form in self._language.grammar.tags)
                for at in evidence
            ),
            question_mark=any(token.asked for token in tokens),
            dates=len(mentions),
            when_is_near=bool(wanted) and all(calendar.is_near(w) and w.has_date for w in wanted),
            has_number=bool(numbers),
            trails_off=len(tokens) > 1 and tokens[-1].form in self._language.grammar.unfinished,
            sure_number=len(values) == 1 or (len(values) > 1 and (corrected or bool(between))),
        )


def _outside(numbers: list[Number], mentions: Sequence[Mention], question: Question) -> list[Number]:
    """Numbers that are not part of a date, except where a number was asked for."""
    if question in (Question.ASK_NUMBER, Question.SATISFACTION):
        return numbers
    return [
        number
        for number in numbers
        if not any(mention.start < number.end and number.start < mention.end for mention in mentions)
    ]


def _shape_of_date(words: Sequence[Token], excluded: bool) -> Shape:
    """A date is one token to the rules; they may still ask for a word in it («через»)."""
    lemmas = frozenset({"@not_when" if excluded else "@when"}) | {f"@{word.form}" for word in words}
    # «Завтра понедельник» says what day it is, «завтра в понедельник» when one comes.
    return Shape(lemmas, words[0].shape.tags & _NOMINATIVE if len(words) == 1 else frozenset())


def _leave_refused(mentions: list[Mention], places: Sequence[int], acts: Sequence[Act]) -> list[Mention]:
    """«завтра не могу, давайте послезавтра»: tomorrow is not wanted, nor a day cancelled."""
    refusing = (Sign.REFUSE, Sign.CANCEL, Sign.NOT_FIT)
    refused: set[int] = set()
    for act in acts:
        if act.sign not in refusing or len(mentions) < 2:
            continue
        inside = [at for at, place in enumerate(places) if act.start <= place <= act.end]
        before = [at for at, place in enumerate(places) if place == act.start - 1]
        after = [at for at, place in enumerate(places) if place == act.end + 1]
        refused.update((inside or before or after)[:1])
    if len(refused) == len(mentions):
        return list(mentions)
    return [
        replace(mention, excluded=True) if at in refused else mention for at, mention in enumerate(mentions)
    ]


def _offers_other_time(
    mentions: Sequence[Mention], kept: Sequence[Mention], places: Sequence[int], acts: Sequence[Act]
) -> bool:
    """One time refused and another left, or only an hour of the day refused: «утром не могу»."""
    newly_refused = any(
        after.excluded and not before.excluded for before, after in zip(mentions, kept, strict=True)
    )
    if newly_refused:
        return any(not mention.excluded for mention in kept)
    beside = {place for act in acts if act.sign is Sign.REFUSE for place in (act.start - 1, act.end + 1)}
    return len(kept) == 1 and not kept[0].has_date and places[0] in beside


def _is_said_beside_unknown(verdict: Verdict, tokens: Sequence[Token], copulas: frozenset[str]) -> bool:
    """«Да, приду [unk], спасибо»: said in two ways, or a «не» heard, or the unheard word is far away, and
    nothing unheard may turn it, nor complete a «не буду»."""
    places = [at for at, token in enumerate(tokens) if token.is_unknown]
    clear = [
        act
        for act in verdict.evidence
        if act.sign in _SAID_IN_FULL
        and not any(_reach(act) <= at <= act.end + tokens[act.end].is_among(copulas) for at in places)
    ]
    refused = any(act.sign in (Sign.REFUSE, Sign.CANCEL) for act in clear)
    far = any(all(at < act.start - _FAR or at > act.end + _FAR for at in places) for act in clear)
    twice = len(verdict.evidence) > 1 and len(places) == 1
    return bool(clear) and (twice or refused or far)


def _reach(act: Act) -> int:
    """The first place where an unheard word might turn an act; one that is negated already has none."""
    return act.start if act.sign is Sign.REFUSE else act.start - _TURNING_REACH


def _mean_confidence(tokens: Sequence[Token]) -> float:
    return sum(token.confidence for token in tokens) / max(len(tokens), 1)


def _trust(
    verdict: Verdict, tokens: Sequence[Token], copulas: frozenset[str], *, is_read_back: bool
) -> Verdict:
    """Scale by the recogniser's confidence. Beside an unknown word a yes or a no is no answer, and of
    anything else a single known word is too little: a closed vocabulary hears one in any noise.
    """
    carried = [tokens[at].confidence for act in verdict.evidence for at in act.taken]
    heard = min(carried or [token.confidence for token in tokens] or [0.0])
    unknown = any(token.is_unknown for token in tokens) and not _is_said_beside_unknown(
        verdict, tokens, copulas
    )
    lonely = unknown and sum(not token.is_unknown for token in tokens) == 1
    if is_read_back:
        guessed = heard < _TRUSTED_WORD_READ_BACK
    else:
        guessed = heard < _TRUSTED_WORD or _mean_confidence(tokens) < _TRUSTED_TURN
    if lonely or (verdict.meaning in _SHORT_ANSWERS and (unknown or guessed)):
        reason = "an unknown word beside it" if unknown else "heard with too little confidence"
        return replace(
            verdict, meaning=Meaning.UNCLEAR, confidence=0.3, why=f"{reason}: {verdict.why}", also=()
        )
    return replace(
        verdict, confidence=verdict.confidence * heard * (_UNKNOWN_WORD_FACTOR if unknown else 1.0)
    )
