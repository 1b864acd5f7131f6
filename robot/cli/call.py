"""`zvonar call NUMBER`: one trial call."""

import asyncio
import signal
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from calls.errors import BadInput
from calls.outcome import Outcome
from calls.reminder import attempt_key
from campaigns.attempting import Attempting, Wait
from crm_sync.phone import BadPhone, e164
from robot.cli.options import HERE, ConfigurationFile
from robot.configuration_file import Loaded, load
from robot.live_table import OUTCOMES
from robot.sample import sample_reminder
from robot.summary import transcript_text
from robot.wiring import open_office, open_telephone, require_trunk
from scenarios.loader import ready_made
from storage.records import Campaign

TRIAL = "trial"
SIP = ("sip:", "sips:")
LONGEST_EXTENSION = 6


def call(
    number: Annotated[str, typer.Argument(help="Телефон (+7…) или адрес SIP (sip:100@192.0.2.10).")],
    config: ConfigurationFile = HERE,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Звонить и вне окна звонков (только на свой телефон!).")
    ] = False,
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="Готовый сценарий или файл вместо настроенного.")
    ] = None,
) -> None:
    """Позвонить один раз и провести разговор по сценарию с вымышленной записью.

    Примеры:  zvonar call +79001234567   ·   zvonar call sip:100@192.0.2.10 --anyway
    """
    loaded = load(config)
    chosen = loaded.with_scenario(_named(scenario)) if scenario else loaded
    asyncio.run(_call(_dialled(number), chosen, anyway))


def _named(scenario: str) -> str:
    """A file named on the command line counts from where the command was started."""
    return scenario if scenario in ready_made() else str(Path(scenario).resolve())


async def _call(number: str, loaded: Loaded, anyway: bool) -> None:
    console = Console(highlight=False)
    async with open_office(loaded) as office, AsyncExitStack() as stack:
        if not number.startswith(SIP):
            require_trunk(office.loaded)
        reminder = sample_reminder(
            number, office.clock.now(), office.zone, office.configuration.scenario, office.store.owner
        )
        if office.store.is_opted_out(number):
            raise BadInput("этот номер просил больше не звонить", hint="Запрет хранится в базе клиники.")
        if not anyway and not office.policy.may_ring(office.clock.now(), reminder):
            raise BadInput(
                "сейчас звонить нельзя: вне окна звонков", hint="На свой телефон можно с ключом --anyway."
            )
        with console.status("Открываю линию, слух и голос…"):
            telephone = await open_telephone(office, stack)
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, telephone.stop)
        console.print("Звоню. Ctrl-C положит трубку.")
        now = office.clock.now()
        office.store.save_campaign(Campaign(TRIAL, "Пробные звонки", office.configuration.scenario, now))
        office.store.add_reminders([reminder])
        attempting = Attempting(
            office.store, office.connector, office.policy, telephone, office.clock, office.rng
        )
        came_to = await attempting.dial(reminder, 1, anyway=anyway)
        outcome = Outcome.INTERRUPTED if isinstance(came_to, Wait) else came_to
        office.store.finish_reminder(reminder.key, outcome, office.clock.now())
        result = office.store.attempt_result(attempt_key(reminder.key, 1))
        if result is None:  # Ctrl-C came, or the calling window closed, before anybody was rung
            console.print(f"Итог: {OUTCOMES[outcome]}, телефон не звонил.", soft_wrap=True)
            return
        console.print(transcript_text(result), markup=False, soft_wrap=True)
        recorded = f"; запись разговора: {result.recording}" if result.recording else ""
        console.print(f"Итог: {OUTCOMES[outcome]}{recorded}", soft_wrap=True)


def _dialled(number: str) -> str:
    """The number as it is dialled and as opt-outs are stored: E.164, an extension, or a SIP URI."""
    if number.startswith(SIP) or (number.isdigit() and len(number) <= LONGEST_EXTENSION):
        return number
    try:
        return e164(number)
    except BadPhone as error:
        raise BadInput(
            f"«{number}» — не телефонный номер",
            hint="Примеры: +79001234567, 8 900 123-45-67, sip:100@192.0.2.10",
        ) from error
