"""Steps nobody reaches, steps without a way to the end, talk without end, prompts that are too long."""

from collections.abc import Iterator
from difflib import get_close_matches

from scenarios.checks.texts import saved_answers
from scenarios.document import Document, Path_
from scenarios.facts import CONDITIONS, VALUES
from scenarios.findings import Finding, Severity
from scenarios.flow import RETURNING, ends, reachable
from scenarios.length import LONGEST_PROMPT_S, longest_prompts
from scenarios.schema import Scenario
from scenarios.steps.visit import Step as Visit
from scenarios.steps.when import Condition
from scenarios.steps.when import Step as When


def check(scenario: Scenario, document: Document) -> Iterator[Finding]:
    """All that concerns the way through the steps."""
    met = set(reachable(scenario))
    for label in scenario.steps:
        if label in scenario.own and label not in met:
            yield document.finding(
                ("steps", label),
                f"к шагу «{label}» нет пути",
                "Ведите к нему go или ответом, или уберите его.",
                Severity.WARNING,
                of_key=True,
            )
    yield from _endless(scenario, document)
    yield from _without_end(scenario, document, met)
    yield from _conditions(scenario, document)
    yield from _useless_go(scenario, document)
    for label, seconds in longest_prompts(scenario):
        if label in scenario.own and seconds > LONGEST_PROMPT_S:
            yield document.finding(
                ("steps", label),
                f"пациент слушает здесь около {seconds:.0f} с подряд (предел {LONGEST_PROMPT_S:.0f} с)",
                "Сократите: длинное никто не дослушает.",
                Severity.WARNING,
                of_key=True,
            )


def _endless(scenario: Scenario, document: Document) -> Iterator[Finding]:
    """A circle of steps none of which waits for the patient."""
    for label in scenario.own:
        seen: list[str] = []
        waiting = [label]
        while waiting:
            at = waiting.pop()
            step = scenario.steps.get(at)
            if step is None or step.waits or at in seen:
                continue
            seen.append(at)
            following = [exit_.target for exit_ in step.exits()]
            if label in following and not _counts_visits(scenario, seen):
                yield document.finding(
                    ("steps", label),
                    f"шаги идут по кругу без вопроса: {' → '.join([*seen, label])}",
                    "Робот говорил бы без конца; добавьте в круг вопрос или уберите go.",
                    of_key=True,
                )
                break
            waiting.extend(following)


def _counts_visits(scenario: Scenario, labels: list[str]) -> bool:
    """A circle through `visit` ends with the last visit."""
    steps = (scenario.steps[label] for label in labels)
    return any(isinstance(step, Visit) and step.visit.next in labels for step in steps)


def _without_end(scenario: Scenario, document: Document, met: set[str]) -> Iterator[Finding]:
    """Steps from which no answer leads to an end."""
    fine = {label for label, step in scenario.steps.items() if ends(step) or step.kind in RETURNING}
    grown = True
    while grown:
        more = {
            label
            for label, step in scenario.steps.items()
            if label not in fine and any(exit_.target in fine for exit_ in step.exits())
        }
        fine |= more
        grown = bool(more)
    for label in scenario.own & met - fine:
        yield document.finding(
            ("steps", label),
            f"от шага «{label}» ни один ответ не ведёт к концу разговора",
            "Добавьте путь к шагу end.",
            of_key=True,
        )


def _useless_go(scenario: Scenario, document: Document) -> Iterator[Finding]:
    """A `go` that is never taken: the step leads on by its answers, or nowhere."""
    for label in scenario.own:
        step = scenario.steps[label]
        if step.go and not step.falls_through:
            yield document.finding(
                ("steps", label, "go"),
                f"из шага {step.kind} по go не ходят",
                "Уберите go: дальше ведут ответы, или разговор на этом кончается.",
                of_key=True,
            )


def _conditions(scenario: Scenario, document: Document) -> Iterator[Finding]:
    """Conditions on facts that do not exist."""
    for label in scenario.own:
        step = scenario.steps[label]
        if not isinstance(step, When):
            continue
        for index, condition in enumerate(step.when):
            fact = condition.fact
            yield from _values(condition, ("steps", label, "when", index), document)
            if fact.startswith("answer.") and fact.removeprefix("answer.") not in saved_answers(scenario):
                yield document.finding(
                    ("steps", label, "when", index, "fact"), f"«{fact}» нигде не сохраняется"
                )
            if fact not in CONDITIONS and not fact.startswith(("answer.", "tag.", "clinic.")):
                close = get_close_matches(fact, CONDITIONS, 1)
                yield document.finding(
                    ("steps", label, "when", index, "fact"),
                    f"неизвестное сведение «{fact}»",
                    f"Может быть, «{close[0]}»?" if close else "Есть: " + ", ".join(CONDITIONS),
                )


def _values(condition: Condition, path: Path_, document: Document) -> Iterator[Finding]:
    """Values that the fact never has: such a branch is dead."""
    known = VALUES.get(condition.fact)
    wanted = [condition.is_] if isinstance(condition.is_, str) else condition.is_
    if wanted == []:
        yield document.finding((*path, "is"), "список пуст: условие никогда не верно", of_key=True)
    for value in wanted or ():
        if known and value not in known:
            close = get_close_matches(value, known, 1)
            hint = f"Может быть, «{close[0]}»?" if close else "Бывает: " + ", ".join(known)
            yield document.finding((*path, "is"), f"{condition.fact} не бывает «{value}»", hint)
