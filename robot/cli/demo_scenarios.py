"""`zvonar demo --scenarios`: one call with each of the other ready-made scenarios, over real SIP and RTP."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from campaigns.run import CampaignPlan, CampaignRun, SideBySide
from demo import cast, tour
from demo.town_process import TownProcess
from robot.cli.campaign import DayOfVisits, campaign_run, watch
from robot.configuration_file import FILE_NAME
from robot.live_table import outcome_text
from robot.wiring import Office, open_office, open_robot
from storage.records import ReminderStatus

SLOTS = "slots.csv"


def write_files(folder: Path, town: TownProcess, tomorrow: date) -> None:
    """The clinic's visits and its free times."""
    host, _, port = town.sip_address.rpartition(":")
    configuration = cast.configuration_yaml(host, int(port))
    with_slots = configuration.replace("results: results.csv", f"results: results.csv\n  slots: {SLOTS}")
    (folder / FILE_NAME).write_text(with_slots, encoding="utf-8")
    (folder / "appointments.csv").write_text(tour.appointments_csv(tomorrow), encoding="utf-8")
    (folder / SLOTS).write_text(tour.slots_csv(tomorrow), encoding="utf-8")


async def show(folder: Path, day: datetime, console: Console) -> bool:
    """Make the calls and print what came of each; whether all ended as played."""
    loaded = DayOfVisits(folder, day).loaded
    async with open_office(loaded) as office, open_robot(office) as robot:
        campaigns = [
            await _campaign(office, DayOfVisits(folder, day, stop.scenario), stop.reference)
            for stop in tour.STOPS
        ]
        several = SideBySide(campaigns)
        if not await watch(several, robot, console):
            return False
        return _verdict(console, office, await several.progress())


async def _campaign(office: Office, day: DayOfVisits, reference: str) -> tuple[CampaignRun, CampaignPlan]:
    campaign = campaign_run(office, day)
    whole = await campaign.plan(*day.bounds(office.clock.now()))
    calls = tuple(call for call in whole.calls if call.reminder.appointments[0].reference == reference)
    return campaign, CampaignPlan(calls, whole.pull)


def _verdict(console: Console, office: Office, statuses: Sequence[ReminderStatus]) -> bool:
    outcomes = {status.reminder.appointments[0].reference: status.outcome for status in statuses}
    table = Table(title="Другие сценарии")
    for heading in ("сценарий", "сыграно", "ожидалось", "вышло"):
        table.add_column(heading)
    for stop in tour.STOPS:
        came = outcomes.get(stop.reference)
        table.add_row(stop.scenario, stop.role.plays, outcome_text(stop.role.outcome), outcome_text(came))
    console.print(table)
    return all(outcomes.get(stop.reference) is stop.role.outcome for stop in tour.STOPS)
