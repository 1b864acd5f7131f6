"""The state of one conversation, as its steps see and change it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from calls.outcome import Outcome
from calls.slot import Slot
from scenarios.exchange import DialogueCommand, Listen, Say, Settle
from scenarios.facts import Facts, MissingFact
from scenarios.schema import Answer, Resume, Scenario
from scenarios.text import Text, sentences_of
from scenarios.understanding import Understander, Understanding, When

# When the visits of one call end differently, the call's outcome is the first of these.
BY_WEIGHT = (
    Outcome.WANTS_OPERATOR,
    Outcome.NOT_UNDERSTOOD,
    Outcome.WANTS_RESCHEDULE,
    Outcome.CANCELLED,
    Outcome.RESCHEDULED,
    Outcome.CONFIRMED,
)


@dataclass(slots=True)
class Memory:
    """What one step remembers while it waits."""

    misunderstood: int = 0
    silent: int = 0
    stage: str = ""
    digits: str = ""
    slots: tuple[Slot, ...] = ()
    chosen: Slot | None = None
    searches: int = 0
    refused: list[str] = field(default_factory=list)


@dataclass(slots=True, repr=False)
class Talk:
    """One conversation under way."""

    scenario: Scenario
    facts: Facts
    understander: Understander
    now: datetime
    commands: list[DialogueCommand] = field(default_factory=list)
    label: str = ""
    return_to: str | Resume = ""
    branch: str = "go"
    visit: int = 0
    turns: int = 0
    began: bool = False
    machine_ready: bool = False
    keys_only: bool = False
    over: bool = False
    last_said: Say | None = None
    listening: Listen | None = None
    understanding: Understanding | None = None
    wish: When | None = None
    callback: datetime | None = None
    booked: Slot | None = None
    results: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    task: str = ""
    visit_outcomes: dict[str, Outcome] = field(default_factory=dict)
    memories: dict[str, Memory] = field(default_factory=dict)
    path: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def memory(self) -> Memory:
        return self.memories.setdefault(self.label, Memory())

    def forget(self) -> None:
        """Enter a step with a clean memory."""
        self.memories[self.label] = Memory()

    def say(
        self, text: Text | None, extra: Mapping[str, object] | None = None, *, final: bool = False
    ) -> None:
        """Speak a text; `final` may not be interrupted."""
        if text is not None:
            self.say_words(self.words(text, extra), final=final)

    def say_words(self, sentences: tuple[str, ...], *, final: bool = False) -> None:
        """Speak sentences that are ready."""
        if not sentences:
            return
        last = self.commands[-1] if self.commands else None
        if isinstance(last, Say):
            sentences = last.sentences + sentences
            self.commands.pop()
        said = Say(sentences, interruptible=not final)
        self.commands.append(said)
        self.last_said = said

    def words(self, text: Text, extra: Mapping[str, object] | None = None) -> tuple[str, ...]:
        """The sentences of a text with what this call knows by now."""
        known = self.call_facts() | dict(extra or {})
        return words_of(text, self.scenario, self.facts, self.visit, known)

    def note(self, text: Text) -> str:
        """A text for people to read: the same slots."""
        known = self.call_facts()
        variants = text.variants(self.facts.language, self.scenario.main_language)
        complete = (variant for variant in variants if self.facts.can_write(variant, self.visit, known))
        chosen = next(complete, variants[-1] if variants else "")
        return self.facts.write(chosen, self.visit, known)

    def call_facts(self) -> dict[str, object]:
        """Slots that only the call itself knows."""
        known: dict[str, object] = {f"answer.{name}": value for name, value in self.results.items()}
        if self.callback:
            known |= {"callback.date": self.callback, "callback.time": self.callback}
        if self.booked:
            known |= offer_facts(self.booked)
        return known

    def listen(self, listen: Listen) -> None:
        """Wait for an answer."""
        self.commands.append(listen)
        self.listening = listen

    def command(self, command: DialogueCommand) -> None:
        self.commands.append(command)

    def settle(self, outcome: Outcome) -> None:
        """The one and only settlement of the call."""
        self.commands.append(self.settlement(outcome))

    def settlement(self, outcome: Outcome) -> Settle:
        visits = {f"visit:{reference}": ended.value for reference, ended in self.visit_outcomes.items()}
        return Settle(outcome, self.results | visits, tuple(dict.fromkeys(self.tags)), self.task)

    def tag(self, tag: str | None) -> None:
        if tag and tag not in self.tags:
            self.tags.append(tag)

    def take(self, answer: Answer, name: str) -> str:
        """Follow an answer."""
        self.branch = name
        self.tag(answer.tag)
        self.say(answer.say)
        return answer.go

    def combined_outcome(self) -> Outcome | None:
        """What the visits settled so far come to; None while one of them is open."""
        return self.heaviest() if len(self.visit_outcomes) == len(self.facts.visits) else None

    def heaviest(self) -> Outcome | None:
        """What needs the clinic's attention most among the visits settled; None when there are none."""
        return next((outcome for outcome in BY_WEIGHT if outcome in self.visit_outcomes.values()), None)

    def leave_open_visits(self) -> None:
        """Visits not spoken of are not confirmed by what was said of others."""
        if self.visit_outcomes:
            for visit in self.facts.visits:
                self.visit_outcomes.setdefault(visit.reference, Outcome.ANSWERED)


def words_of(
    text: Text, scenario: Scenario, facts: Facts, visit: int = 0, extra: Mapping[str, object] | None = None
) -> tuple[str, ...]:
    """The sentences of the first variant that can be filled, else those sentences that can.

    Facts are checked before the call; should one be missing still, its sentence is left out.
    """
    variants = text.variants(facts.language, scenario.main_language)
    for variant in variants:
        try:
            return sentences_of(facts.fill(variant, visit, extra))
        except MissingFact:
            continue
    sentences: list[str] = []
    for sentence in sentences_of(variants[-1]) if variants else ():
        try:
            sentences.append(facts.fill(sentence, visit, extra))
        except MissingFact:
            continue
    return tuple(sentences)


def offer_facts(slot: Slot) -> dict[str, object]:
    """The slots by which an offered time is spoken."""
    return {"offer.date": slot.starts_at, "offer.time": slot.starts_at, "offer.doctor": slot.doctor}
