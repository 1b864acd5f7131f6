"""`zvonar report`: what came of a campaign, for people and for spreadsheets."""

import asyncio
import csv
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from calls.errors import BadInput
from calls.reminder import AttemptResult
from robot.cli.campaign import Day, DayOfVisits, ScenarioName, campaign_run
from robot.cli.options import HERE, ConfigurationFile
from robot.live_table import OUTCOMES
from robot.summary import answer_delays, delays_text, totals_table, transcript_text, visits_table
from robot.wiring import Office, open_office
from scenarios.coverage import path_line
from storage.records import ReminderStatus


def report(
    config: ConfigurationFile = HERE,
    date: Day = None,
    to: Annotated[Path | None, typer.Option("--csv", help="Записать таблицу в этот файл CSV.")] = None,
    transcripts: Annotated[bool, typer.Option("--transcripts", help="Показать разговоры целиком.")] = False,
    scenario: ScenarioName = None,
    paths: Annotated[
        Path | None, typer.Option("--paths", help="Пути разговоров для zvonar scenario draw --heat.")
    ] = None,
) -> None:
    """Итоги кампании: подтвердили, отменили, перенести, нужен человек, не дозвонились.

    Примеры:  zvonar report --date 2027-03-03 --csv итоги.csv   ·   zvonar report --transcripts
    """
    asyncio.run(_report(DayOfVisits(config, date, scenario), to, transcripts, paths))


async def _report(day: DayOfVisits, to: Path | None, transcripts: bool, paths: Path | None) -> None:
    console = Console()
    async with open_office(day.loaded) as office:
        statuses = await campaign_run(office, day).progress()
        if not statuses:
            first, _ = day.bounds(office.clock.now())
            raise BadInput(f"на {first:%d.%m.%Y} кампании не было", hint="Другой день: --date ГГГГ-ММ-ДД")
        console.print(visits_table(statuses, office.zone), totals_table(statuses))
        if transcripts:
            _print_transcripts(console, office, statuses)
        delays = delays_text(answer_delays(_results(office, statuses)))
        if delays:
            console.print(delays, highlight=False, soft_wrap=True)
        if to:
            write_csv(to, statuses, office.clock.now())
            console.print(f"Записано: {to}")
        if paths:
            walked = (result.conversation.path for result in _results(office, statuses))
            lines = "".join(path_line(path) + "\n" for path in walked if path)
            await asyncio.to_thread(paths.write_text, lines, encoding="utf-8")
            console.print(f"Записано: {paths}")


def _results(office: Office, statuses: list[ReminderStatus]) -> list[AttemptResult]:
    attempts = (attempt for status in statuses for attempt in status.attempts)
    results = (office.store.attempt_result(attempt.key) for attempt in attempts)
    return [result for result in results if result]


def _print_transcripts(console: Console, office: Office, statuses: list[ReminderStatus]) -> None:
    for result in _results(office, statuses):
        console.print(transcript_text(result), markup=False, highlight=False, soft_wrap=True)


def write_csv(path: Path, statuses: list[ReminderStatus], now: datetime) -> None:
    """One row per visit; utf-8 with a mark at the start, so that spreadsheets read the Russian."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(["Номер записи", "Время приёма", "Итог", "Код итога", "Попыток", "Отчёт от"])
        for status in statuses:
            for visit in status.reminder.appointments:
                outcome = status.outcome
                table.writerow(
                    [
                        visit.reference,
                        visit.starts_at.isoformat(),
                        OUTCOMES[outcome] if outcome else "",
                        outcome.value if outcome else "",
                        len(status.attempts),
                        now.isoformat(timespec="seconds"),
                    ]
                )
