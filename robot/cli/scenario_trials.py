"""`zvonar scenario test | draw | rehearse | schema`: try a scenario on paper before it rings anybody."""

import random
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from calls.errors import BadInput
from calls.outcome import Outcome
from scenarios import captions
from scenarios.coverage import path_line, read_paths
from scenarios.draw import draw as draw_scenario
from scenarios.json_schema import schema_text
from scenarios.loader import load
from scenarios.rehearsal import Rehearsal
from scenarios.rehearsal import rehearse as rehearse_scenario
from scenarios.testing import Report, run_tests

EXIT_FAILED = 1
ScenarioName = Annotated[str, typer.Argument(help="Файл .yaml или имя готового сценария.")]
ScenarioNames = Annotated[list[str], typer.Argument(help="Файлы .yaml или имена готовых сценариев.")]


def test(
    files: ScenarioNames,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Показать и удачные разговоры.")] = False,
) -> None:
    """Проиграть проверки из файла рядом (ИМЯ.test.yaml) и показать, что ими не охвачено.

    Пример:  zvonar scenario test confirm-visit мой.yaml
    """
    console = Console(highlight=False, soft_wrap=True)
    reports = [run_tests(file) for file in files]
    for report in reports:
        _print_played(console, report, verbose)
    console.print(_coverage_table(reports))
    if any(report.failed for report in reports):
        raise typer.Exit(EXIT_FAILED)


def draw(
    file: ScenarioName,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="Куда: .svg, .png, .pdf (Graphviz) или .mmd, .md (Mermaid)."),
    ],
    heat: Annotated[
        Path | None,
        typer.Option("--heat", help="Пути разговоров (строки JSON): чем чаще, тем толще стрелка."),
    ] = None,
) -> None:
    """Нарисовать сценарий.

    Примеры:  zvonar scenario draw confirm-visit -o схема.svg   ·   zvonar scenario draw мой.yaml -o мой.mmd
    """
    scenario = load(file)
    draw_scenario(scenario, output, read_paths(heat, scenario) if heat else None)
    Console(highlight=False, soft_wrap=True).print(f"Рисунок: {output}", markup=False)


def rehearse(
    file: ScenarioName,
    patients: Annotated[int, typer.Option("--patients", min=1, max=100_000, help="Сколько пациентов.")] = 200,
    seed: Annotated[
        int | None, typer.Option("--seed", help="С одним числом — одни и те же пациенты.")
    ] = None,
    language: Annotated[str | None, typer.Option("--language", help="Язык пациентов: ru или en.")] = None,
    paths: Annotated[
        Path | None, typer.Option("--paths", help="Записать пути разговоров для draw --heat.")
    ] = None,
) -> None:
    """Прорепетировать сценарий с придуманными пациентами: вежливыми, глуховатыми, болтливыми, растерянными…

    Пример:  zvonar scenario rehearse confirm-visit --patients 200 --seed 1
    """
    drawn = random.SystemRandom().randrange(1_000_000) if seed is None else seed
    rehearsal = rehearse_scenario(load(file), patients, drawn, language)
    if paths:
        lines = [path_line(call.path) + "\n" for call in rehearsal.calls]
        try:
            paths.write_text("".join(lines), encoding="utf-8")
        except OSError as error:
            raise BadInput(f"файл {paths} не записать: {error.strerror}") from error
    _print_rehearsal(Console(highlight=False, soft_wrap=True), rehearsal, drawn)
    if rehearsal.dead_ends or rehearsal.wrong:
        raise typer.Exit(EXIT_FAILED)


def schema() -> None:
    """Напечатать JSON Schema сценариев для редактора.

    Пример:  zvonar scenario schema > scenario.schema.json
    """
    typer.echo(schema_text(), nl=False)


def _print_played(console: Console, report: Report, verbose: bool) -> None:
    for played in report.played:
        if not played.problem and not verbose:
            continue
        style = "red" if played.problem else "green"
        place = f"{report.scenario.name}, строка {played.line}: {played.name}"
        console.print(f"{place}: {played.problem or 'ладно'}", style=style, markup=False)
        for line in played.script:
            console.print(f"    {line}", style="dim", markup=False)


def _coverage_table(reports: list[Report]) -> Table:
    table = Table("Сценарий", "Проверок", "Не прошло", "Шаги", "Ответы", "Не встретилось")
    for report in reports:
        steps, branches = report.coverage.share(report.scenario)
        missed = [
            f"{label}: {captions.answer(name)}"
            for label, name in report.coverage.missed_branches(report.scenario)
        ]
        table.add_row(
            report.scenario.name,
            str(len(report.played)),
            str(len(report.failed)),
            f"{steps:.0%}",
            f"{branches:.0%}",
            ", ".join([*report.coverage.missed_steps(report.scenario), *missed]) or "—",
        )
    return table


def _print_rehearsal(console: Console, rehearsal: Rehearsal, seed: int) -> None:
    table = Table("Итог", "Разговоров", "Доля", title=f"{rehearsal.scenario.title}, --seed {seed}")
    for name, count in rehearsal.outcomes.most_common():
        known = "тупик" if name == "dead_end" else captions.OUTCOMES.get(Outcome(name), name)
        table.add_row(known, str(count), f"{count / len(rehearsal.calls):.0%}")
    console.print(table)
    console.print(
        f"Реплик пациента: в среднем {rehearsal.average('turns'):.1f}, "
        f"не больше {rehearsal.longest('turns'):.0f}. "
        f"Секунд: в среднем {rehearsal.average('seconds'):.0f}, не больше {rehearsal.longest('seconds'):.0f}."
    )
    for title, calls in (("Тупик", rehearsal.dead_ends), ("Итог против воли пациента", rehearsal.wrong)):
        for call in calls[:3]:
            console.print(f"{title}, пациент {call.number} ({call.temperament}):", style="red", markup=False)
            for line in call.script:
                console.print(f"    {line}", style="dim", markup=False)
