"""`zvonar campaign …`: plan, run, watch."""

import asyncio
import signal
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from calls.errors import BadInput
from calls.policy import CallAt, Refusal
from campaigns.run import CampaignPlan, CampaignRun, SideBySide
from robot.cli.options import HERE, ConfigurationFile
from robot.configuration_file import load
from robot.live_table import live_view, short_name, tally_text
from robot.summary import rejected_table, totals_table, untaken_table, visits_table
from robot.wiring import Office, Robot, open_office, open_robot
from storage.records import Campaign

app = typer.Typer(help="Кампания: план, звонки, ход дела.", no_args_is_help=True)

REFRESH_S = 0.5
FINISH_WITHIN_S = 15.0
REFUSALS = {
    Refusal.SETTLED: "уже звоним",
    Refusal.WISH: "просил не звонить (пожелание в CRM)",
    Refusal.OPTED_OUT: "просил больше не звонить",
    Refusal.UNKNOWN_ZONE: "неизвестный часовой пояс пациента",
    Refusal.ATTEMPTS_USED_UP: "попытки исчерпаны",
    Refusal.OUTCOME_NOT_RETRIED: "вопрос решён",
    Refusal.TOO_LATE: "до приёма не успеть: окно звонков закрыто",
}
Day = Annotated[
    datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], help="День приёма; без него — завтра по часам клиники."),
]


ScenarioName = Annotated[
    str | None,
    typer.Option("--scenario", help="Готовый сценарий или файл; без него — тот, что в настройках."),
]


@app.command()
def plan(
    config: ConfigurationFile = HERE,
    date: Day = None,
    scenario: ScenarioName = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Ничего не записывать (план никогда никому не звонит).")
    ] = False,
) -> None:
    """Показать, кому и когда будут звонить, а кому не будут и почему.

    Примеры:  zvonar campaign plan --dry-run   ·   zvonar campaign plan --date 2027-03-03
    """
    asyncio.run(_plan(DayOfVisits(config, date, scenario), dry_run))


@app.command()
def run(config: ConfigurationFile = HERE, date: Day = None, scenario: ScenarioName = None) -> None:
    """Обзвонить пациентов; прерванная кампания продолжается с того же места.

    Ctrl-C вежливо кладёт трубки и сохраняет состояние; та же команда потом продолжит.
    """
    raise typer.Exit(asyncio.run(_run(DayOfVisits(config, date, scenario))))


@app.command()
def status(config: ConfigurationFile = HERE, date: Day = None, scenario: ScenarioName = None) -> None:
    """Показать, как идёт кампания: итоги и попытки по каждой записи."""
    asyncio.run(_status(DayOfVisits(config, date, scenario)))


class DayOfVisits:
    """Which visits a campaign is about, one local day of the clinic, and with which scenario."""

    def __init__(self, config: Path, date: datetime | None, scenario: str | None = None) -> None:
        loaded = load(config)
        self.loaded = loaded.with_scenario(scenario) if scenario else loaded
        self._date = date

    def bounds(self, now: datetime) -> tuple[datetime, datetime]:
        """The day's first instant and the next day's first."""
        zone = ZoneInfo(self.loaded.configuration.clinic.zone)
        days_ahead = self.loaded.configuration.schedule.days_ahead
        day = (self._date or now.astimezone(zone) + timedelta(days=days_ahead)).date()
        first = datetime(day.year, day.month, day.day, tzinfo=zone)
        return first, first + timedelta(days=1)

    def campaign(self, office: Office) -> Campaign:
        """The same day and scenario are the same campaign."""
        now = office.clock.now()
        first, _ = self.bounds(now)
        name = self.loaded.configuration.scenario
        scenario = office.scenario_named(name)
        key = f"{first:%Y-%m-%d}-{scenario.name}"
        return Campaign(key, f"{scenario.title}, {first:%d.%m.%Y}", name, now)


async def _plan(day: DayOfVisits, dry_run: bool) -> None:
    console = Console()
    async with open_office(day.loaded) as office:
        campaign = campaign_run(office, day)
        planned = await campaign.plan(*day.bounds(office.clock.now()))
        console.print(plan_table(planned, office.zone))
        if planned.pull.rejected:
            console.print(rejected_table(planned.pull.rejected))
        if not dry_run:
            await campaign.save(planned)
            console.print(f"План «{campaign.campaign.key}» записан. Звонить: zvonar campaign run")


async def _run(day: DayOfVisits) -> int:
    console = Console()
    async with open_office(day.loaded) as office:
        campaign = campaign_run(office, day)
        planned = await campaign.plan(*day.bounds(office.clock.now()))
        async with open_robot(office) as robot:
            finished = await watch(SideBySide([(campaign, planned)]), robot, console)
        if not finished:
            console.print("Остановлено. Состояние сохранено; та же команда продолжит.", style="yellow")
            return 130
        await _tell_outcomes(campaign, office, console)
        return 0


async def _tell_outcomes(campaign: CampaignRun, office: Office, console: Console) -> None:
    """What came of the calls, and what the CRM has not got."""
    statuses, untaken = await campaign.progress(), await campaign.untaken()
    console.print(visits_table(statuses, office.zone), totals_table(statuses))
    if untaken:
        console.print(untaken_table(untaken))


async def watch(campaigns: SideBySide, robot: Robot, console: Console) -> bool:
    """Run with a live table until all is done or somebody presses Ctrl-C; whether it was finished."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await robot.engine.start()
    try:
        await campaigns.begin(robot.engine, robot.attempting)
        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(campaigns.wait())
            drawing = tasks.create_task(_draw(campaigns, robot, console))
            stopping = tasks.create_task(stop.wait())
            await asyncio.wait({waiting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            for task in (waiting, drawing, stopping):
                task.cancel()
        return waiting.done() and not waiting.cancelled()
    finally:
        robot.telephone.stop()
        await robot.engine.stop(FINISH_WITHIN_S)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _draw(campaigns: SideBySide, robot: Robot, console: Console) -> None:
    clock = robot.office.clock
    if not console.is_terminal:
        await _tell_progress(campaigns, robot, console)
    with Live(console=console, auto_refresh=False) as live:
        while True:
            calls = list(robot.telephone.live.values())
            statuses = await campaigns.progress()
            live.update(live_view(statuses, calls, clock.now(), robot.telephone.capacity), refresh=True)
            await clock.sleep(REFRESH_S)


async def _tell_progress(campaigns: SideBySide, robot: Robot, console: Console) -> None:
    """Into a file or a pipe: a line for each change instead of a live table."""
    told = ""
    while True:
        tally = tally_text(await campaigns.progress()).plain
        if tally != told:
            console.print(tally, soft_wrap=True)
            told = tally
        await robot.office.clock.sleep(REFRESH_S)


async def _status(day: DayOfVisits) -> None:
    console = Console()
    async with open_office(day.loaded) as office:
        campaign = campaign_run(office, day)
        if not await campaign.progress():
            raise BadInput(
                f"кампании «{campaign.campaign.key}» ещё нет",
                hint="Начать: zvonar campaign run; посмотреть план: zvonar campaign plan",
            )
        await _tell_outcomes(campaign, office, console)


def campaign_run(office: Office, day: DayOfVisits) -> CampaignRun:
    """The campaign of a day."""
    return CampaignRun(
        day.campaign(office), office.store, office.connector, office.policy, office.clock, office.rng
    )


def plan_table(planned: CampaignPlan, zone: ZoneInfo) -> Table:
    """Who would be called when, and why others would not."""
    table = Table(title="План звонков")
    for heading in ("приём", "пациент", "визитов", "звонок", "почему нет"):
        table.add_column(heading)
    for call in planned.calls:
        decision = call.decision
        when, why = "—", ""
        if isinstance(decision, CallAt):
            when = decision.when.astimezone(zone).strftime("%d.%m %H:%M")
        else:
            why = REFUSALS[decision.reason]
        table.add_row(
            call.reminder.starts_at.astimezone(zone).strftime("%d.%m %H:%M"),
            short_name(call.reminder),
            str(len(call.reminder.appointments)),
            when,
            why,
        )
    return table
