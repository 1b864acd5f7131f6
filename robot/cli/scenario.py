"""`zvonar scenario …`: check, try, draw and test the scripts that the robot speaks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from robot.cli.call import call
from robot.cli.options import HERE, ConfigurationFile
from robot.configuration_file import load as load_configuration
from scenarios.check import check_file
from scenarios.example_file import read_example
from scenarios.facts import FIXED_SLOTS
from scenarios.findings import Finding, Severity
from scenarios.loader import load, ready_made
from scenarios.trial import HELP, Line, Speaker, Trial

app = typer.Typer(help="Сценарии: проверить, попробовать, нарисовать, испытать.", no_args_is_help=True)

EXIT_BAD = 2
STYLES = {Speaker.ROBOT: "bold", Speaker.PATIENT: "cyan", Speaker.NOTE: "dim"}
ScenarioName = Annotated[str, typer.Argument(help="Файл .yaml или имя готового сценария.")]


@app.command("list")
def list_ready() -> None:
    """Перечислить готовые сценарии.

    Пример:  zvonar scenario list
    """
    console = Console(highlight=False)
    for name in ready_made():
        console.print(f"{name:22} {load(name).title}", markup=False)


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(help="Файлы .yaml или имена готовых сценариев.")],
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Проверить и то, что нужные сведения есть в CRM.")
    ] = None,
) -> None:
    """Проверить сценарий до того, как он кому-нибудь позвонит: файл, строка, столбец и как исправить.

    Примеры:  zvonar scenario check мой.yaml   ·   zvonar scenario check confirm-visit --config .
    """
    supplied = _supplied(config) if config else None
    findings = [finding for file in files for finding in check_file(file, supplied)]
    _print_findings(findings)
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if errors:
        raise typer.Exit(EXIT_BAD)
    Console(highlight=False).print(f"Ошибок нет, предупреждений: {len(findings)}.")


@app.command("try")
def try_(
    file: ScenarioName,
    say: Annotated[
        list[str] | None, typer.Option("--say", help="Реплика пациента; повторяется. Без неё — разговор.")
    ] = None,
    facts: Annotated[
        Path | None, typer.Option("--facts", help="YAML: чем этот звонок отличается от примерного.")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="Язык пациента: ru или en.")] = "ru",
    voice: Annotated[
        str | None, typer.Option("--voice", help="Голосом: позвонить на этот адрес SIP (ваш софтфон).")
    ] = None,
    config: ConfigurationFile = HERE,
) -> None:
    """Поговорить со сценарием текстом, как в звонке. Реплика из одной цифры — клавиша; пустая — молчание.

    С --voice робот звонит на софтфон и говорит вслух; линия и голос берутся из настроек.

    Примеры:  zvonar scenario try confirm-visit   ·   zvonar scenario try мой.yaml --say "да, приду"
    """
    if voice:
        call(voice, config, anyway=True, scenario=file)
        return
    console = Console(highlight=False)
    trial = Trial(load(file), read_example(facts, language))
    _print_lines(console, trial.begin())
    if say is None:
        console.print(HELP, style="dim", markup=False)
    replies = iter(say) if say is not None else _typed(console)
    while not trial.over:
        reply = next(replies, None)
        if reply is None:
            break
        _print_lines(console, trial.reply(reply))
    if not trial.over:
        console.print("Разговор не окончен.", style="yellow")
        raise typer.Exit(1)


def _supplied(config: Path) -> frozenset[str]:
    """The slots that the CRM's columns and the clinic's facts can fill."""
    clinic = load_configuration(config).configuration.clinic.as_facts()
    return frozenset(FIXED_SLOTS) | {f"clinic.{name}" for name in clinic.facts}


def _typed(console: Console) -> Iterator[str]:
    """What a person types, until the end of input."""
    while True:
        try:
            yield console.input("[cyan]Пациент:[/] ")
        except EOFError:
            return


def _print_lines(console: Console, lines: tuple[Line, ...]) -> None:
    for line in lines:
        console.print(str(line), style=STYLES[line.speaker], markup=False)


def _print_findings(findings: list[Finding]) -> None:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for finding in findings:
        style = "red" if finding.severity is Severity.ERROR else "yellow"
        console.print(str(finding), style=style, markup=False)
