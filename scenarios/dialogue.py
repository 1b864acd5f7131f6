"""A conversation: events in, commands out. No I/O, no clock, no randomness."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date, datetime
from functools import lru_cache

from calls.outcome import Outcome
from calls.transcript import Transcript
from scenarios.exchange import (
    Began,
    DialogueCommand,
    DialogueEvent,
    Finish,
    Heard,
    MachineAnswered,
    Pressed,
    Say,
    Settle,
    StayedSilent,
    Transfer,
    TransferFailed,
)
from scenarios.facts import Facts
from scenarios.schema import Next, Resume, Scenario
from scenarios.sentences import spoken_before_the_call
from scenarios.talk import Talk
from scenarios.understanding import Meaning, Understander, understander
from scenarios.understanding.calendar import monday_to_friday

MOST_STEPS_AT_ONCE = 100
GRACE_TURNS = 3


class Dialogue:
    """One call's conversation. `now` is aware and stands for the whole call."""

    def __init__(self, scenario: Scenario, facts: Facts, understander: Understander, now: datetime) -> None:
        self._scenario = scenario
        self._talk = Talk(scenario, facts, understander, now)
        self._transferring = False

    def copy(self) -> "Dialogue":
        """The same conversation, free to go another way; what never changes is shared."""
        talk = self._talk
        shared = (talk.scenario, talk.facts, talk.understander)
        twin = Dialogue(talk.scenario, talk.facts, talk.understander, talk.now)
        twin._talk = deepcopy(talk, {id(part): part for part in shared})
        twin._transferring = self._transferring
        return twin

    @property
    def language(self) -> str:
        return self._talk.facts.language

    @property
    def label(self) -> str:
        """The step where the conversation stands."""
        return self._talk.label

    @property
    def over(self) -> bool:
        """Whether `Finish` has been given."""
        return self._talk.over

    @property
    def path(self) -> tuple[tuple[str, str, str], ...]:
        """Every step left so far: its label, the branch taken, the label it led to."""
        return tuple(self._talk.path)

    @property
    def outcome_so_far(self) -> Outcome | None:
        """What the call has come to, should the line be lost now; None while nothing is decided."""
        return self._talk.combined_outcome()

    @property
    def settlement_so_far(self) -> Settle:
        """Results, tags and task gathered so far, for a call that ends without being settled."""
        talk = self._talk
        return talk.settlement(talk.combined_outcome() or Outcome.HUNG_UP)

    @property
    def meaning_of_last(self) -> str:
        """The class of the patient's last turn of speech, for the transcript."""
        understood = self._talk.understanding
        return understood.meaning.value if understood else ""

    def sentences(self) -> tuple[str, ...]:
        """Every sentence this call may say that can be rendered before dialling."""
        return spoken_before_the_call(self._scenario, self._talk.facts)

    def wants_turn(self, partial: Transcript) -> bool:
        """Whether a partial transcript is a complete short answer, so that the turn may end early."""
        listening = self._talk.listening
        if listening is None or self._talk.over:
            return False
        return self._talk.understander.is_unambiguous_short(partial.text, listening.question)

    def handle(self, event: DialogueEvent) -> tuple[DialogueCommand, ...]:
        """What to do now. Once the call is settled nothing is answered any more."""
        talk = self._talk
        if talk.over or (isinstance(event, Began) == talk.began):
            return ()
        talk.began = True
        talk.commands = []
        self._run(self._react(event))
        self._transferring = any(isinstance(command, Transfer) for command in talk.commands)
        return _in_order(talk.commands)

    def _react(self, event: DialogueEvent) -> Next:
        talk = self._talk
        talk.branch = "go"
        if isinstance(event, Began):
            return self._scenario.start
        if self._transferring and not isinstance(event, TransferFailed):
            return None
        if isinstance(event, Heard | Pressed | StayedSilent):
            talk.turns += 1
            if talk.turns > self._scenario.limits.turns:
                talk.branch = "always.unclear"
                return "" if talk.turns > self._scenario.limits.turns + GRACE_TURNS else self._give_up()
        if isinstance(event, MachineAnswered):
            talk.machine_ready = talk.machine_ready or event.ready
            answer = self._scenario.always.get("machine")
            if answer and answer.go != talk.label:
                talk.branch = "always.machine"
                return answer.go
        if isinstance(event, Heard | Pressed):
            talk.machine_ready = False
        return self._scenario.steps[talk.label].hear(talk, event)

    def _give_up(self) -> str:
        return self._scenario.always["unclear"].go

    def _run(self, target: Next) -> None:
        """Follow labels until a step waits or all is over; an endless loop ends in a person's hands."""
        talk = self._talk
        for _ in range(MOST_STEPS_AT_ONCE):
            if target is None:
                return
            label = target.label if isinstance(target, Resume) else target
            step = self._scenario.steps.get(label)
            if step is None:
                break
            if talk.label:
                talk.path.append((talk.label, talk.branch, label))
            talk.label, talk.branch = label, "go"
            target = step.resume(talk, target) if isinstance(target, Resume) else step.enter(talk)
        else:
            target = ""
        if target is None or talk.over:
            return
        talk.settle(Outcome.NOT_UNDERSTOOD)
        talk.command(Finish())
        talk.over = True


def _in_order(commands: list[DialogueCommand]) -> tuple[DialogueCommand, ...]:
    """Neighbouring sentences are said in one breath."""
    merged: list[DialogueCommand] = []
    for command in commands:
        last = merged[-1] if merged else None
        if isinstance(command, Say) and isinstance(last, Say):
            merged[-1] = Say(last.sentences + command.sentences, last.interruptible and command.interruptible)
        else:
            merged.append(command)
    return tuple(merged)


def phrases_for(scenario: Scenario, language: str) -> Mapping[Meaning, tuple[str, ...]]:
    """The clinic's own phrases by meaning, for the understander of that language."""
    return {Meaning(name): phrases for name, phrases in scenario.phrases.get(language, {}).items()}


def understander_for(
    scenario: Scenario, language: str, is_working: Callable[[date], bool] = monday_to_friday
) -> Understander:
    """The understanding a scenario needs; compiling its rules takes half a second, so calls share it."""
    return _compiled(language, tuple(phrases_for(scenario, language).items()), is_working)


@lru_cache(maxsize=16)
def _compiled(
    language: str, phrases: tuple[tuple[Meaning, tuple[str, ...]], ...], is_working: Callable[[date], bool]
) -> Understander:
    return understander(language, dict(phrases), is_working)
