"""The graph of a scenario: which step leads where, and what a call with given facts can reach."""

from collections.abc import Iterator

from scenarios.facts import Facts
from scenarios.schema import Exit, Scenario, StepBase

# Steps that lead back to the question asked, not to a label of their own.
RETURNING = frozenset({"back", "repeat"})

ENDING = frozenset({"end", "message", "transfer"})


def ends(step: StepBase) -> bool:
    """Whether the conversation ends with this step."""
    return step.kind in ENDING


def always_exits(scenario: Scenario) -> Iterator[Exit]:
    """Where the global intents lead from every question."""
    for name, answer in scenario.always.items():
        yield Exit(f"always.{name}", "", answer.go)


def reachable(scenario: Scenario, facts: Facts | None = None) -> tuple[str, ...]:
    """Labels in the order in which they are met; with facts, only what this call can meet."""
    seen: dict[str, None] = {}
    waiting = [scenario.start]
    asked = False
    while waiting:
        label = waiting.pop(0)
        step = scenario.steps.get(label)
        if step is None or label in seen:
            continue
        seen[label] = None
        waiting.extend(step.targets(facts))
        if step.waits and not asked:
            asked = True
            waiting.extend(exit_.target for exit_ in always_exits(scenario))
    return tuple(seen)
