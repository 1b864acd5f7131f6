"""`zvonar check`: is everything ready, without ringing anybody; `zvonar health`: is the service alive."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import typer
from rich.console import Console

from calls.errors import ZvonarError
from robot.cli.options import HERE, ConfigurationFile
from robot.configuration_file import Loaded, load
from robot.heartbeat import Heartbeat
from robot.wiring import (
    Office,
    SystemClock,
    anchored_url,
    open_ears,
    open_line,
    open_mouth,
    open_office,
    require_trunk,
)
from storage.store import Store

EXIT_BAD = 2
Check = Callable[[], Awaitable[str]]


def check(config: ConfigurationFile = HERE) -> None:
    """Проверить настройки, CRM, базу, сценарий, линию, слух и голос. Никому не звонит.

    Примеры:  zvonar check   ·   zvonar check --config /etc/zvonar
    """
    loaded = load(config)
    if not asyncio.run(_check_all(loaded)):
        raise typer.Exit(EXIT_BAD)


def health(config: ConfigurationFile = HERE) -> None:
    """Для Docker и systemd: жива ли служба (zvonar serve) и открывается ли база. Статус 0 или 1."""
    loaded = load(config)
    Store.open(anchored_url(loaded.configuration.database, loaded.folder)).close()
    if not Heartbeat(loaded.folder).is_fresh(SystemClock().now()):
        Console(stderr=True).print("zvonar: служба не отвечает (нет свежей отметки)")
        raise typer.Exit(1)


async def _check_all(loaded: Loaded) -> bool:
    console = Console(highlight=False, soft_wrap=True)
    console.print("[green]✓[/] настройки:", str(Path(loaded.document.file)))
    async with AsyncExitStack() as stack:
        office: list[Office] = []

        async def open_all() -> str:
            office.append(await stack.enter_async_context(open_office(loaded)))
            return f"база открыта, сценарий «{office[0].scenario.title}» прочитан"

        fine = await _passes(console, "база и сценарий", open_all)
        if not fine:
            return False
        for name, run in _checks(office[0], stack):
            fine = await _passes(console, name, run) and fine
    return fine


def _checks(office: Office, stack: AsyncExitStack) -> list[tuple[str, Check]]:
    async def crm() -> str:
        now = office.clock.now()
        pull = await office.connector.upcoming(now, now + timedelta(days=7))
        bad = f", строк с ошибками: {len(pull.rejected)}" if pull.rejected else ""
        return f"записей на неделю вперёд: {len(pull.appointments)}{bad}"

    async def line() -> str:
        require_trunk(office.loaded)
        backend = await open_line(office, stack)
        return f"линий: {backend.capacity}"

    async def ears() -> str:
        await open_ears(office, stack)
        return "модель распознавания загружена"

    async def mouth() -> str:
        voice = await open_mouth(office, stack)
        language = office.scenario.main_language
        pcm = await voice.speak("Здравствуйте." if language == "ru" else "Hello.", office.voice(language))
        return f"голос «{office.voice(language).name}» говорит ({len(pcm) / 16000:.1f} с)"

    return [("CRM", crm), ("линия", line), ("слух", ears), ("голос", mouth)]


async def _passes(console: Console, name: str, run: Check) -> bool:
    try:
        console.print(f"[green]✓[/] {name}: {await run()}")
    except ZvonarError as error:
        trouble = Console(stderr=True, highlight=False, soft_wrap=True)
        trouble.print(f"[red]✗[/] {name}: ", style="bold", end="")
        trouble.print(str(error), markup=False)
        if error.hint:
            trouble.print(f"    {error.hint}", markup=False)
        return False
    return True
