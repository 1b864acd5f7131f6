"""The `zvonar` command."""

import sys

import typer
from rich.console import Console

from calls.errors import ZvonarError
from robot.cli import (
    call,
    campaign,
    checking,
    demo,
    hear,
    listen,
    models,
    project,
    recordings,
    report,
    say,
    scenario,
    scenario_trials,
    serve,
    understand,
)
from robot.logs import configure_logs

EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="zvonar",
    help="Звонарь: звонит пациентам перед приёмом, спрашивает, придут ли они, и пишет ответ в CRM.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(project.init)
app.command()(checking.check)
app.command()(checking.health)
app.command()(call.call)
app.command()(report.report)
app.command()(serve.serve)
app.command()(understand.understand)
app.command()(listen.listen)
app.command()(say.say)
app.command()(hear.hear)
app.command()(demo.demo)
app.add_typer(campaign.app, name="campaign")
for _trial in (scenario_trials.test, scenario_trials.draw, scenario_trials.rehearse, scenario_trials.schema):
    scenario.app.command()(_trial)
scenario.app.command()(recordings.recordings)
app.add_typer(scenario.app, name="scenario")
app.add_typer(models.app, name="models")


def main() -> None:
    """Run a command; whatever a person can mend ends with status 2 and says how."""
    configure_logs()
    try:
        app()
    except ZvonarError as error:
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        console.print(f"zvonar: {error}", style="bold red", markup=False)
        if error.hint:
            console.print(error.hint, markup=False)
        sys.exit(EXIT_BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
