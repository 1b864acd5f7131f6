"""A rehearsal: simulated patients play a scenario through the pure dialogue."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from calls.errors import BadInput
from calls.outcome import Outcome
from scenarios.coverage import Coverage, Way
from scenarios.example import BASES, Example, ExampleVisit
from scenarios.length import seconds_of
from scenarios.population import PHRASEBOOKS, Intent, SimulatedPatient, Temperament
from scenarios.schema import Scenario
from scenarios.trial import Line, Speaker, Trial

MOST_TURNS = 60
PATIENT_S = 1.2  # an answer and the pause before it
TWO_VISITS_SHARE = 0.15
CONTRADICTIONS: Mapping[Intent, frozenset[Outcome]] = {
    Intent.COMES: frozenset({Outcome.CANCELLED}),
    Intent.STAYS_AWAY: frozenset({Outcome.CONFIRMED}),
    Intent.MOVES: frozenset({Outcome.CONFIRMED, Outcome.CANCELLED}),
}


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One simulated call. `wrong` when the outcome contradicts what the patient wanted."""

    number: int
    temperament: Temperament
    intent: Intent
    outcome: Outcome | None
    turns: int
    seconds: float
    script: tuple[Line, ...]
    path: tuple[Way, ...]

    @property
    def dead_end(self) -> bool:
        return self.outcome is None

    @property
    def wrong(self) -> bool:
        return self.outcome in CONTRADICTIONS[self.intent]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a population made of a scenario."""

    scenario: Scenario
    calls: tuple[Rehearsed, ...]
    coverage: Coverage

    @property
    def outcomes(self) -> Counter[str]:
        """Outcomes, most frequent first; `dead_end` where the call came to none."""
        return Counter(call.outcome.value if call.outcome else "dead_end" for call in self.calls)

    @property
    def dead_ends(self) -> tuple[Rehearsed, ...]:
        return tuple(call for call in self.calls if call.dead_end)

    @property
    def wrong(self) -> tuple[Rehearsed, ...]:
        return tuple(call for call in self.calls if call.wrong)

    def average(self, of: str) -> float:
        """The mean of `turns` or `seconds`."""
        return sum(float(getattr(call, of)) for call in self.calls) / len(self.calls) if self.calls else 0.0

    def longest(self, of: str) -> float:
        return max((float(getattr(call, of)) for call in self.calls), default=0.0)


def rehearse(scenario: Scenario, patients: int, seed: int, language: str | None = None) -> Rehearsal:
    """Let `patients` simulated people take the call; the same seed gives the same calls."""
    spoken = language or scenario.main_language
    if spoken not in PHRASEBOOKS or spoken not in scenario.languages:
        raise BadInput(
            f"придуманные пациенты не говорят с этим сценарием на языке «{spoken}»",
            hint="Языки: " + ", ".join(name for name in scenario.languages if name in PHRASEBOOKS),
        )
    rng = random.Random(seed)
    coverage = Coverage()
    calls = []
    for number in range(1, patients + 1):
        patient = SimulatedPatient(spoken, random.Random(rng.random()))
        calls.append(_call(scenario, number, patient, _example(spoken, rng), coverage))
    return Rehearsal(scenario, tuple(calls), coverage)


def _example(language: str, rng: random.Random) -> Example:
    example = BASES[language]
    if rng.random() >= TWO_VISITS_SHARE:
        return example
    first = example.visits[0]
    second = ExampleVisit.model_validate(
        first.model_dump() | {"at": first.at.replace(hour=first.at.hour + 2)}
    )
    return example.model_copy(update={"visits": [first, second]})


def _call(
    scenario: Scenario, number: int, patient: SimulatedPatient, example: Example, coverage: Coverage
) -> Rehearsed:
    trial = Trial(scenario, example)
    script = list(trial.begin())
    turns = 0
    while not trial.over and not trial.transferred and trial.listening and turns < MOST_TURNS:
        script.extend(trial.reply(patient.answer(trial.listening)))
        turns += 1
    coverage.add(scenario.start, trial.dialogue.path)
    spoken = " ".join(line.text for line in script if line.speaker is Speaker.ROBOT)
    seconds = seconds_of(spoken, trial.dialogue.language) + turns * PATIENT_S
    return Rehearsed(
        number,
        patient.temperament,
        patient.intent,
        trial.outcome,
        turns,
        round(seconds, 1),
        tuple(script),
        trial.dialogue.path,
    )
