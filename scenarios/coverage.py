"""Which steps and branches conversations have gone through."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from calls.errors import BadInput
from scenarios.flow import reachable
from scenarios.schema import Scenario

Branch = tuple[str, str]
Way = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts over conversations; the universe is the scenario's own steps and their branches."""

    steps: Counter[str] = field(default_factory=Counter)
    ways: Counter[Way] = field(default_factory=Counter)

    def add(self, start: str, path: Iterable[Way]) -> None:
        """Add one conversation."""
        self.steps[start] += 1
        for way in path:
            self.ways[way] += 1
            self.steps[way[2]] += 1

    @property
    def branches(self) -> frozenset[Branch]:
        return frozenset((label, branch) for label, branch, _ in self.ways)

    def missed_steps(self, scenario: Scenario) -> tuple[str, ...]:
        """Own steps that no conversation met."""
        return tuple(label for label in scenario.steps if label in scenario.own and not self.steps[label])

    def missed_branches(self, scenario: Scenario) -> tuple[Branch, ...]:
        """Ways out of own steps that no conversation took."""
        taken = self.branches
        return tuple(branch for branch in branches_of(scenario, scenario.own) if branch not in taken)

    def missed_shared(self, scenario: Scenario) -> tuple[Branch, ...]:
        """The same for the shared parts the scenario uses and can reach."""
        shared = frozenset(reachable(scenario)) - scenario.own
        taken = self.branches
        ways = {(label, f"always.{name}") for label in scenario.steps for name in scenario.always}
        asides = {name for label, name in taken if (label, name) in ways}
        missed = [branch for branch in branches_of(scenario, shared) if branch not in taken]
        missed += [("always", name) for name in scenario.always if f"always.{name}" not in asides]
        return tuple(missed)

    def share(self, scenario: Scenario) -> tuple[float, float]:
        """Covered shares of own steps and own branches, 0 to 1."""
        steps, branches = len(scenario.own), len(branches_of(scenario, scenario.own))
        met = steps - len(self.missed_steps(scenario))
        taken = branches - len(self.missed_branches(scenario))
        return met / steps if steps else 1.0, taken / branches if branches else 1.0


def read_paths(file: Path, scenario: Scenario) -> Coverage:
    """Conversations from a file of JSON lines, each a list of [step, branch, next]; BadInput else."""
    coverage = Coverage()
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"файл {file} не читается", hint="Нужны строки JSON: по разговору в строке."
        ) from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            coverage.add(scenario.start, _path_of(line, file, number))
    return coverage


def _path_of(line: str, file: Path, number: int) -> list[Way]:
    try:
        ways = json.loads(line)
        return [(str(label), str(branch), str(target)) for label, branch, target in ways]
    except (ValueError, TypeError) as error:
        raise BadInput(
            f"{file}:{number}: это не путь разговора", hint='Пример: [["greeting", "go", "will_you_come"]]'
        ) from error


def path_line(path: Iterable[Way]) -> str:
    """One conversation as a line of such a file."""
    return json.dumps([list(way) for way in path], ensure_ascii=False)


def branches_of(scenario: Scenario, labels: Iterable[str]) -> tuple[Branch, ...]:
    """Every way out of these steps, global intents left out."""
    wanted = set(labels)
    return tuple(
        dict.fromkeys(
            (label, exit_.name)
            for label, step in scenario.steps.items()
            if label in wanted
            for exit_ in step.exits()
        )
    )
