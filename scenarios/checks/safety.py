"""No confirmation without a yes, no cancelling without a read-back, no secret on a machine."""

from collections.abc import Iterator
from dataclasses import dataclass

from calls.outcome import Outcome
from scenarios.document import Document, Path_
from scenarios.findings import Finding, Severity
from scenarios.schema import Scenario
from scenarios.steps.ask import Step as Ask
from scenarios.steps.end import Step as End
from scenarios.steps.message import Step as Message
from scenarios.steps.visit import Step as Visit
from scenarios.text import slots_of
from scenarios.understanding import Question

CONFIRMING = frozenset({"confirm", "late", "yes", "booked"})
MEDICAL = frozenset({"doctor", "speciality", "visit.service", "visit.preparation"})
KEY_WORDS = ("нажм", "клавиш", "press ")


@dataclass(frozen=True, slots=True)
class Branch:
    """One way out of a question, and its place in the file."""

    label: str
    name: str
    target: str
    path: Path_
    question: Question | None


def check(scenario: Scenario, document: Document) -> Iterator[Finding]:
    """All that would harm a patient."""
    for branch in _branches(scenario):
        outcomes = set(_settled_after(scenario, branch.target))
        if Outcome.CANCELLED in outcomes and not _may_cancel(branch):
            yield document.finding(
                branch.path,
                f"ответ «{branch.name}» отменяет визит без переспроса",
                "Сначала спросите вопросом confirm_cancel: «Вы хотите отменить запись. Верно?»",
            )
        if Outcome.CONFIRMED in outcomes and branch.name not in CONFIRMING:
            yield document.finding(
                branch.path,
                f"ответ «{branch.name}» подтверждает визит, хотя пациент не сказал «да»",
                "К подтверждению ведут только ответы confirm, late и yes.",
            )
    for outcome in (Outcome.CONFIRMED, Outcome.CANCELLED):
        if outcome in set(_settled_after(scenario, scenario.start)):
            yield document.finding(("steps", scenario.start), f"итог {outcome} наступает без единого вопроса")
    yield from _messages(scenario, document)
    yield from _combined_ends(scenario, document)


def _branches(scenario: Scenario) -> Iterator[Branch]:
    for label in scenario.own:
        step = scenario.steps[label]
        if not step.waits:
            continue
        question = step.ask.question if isinstance(step, Ask) else None
        for exit_ in step.exits():
            path: Path_ = ("steps", label)
            if isinstance(step, Ask):
                inside = ("answers", exit_.name) if exit_.name in step.ask.answers else (exit_.name,)
                path = ("steps", label, "ask", *inside)
            yield Branch(label, exit_.name, exit_.target, path, question)
    for name, answer in scenario.always.items():
        yield Branch("", name, answer.go, ("always", name), None)


def _may_cancel(branch: Branch) -> bool:
    """Only a yes to the read-back itself."""
    return branch.question is Question.CONFIRM_CANCEL and branch.name == "cancel"


def _settled_after(scenario: Scenario, label: str) -> Iterator[Outcome]:
    """The outcomes that follow without another word of the patient."""
    waiting, seen = [label], set[str]()
    while waiting:
        at = waiting.pop()
        step = scenario.steps.get(at)
        if step is None or step.waits or at in seen:
            continue
        seen.add(at)
        if isinstance(step, End) and step.end.outcome:
            yield step.end.outcome
        if isinstance(step, Visit) and step.visit.outcome:
            yield step.visit.outcome
        waiting.extend(exit_.target for exit_ in step.exits())


def _messages(scenario: Scenario, document: Document) -> Iterator[Finding]:
    for label in scenario.own:
        step = scenario.steps[label]
        if not isinstance(step, Message):
            continue
        for variant in step.message.all_variants:
            secret = next((slot.name for slot in slots_of(variant) if slot.name in MEDICAL), None)
            if secret:
                yield document.finding(
                    ("steps", label, "message"),
                    f"на автоответчик нельзя говорить {{{secret}}}: запись услышит любой",
                    "Назовите клинику и попросите перезвонить.",
                )
            if any(word in variant.casefold() for word in KEY_WORDS):
                yield document.finding(
                    ("steps", label, "message"),
                    "автоответчик не нажимает клавиш",
                    "Уберите слова о клавишах.",
                )


def _combined_ends(scenario: Scenario, document: Document) -> Iterator[Finding]:
    """An end without an outcome of its own needs visits that were settled."""
    if any(isinstance(step, Visit) for step in scenario.steps.values()):
        return
    for label in scenario.own:
        step = scenario.steps[label]
        if isinstance(step, End) and step.end.outcome is None:
            yield document.finding(
                ("steps", label, "end"), "не сказан итог разговора", "Добавьте outcome.", Severity.ERROR
            )
