"""Which steps and branches conversations have gone through."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

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
