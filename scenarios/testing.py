"""Tests of a scenario: a sibling file of `patient:` and `expect:` lines, played through the pure dialogue."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from calls.errors import BadInput
from calls.outcome import Outcome
from scenarios.complaints import findings_of
from scenarios.coverage import Coverage
from scenarios.document import Document, Unreadable, read_file
from scenarios.example import BASES, Example, example_with
from scenarios.findings import Finding
from scenarios.loader import load, path_of
from scenarios.schema import Model, Scenario
from scenarios.trial import Line, Speaker, Trial

SUFFIX = ".test.yaml"


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Words = Annotated[str, BeforeValidator(_as_text)]


class TalkLine(Model):
    """Одна строка: что говорит пациент или что должно прозвучать в ответ."""

    patient: Words | None = Field(default=None, description="Слова пациента, клавиша или (событие)")
    expect: Words | None = Field(default=None, description="Что должно быть в словах робота")
    never: Words | None = Field(default=None, description="Чего в словах робота быть не должно")


class Case(Model):
    """Один разговор и чем он должен закончиться."""

    name: str = Field(min_length=1)
    language: str = "ru"
    facts: dict[str, Any] = Field(
        default_factory=dict, description="Чем этот звонок отличается от примерного"
    )
    talk: list[TalkLine] = Field(min_length=1)
    outcome: Outcome = Field(strict=False)
    tags: list[str] | None = None
    task: str | None = Field(default=None, description="Что должно быть в задаче; пусто — задачи нет")
    results: dict[str, Words] = Field(default_factory=dict)
    visits: list[Annotated[Outcome, Field(strict=False)]] | None = None
    messages: list[str] | None = Field(default=None, description="Что должно быть в посланных сообщениях")


class TestFile(Model):
    """Файл проверок сценария."""

    __test__ = False  # not for pytest

    tests: list[Case] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Played:
    """One test played: `problem` is empty when all went as expected; `line` is its place in the file."""

    name: str
    problem: str
    script: tuple[Line, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Report:
    """All tests of a scenario and what they covered."""

    scenario: Scenario
    played: tuple[Played, ...]
    coverage: Coverage

    @property
    def failed(self) -> tuple[Played, ...]:
        return tuple(test for test in self.played if test.problem)


def tests_beside(path: Path) -> Path:
    """The test file that belongs to a scenario's file."""
    return path.with_name(path.name.removesuffix(".yaml") + SUFFIX)


def run_tests(name: str | Path) -> Report:
    """Play every test beside a scenario, a path or a ready-made one's name; BadInput for a bad file."""
    path = path_of(str(name))
    scenario = load(path)
    cases = read_cases(tests_beside(path))
    coverage = Coverage()
    played = tuple(play(scenario, case, coverage, line) for case, line in cases)
    return Report(scenario, played, coverage)


def read_cases(path: Path) -> list[tuple[Case, int]]:
    """The tests of a file with their lines."""
    if not path.is_file():
        raise BadInput(f"нет файла проверок {path}", hint="Положите его рядом со сценарием: tests: - name: …")
    try:
        document = read_file(path)
        file = TestFile.model_validate(document.value)
    except Unreadable as error:
        raise BadInput(str(error.finding)) from error
    except ValidationError as error:
        raise BadInput("\n".join(map(str, findings_of(error, document, (), TestFile)))) from error
    _refuse_bad_facts(document, file)
    return [(case, document.place(("tests", index)).line) for index, case in enumerate(file.tests)]


def _refuse_bad_facts(document: Document, file: TestFile) -> None:
    found: list[Finding] = []
    for index, case in enumerate(file.tests):
        if case.language not in BASES:
            found.append(document.finding(("tests", index, "language"), "языки: " + ", ".join(BASES)))
            continue
        try:
            example_with(case.facts, case.language)
        except ValidationError as error:
            found.extend(findings_of(error, document, ("tests", index, "facts"), Example))
    if found:
        raise BadInput("\n".join(map(str, found)))


def play(scenario: Scenario, case: Case, coverage: Coverage, line: int = 0) -> Played:
    """One test."""
    trial = Trial(scenario, example_with(case.facts, case.language))
    script: list[Line] = list(trial.begin())
    problem = _talk(trial, case, script) or next(_differences(trial, case), "")
    coverage.add(scenario.start, trial.dialogue.path)
    return Played(case.name, problem, tuple(script), line)


def _talk(trial: Trial, case: Case, script: list[Line]) -> str:
    """Play the lines; the first thing that went otherwise, or nothing."""
    heard = _robots(script)
    for line in case.talk:
        if line.expect is not None and _plain(line.expect) not in _plain(heard):
            return f"ожидали «{line.expect}», а прозвучало «{heard}»"
        if line.never is not None and _plain(line.never) in _plain(heard):
            return f"прозвучало «{line.never}»"
        if line.patient is not None:
            if trial.over:
                return f"разговор уже закончен, а пациент говорит «{line.patient}»"
            lines = trial.reply(line.patient)
            script.extend(lines)
            heard = _robots(lines)
    return ""


def _differences(trial: Trial, case: Case) -> Iterator[str]:
    """How the call's result differs from what is expected."""
    if trial.outcome != case.outcome:
        yield f"ожидали итог {case.outcome}, а вышел {trial.outcome or 'никакой: разговор не закончен'}"
    settled = trial.settled
    if case.tags is not None and settled and set(settled.tags) != set(case.tags):
        yield f"ожидали метки {case.tags}, а вышли {list(settled.tags)}"
    task = settled.task if settled else ""
    if case.task is not None and (case.task not in task if case.task else task):
        yield f"ожидали задачу «{case.task}», а вышла «{task}»"
    for name, value in case.results.items():
        found = settled.results.get(name) if settled else None
        if found != value:
            yield f"ожидали {name}: {value}, а вышло {found}"
    if case.visits is not None and settled:
        found_visits = [value for name, value in settled.results.items() if name.startswith("visit:")]
        if found_visits != [visit.value for visit in case.visits]:
            yield f"ожидали итоги визитов {[visit.value for visit in case.visits]}, а вышли {found_visits}"
    for wanted in case.messages or ():
        if not any(wanted in message.text for message in trial.messages):
            yield f"не послано сообщение «{wanted}»"


def _robots(lines: tuple[Line, ...] | list[Line]) -> str:
    return " ".join(line.text for line in lines if line.speaker is Speaker.ROBOT)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())
