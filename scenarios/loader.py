"""From a YAML file to a `Scenario`, or to findings that say where and how to mend it."""

import importlib.resources
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from calls.errors import BadInput
from scenarios.complaints import findings_of
from scenarios.document import Document, Path_, Unreadable, read_file, read_text
from scenarios.findings import Finding, Severity
from scenarios.schema import LABEL, Answer, Scenario, ScenarioFile, SharedFile, StepBase
from scenarios.steps import kinds

READY = importlib.resources.files("scenarios") / "ready"
SHARED = READY / "shared"
NEEDED_ALWAYS = ("unclear", "silence", "hearing_lost")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The scenario, unless an error was found; `document` knows the places in the file."""

    scenario: Scenario | None
    findings: tuple[Finding, ...]
    document: Document | None = None


def ready_made() -> tuple[str, ...]:
    """The names of the scenarios that come with the program."""
    return tuple(
        sorted(
            item.name.removesuffix(".yaml")
            for item in READY.iterdir()
            if item.name.endswith(".yaml") and not item.name.endswith(".test.yaml")
        )
    )


def path_of(name: str) -> Path:
    """The file of a ready-made scenario, or the path itself."""
    if name in ready_made():
        return Path(str(READY / f"{name}.yaml"))
    return Path(name)


def load(name: str | Path) -> Scenario:
    """Load a ready-made scenario by name or any by path; BadInput tells every error found."""
    from scenarios.check import load_checked  # the checks read scenarios with this very module

    return load_checked(name)


def read(path: Path) -> Loaded:
    """Read and validate a file."""
    try:
        document = read_file(path)
    except Unreadable as error:
        return Loaded(None, (error.finding,))
    return build(document)


def read_string(text: str, file: str = "<text>") -> Loaded:
    """Read and validate a scenario given as text."""
    try:
        document = read_text(text, file)
    except Unreadable as error:
        return Loaded(None, (error.finding,))
    return build(document)


def build(document: Document) -> Loaded:
    """Validate a document's shape, its steps and the labels between them."""
    if not isinstance(document.value, dict):
        return Loaded(None, (document.finding((), "файл должен начинаться с «scenario: имя»"),), document)
    try:
        head = ScenarioFile.model_validate(document.value)
    except ValidationError as error:
        head, problems = None, list(findings_of(error, document, (), ScenarioFile))
    else:
        problems = []
    raw_steps = document.value.get("steps")
    own = _steps(raw_steps, document, problems) if isinstance(raw_steps, dict) else {}
    if head is None:
        return Loaded(None, tuple(problems), document)
    shared_steps, shared_always = _shared(head, document, problems)
    steps = _with_next(own) | {label: step for label, step in shared_steps.items() if label not in own}
    scenario = Scenario(
        name=head.scenario,
        title=head.title,
        about=head.about,
        languages=tuple(head.languages),
        start=head.start or next(iter(own), ""),
        always=shared_always | head.always,
        phrases=_phrases(head),
        limits=head.limits,
        steps=steps,
        own=frozenset(own),
    )
    if not problems:
        problems.extend(_dangling(scenario, document, own))
    broken = any(problem.severity is Severity.ERROR for problem in problems)
    return Loaded(None if broken else scenario, tuple(problems), document)


def _steps(raw: Mapping[str, Any], document: Document, problems: list[Finding]) -> dict[str, StepBase]:
    steps: dict[str, StepBase] = {}
    for label, body in raw.items():
        path: Path_ = ("steps", label)
        step = _step(label, body, path, document, problems)
        if step is not None:
            steps[label] = step
    return steps


def _step(
    label: str, body: object, path: Path_, document: Document, problems: list[Finding]
) -> StepBase | None:
    known = kinds()
    names = ", ".join(known)
    if not LABEL.fullmatch(label):
        problems.append(document.finding(path, f"имя шага «{label}»: нужны буквы, цифры и _", of_key=True))
    if not isinstance(body, dict):
        message = f"в шаге «{label}» не сказано, что делать"
        problems.append(document.finding(path, message, f"Виды шагов: {names}"))
        return None
    found = [key for key in body if key in known]
    if len(found) != 1:
        guess = next((close for key in body for close in get_close_matches(key, known, 1)), None)
        hint = f"Может быть, «{guess}»?" if guess and not found else f"Виды шагов: {names}"
        message = (
            f"шаг «{label}» делает сразу несколько дел: {', '.join(found)}"
            if found
            else (f"в шаге «{label}» нет ни одного известного дела")
        )
        problems.append(document.finding(path, message, hint, of_key=True))
        return None
    model = known[found[0]]
    try:
        return model.model_validate(body)
    except ValidationError as error:
        problems.extend(findings_of(error, document, path, model))
        return None


def _with_next(steps: dict[str, StepBase]) -> dict[str, StepBase]:
    """A step without `go` leads to the one below it."""
    labels = list(steps)
    following = dict(itertools.pairwise(labels))
    return {
        label: step.model_copy(update={"go": following.get(label)})
        if step.falls_through and step.go is None
        else step
        for label, step in steps.items()
    }


def _shared(
    head: ScenarioFile, document: Document, problems: list[Finding]
) -> tuple[dict[str, StepBase], dict[str, Answer]]:
    steps: dict[str, StepBase] = {}
    always: dict[str, Answer] = {}
    for index, name in enumerate(head.uses):
        file = SHARED / f"{name}.yaml"
        if not file.is_file():
            known = sorted(item.name.removesuffix(".yaml") for item in SHARED.iterdir())
            message = f"нет общей части «{name}»"
            problems.append(document.finding(("uses", index), message, "Есть: " + ", ".join(known)))
            continue
        part, part_steps = shared_part(name)
        steps |= part_steps
        always |= part.always
    return steps, always


def shared_part(name: str) -> tuple[SharedFile, dict[str, StepBase]]:
    """A shared part that comes with the program; an error in it is ours."""
    document = read_file(Path(str(SHARED / f"{name}.yaml")))
    part = SharedFile.model_validate(document.value)
    problems: list[Finding] = []
    steps = _steps(part.steps, document, problems)
    if problems:
        raise BadInput("\n".join(str(problem) for problem in problems))
    return part, _with_next(steps)


def _phrases(head: ScenarioFile) -> dict[str, dict[str, tuple[str, ...]]]:
    return {
        language: {meaning: tuple(phrases) for meaning, phrases in by_meaning.items()}
        for language, by_meaning in head.phrases.items()
    }


def _dangling(scenario: Scenario, document: Document, own: Iterable[str]) -> Iterable[Finding]:
    """Labels that lead nowhere."""
    if scenario.start not in scenario.steps:
        yield _nowhere(document, ("start",), scenario.start, scenario)
    for name in NEEDED_ALWAYS:
        if name not in scenario.always:
            yield document.finding(
                ("always",), f"не сказано, куда идти при «{name}»", "Добавьте always или uses: [everyday]"
            )
    for name, answer in scenario.always.items():
        if answer.go not in scenario.steps:
            yield _nowhere(document, ("always", name), answer.go, scenario)
    for label in own:
        step = scenario.steps[label]
        for exit_ in step.exits():
            if exit_.target not in scenario.steps:
                place = _path_of_target(document, label, exit_.target)
                yield _nowhere(document, place, exit_.target, scenario)
        if step.falls_through and step.go is None:
            yield document.finding(
                ("steps", label), f"после шага «{label}» ничего нет", "Добавьте go: или шаг end.", of_key=True
            )
    for label in scenario.steps.keys() - scenario.own:
        for exit_ in scenario.steps[label].exits():
            if exit_.target not in scenario.steps:
                yield _nowhere(document, ("uses",), exit_.target, scenario)


def _path_of_target(document: Document, label: str, target: str) -> Path_:
    """Where in the step the label is written."""
    for path in document.places:
        if path[:2] == ("steps", label) and _value_at(document.value, path) == target:
            return path
    return ("steps", label)


def _value_at(value: Any, path: Path_) -> object:
    for part in path:
        value = value[part]
    return value


def _nowhere(document: Document, path: Path_, target: str, scenario: Scenario) -> Finding:
    close = get_close_matches(target, scenario.steps, 1)
    hint = f"Может быть, «{close[0]}»?" if close else "Шаги: " + ", ".join(sorted(scenario.own))
    return document.finding(path, f"шага «{target}» нет", hint)
