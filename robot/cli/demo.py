"""`zvonar demo`: a whole campaign with simulated patients over real SIP and RTP, on this machine."""

import asyncio
import shutil
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from calls.errors import BadInput
from calls.outcome import Outcome
from campaigns.run import SideBySide
from demo import cast
from demo.town_process import TownOptions, TownProcess
from robot.cli import demo_scenarios
from robot.cli.campaign import DayOfVisits, campaign_run, watch
from robot.configuration_file import FILE_NAME
from robot.live_table import outcome_text
from robot.summary import (
    percentile,
    rejected_table,
    totals_table,
    transcript_text,
    visits_table,
)
from robot.wiring import Office, SystemClock, open_office, open_robot
from storage.records import ReminderStatus

FINISHED = "finished"
EXIT_NOT_AS_PLAYED = 1
PICTURE_WIDTH = 100  # characters
EXIT_INTERRUPTED = 130


def demo(
    folder: Annotated[Path, typer.Option(help="Где хранить состояние, записи и итоги.")] = Path("demo-run"),
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Забыть прерванную демонстрацию и начать сначала.")
    ] = False,
    scenarios: Annotated[
        bool, typer.Option("--scenarios", help="Вместо кампании — по звонку с другими готовыми сценариями.")
    ] = False,
    picture: Annotated[
        Path | None, typer.Option("--svg", help="Сохранить итоговые таблицы картинкой SVG.")
    ] = None,
) -> None:
    """Показать Звонаря в деле: 24 записи, вымышленные пациенты, настоящие SIP и RTP на этой машине.

    Никому не звонит: все номера ведут к пациентам-программам на 127.0.0.1. Прерванная (Ctrl-C) демонстрация
    продолжается с того же места. Статус 0 — если каждая запись кончилась тем, что сыграл её пациент.
    """
    if scenarios:
        raise typer.Exit(asyncio.run(_tour(folder.with_name(f"{folder.name}-scenarios"))))
    raise typer.Exit(asyncio.run(_demo(folder, fresh, picture)))


async def _tour(folder: Path) -> int:
    """Always from the beginning: it takes a minute."""
    console = Console(highlight=False)
    if await asyncio.to_thread(folder.exists):
        await _forget(folder)
    clock = SystemClock()
    town = TownProcess(TownOptions(folder / "town"), clock)
    with console.status("Готовлю голоса пациентов…"):
        await town.start()
    try:
        tomorrow = clock.now().date() + timedelta(days=1)
        demo_scenarios.write_files(folder, town, tomorrow)
        day = datetime(tomorrow.year, tomorrow.month, tomorrow.day)
        as_played = await demo_scenarios.show(folder, day, console)
    finally:
        await town.stop()
    return 0 if as_played else EXIT_NOT_AS_PLAYED


async def _demo(folder: Path, fresh: bool, picture: Path | None) -> int:
    console = Console(record=bool(picture), highlight=False, width=PICTURE_WIDTH if picture else None)
    if _is_over(folder, fresh):
        await _forget(folder)
    clock = SystemClock()
    town = TownProcess(TownOptions(folder / "town"), clock)
    with console.status("Готовлю голоса пациентов…"):
        await town.start()
    visits_on = _write_files(folder, town, clock.now().date() + timedelta(days=1))
    day = DayOfVisits(folder, visits_on)
    status = await _run(day, town, console)
    if status != EXIT_INTERRUPTED:
        await town.stop()
        (folder / FINISHED).touch()
        console.print(f"Записи, разговоры и итоги: {folder}/recordings, {folder}/results.csv", soft_wrap=True)
    if picture:
        console.save_svg(str(picture), title="make demo")
    return status


def _is_over(folder: Path, fresh: bool) -> bool:
    return folder.exists() and (fresh or (folder / FINISHED).exists())


async def _run(day: DayOfVisits, town: TownProcess, console: Console) -> int:
    async with open_office(day.loaded) as office:
        campaign = campaign_run(office, day)
        planned = await campaign.plan(*day.bounds(office.clock.now()))
        async with open_robot(office) as robot:
            finished = await watch(SideBySide([(campaign, planned)]), robot, Console(highlight=False))
        if not finished:
            console.print("Остановлено. Ещё раз make demo — и звонки продолжатся.", style="yellow")
            return EXIT_INTERRUPTED
        statuses = await campaign.progress()
        _write_transcripts(office, statuses, day.loaded.folder / "transcripts")
        console.print(visits_table(statuses, office.zone), totals_table(statuses))
        console.print(rejected_table(planned.pull.rejected))
        _print_delays(console, town)
        return _verdict(console, statuses, town)


async def _forget(folder: Path) -> None:
    """Only a folder that a demonstration made is removed."""
    if not (folder / FILE_NAME).exists() and not (folder / "town").exists():
        raise BadInput(f"{folder}: здесь не демонстрация", hint="Укажите другую папку: --folder")
    town = TownProcess(TownOptions(folder / "town"), SystemClock())
    if town.adopt():
        await town.stop()
    shutil.rmtree(folder)


def _write_files(folder: Path, town: TownProcess, tomorrow: date) -> datetime:
    """The clinic's file is written once, so that a demonstration that runs past midnight keeps its day."""
    host, _, port = town.sip_address.rpartition(":")
    (folder / FILE_NAME).write_text(cast.configuration_yaml(host, int(port)), encoding="utf-8")
    day_file, visits = folder / "day", folder / "appointments.csv"
    if not visits.exists():
        visits.write_text(cast.appointments_csv(tomorrow), encoding="utf-8")
        day_file.write_text(tomorrow.isoformat(), encoding="ascii")
    return datetime.fromisoformat(day_file.read_text(encoding="ascii"))


def _write_transcripts(office: Office, statuses: Sequence[ReminderStatus], folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for status in statuses:
        for attempt in status.attempts:
            result = office.store.attempt_result(attempt.key)
            if result:
                name = f"{status.reminder.appointments[0].reference}-{attempt.number}.txt"
                (folder / name).write_text(transcript_text(result), encoding="utf-8")


def _print_delays(console: Console, town: TownProcess) -> None:
    """Measured where it matters: at the patient's end, from the last word to the first audible sample."""
    delays_s = sorted(delay for call in town.seen()["calls"] for delay in call["answer_delays_s"])
    if delays_s:
        p50, p95 = percentile(delays_s, 0.5), percentile(delays_s, 0.95)
        console.print(
            f"Ответ после конца речи пациента (на его стороне): p50 {p50:.2f} с, p95 {p95:.2f} с, "
            f"ответов {len(delays_s)}"
        )


def _verdict(console: Console, statuses: Sequence[ReminderStatus], town: TownProcess) -> int:
    """Each visit against what its patient played; each attempt rang once."""
    roles = cast.roles_by_appointment()
    outcomes = {visit.reference: status for status in statuses for visit in status.reminder.appointments}
    table = Table(title="Не так, как сыграно")
    for heading in ("запись", "сыграно", "ожидалось", "вышло"):
        table.add_column(heading)
    for reference, role in roles.items():
        status = outcomes.get(reference)
        came = status.outcome if status else Outcome.INVALID_NUMBER
        if came is not role.outcome:
            table.add_row(reference, role.plays, outcome_text(role.outcome), outcome_text(came))
    rang_twice = [attempt for attempt, count in town.seen()["attempts"].items() if count != 1]
    if rang_twice:
        console.print(f"Телефон звонил дважды за одну попытку: {len(rang_twice)}", style="bold red")
    if table.row_count:
        console.print(table)
    if table.row_count or rang_twice:
        return EXIT_NOT_AS_PLAYED
    console.print(
        f"Все {len(roles)} записи кончились так, как сыграно; дважды не звонили никому.", style="green"
    )
    return 0
