"""`zvonar scenario test | rehearse | draw`: prove a scenario before it rings anybody."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from robot.live_table import OUTCOMES
from scenarios.coverage import Coverage, path_line, read_paths
from scenarios.draw import draw as draw_picture
from scenarios.loader import load
from scenarios.rehearsal import Rehearsal
from scenarios.rehearsal import rehearse as play_population
from scenarios.schema import Scenario
from scenarios.testing import Report, run_tests

EXIT_FAILED = 1
WORST_SHOWN = 3
Files = Annotated[list[str], typer.Argument(help="Файлы .yaml или имена готовых сценариев.")]
ScenarioName = Annotated[str, typer.Argument(help="Файл .yaml или имя готового сценария.")]


def test(files: Files) -> None:
    """Выполнить проверки из файла рядом (сценарий.test.yaml) и показать, какие шаги и ветви не пройдены.

    Примеры:  zvonar scenario test мой.yaml   ·   zvonar scenario test confirm-visit recall-checkup
    """
    console = Console(highlight=False)
    reports = [run_tests(file) for file in files]
    for report in reports:
        _print_failures(console, report)
    console.print(_coverage_table(reports))
    failed = sum(len(report.failed) for report in reports)
    passed = sum(len(report.played) for report in reports) - failed
    console.print(f"Проверок: {passed} прошло, {failed} нет.")
    if failed:
        raise typer.Exit(EXIT_FAILED)


def rehearse(
    file: ScenarioName,
    patients: Annotated[int, typer.Option(min=1, max=100_000, help="Сколько пациентов придумать.")] = 200,
    seed: Annotated[int, typer.Option(help="То же число — те же пациенты.")] = 1,
    language: Annotated[str | None, typer.Option(help="Язык пациентов.")] = None,
    paths: Annotated[Path | None, typer.Option(help="Записать пути разговоров для draw --heat.")] = None,
) -> None:
    """Провести сценарий через придуманных пациентов: вежливых, торопливых, глуховатых, болтливых…

    Статус 1, если кто-то остался без исхода или его слова поняли наоборот.

    Примеры:  zvonar scenario rehearse мой.yaml --patients 500   ·   … --paths пути.jsonl
    """
    console = Console(highlight=False)
    rehearsal = play_population(load(file), patients, seed, language)
    console.print(_mix_table(rehearsal))
    console.print(
        f"Реплик пациента: в среднем {rehearsal.average('turns'):.1f}, больше всего "
        f"{rehearsal.longest('turns'):.0f}; секунд: в среднем {rehearsal.average('seconds'):.0f}, "
        f"больше всего {rehearsal.longest('seconds'):.0f}."
    )
    if paths:
        paths.write_text("".join(path_line(call.path) + "\n" for call in rehearsal.calls), encoding="utf-8")
    bad = (*rehearsal.dead_ends, *rehearsal.wrong)
    for call in bad[:WORST_SHOWN]:
        console.print(f"\nПациент {call.number} ({call.temperament.value}):", style="red")
        for line in call.script:
            console.print(str(line), markup=False)
    if bad:
        console.print(f"Без исхода: {len(rehearsal.dead_ends)}, поняты наоборот: {len(rehearsal.wrong)}.")
        raise typer.Exit(EXIT_FAILED)


def draw(
    file: ScenarioName,
    output: Annotated[Path, typer.Option("-o", "--output", help="Файл: .svg .png .pdf .dot .mmd .md")],
    heat: Annotated[Path | None, typer.Option(help="Пути разговоров: покажет, сколько куда пошло.")] = None,
    language: Annotated[str | None, typer.Option(help="Язык подписей.")] = None,
) -> None:
    """Нарисовать сценарий; с --heat — сколько звонков прошло каждым путём.

    Примеры:  zvonar scenario draw мой.yaml -o мой.svg   ·   zvonar scenario draw мой.yaml -o мой.mmd
    """
    scenario = load(file)
    draw_picture(scenario, output, _heat(heat, scenario), language)
    Console(highlight=False).print(f"Нарисовано: {output}")


def _heat(paths: Path | None, scenario: Scenario) -> Coverage | None:
    return read_paths(paths, scenario) if paths else None


def _print_failures(console: Console, report: Report) -> None:
    for played in report.failed:
        console.print(f"✗ {report.scenario.name}, строка {played.line}: {played.name}", style="red")
        console.print(f"  {played.problem}", markup=False)
        for line in played.script:
            console.print(f"    {line}", markup=False, style="dim")


def _coverage_table(reports: list[Report]) -> Table:
    table = Table(title="Проверки и покрытие")
    for heading in ("сценарий", "проверок", "шаги", "ветви", "не пройдено"):
        table.add_column(heading)
    for report in reports:
        steps, branches = report.coverage.share(report.scenario)
        missed = [f"{label} → {name}" for label, name in report.coverage.missed_branches(report.scenario)]
        table.add_row(
            report.scenario.name,
            str(len(report.played)),
            f"{steps:.0%}",
            f"{branches:.0%}",
            ", ".join(missed) or "—",
        )
    return table


def _mix_table(rehearsal: Rehearsal) -> Table:
    table = Table(title=f"{rehearsal.scenario.title}: {len(rehearsal.calls)} пациентов")
    table.add_column("исход")
    table.add_column("звонков", justify="right")
    names = {outcome.value: words for outcome, words in OUTCOMES.items()}
    for outcome, count in rehearsal.outcomes.most_common():
        table.add_row(names.get(outcome, outcome), str(count))
    return table
