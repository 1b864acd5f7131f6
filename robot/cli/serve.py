"""`zvonar serve`: the service, for systemd or Docker."""

import asyncio
import signal

import structlog
from rich.console import Console

from calls.errors import ZvonarError
from campaigns.trigger import NightlyTrigger
from robot.cli.campaign import FINISH_WITHIN_S, DayOfVisits, campaign_run
from robot.cli.options import HERE, ConfigurationFile
from robot.heartbeat import BEAT_S, Heartbeat
from robot.wiring import Robot, open_office, open_robot

log = structlog.get_logger(__name__)


def serve(config: ConfigurationFile = HERE) -> None:
    """Служба: каждый вечер берёт из CRM записи следующего дня и обзванивает пациентов.

    Время задаёт раздел schedule. Прерванные кампании продолжаются при запуске. Ctrl-C или SIGTERM вежливо
    заканчивает звонки.
    """
    asyncio.run(_serve(DayOfVisits(config, None)))


async def _serve(day: DayOfVisits) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with open_office(day.loaded) as office, open_robot(office) as robot:
        schedule = day.loaded.configuration.schedule
        hour, minute = (int(part) for part in schedule.at.split(":"))
        trigger = NightlyTrigger(hour, minute, office.zone)
        heartbeat = Heartbeat(day.loaded.folder)
        await robot.engine.start()
        Console(stderr=True).print(
            f"Служба работает; набор записей ежедневно в {schedule.at} ({office.zone})."
        )
        try:
            async with asyncio.TaskGroup() as tasks:
                beating = tasks.create_task(_beat(robot, heartbeat))
                trigger.start(lambda: _pull(robot, day))
                await stop.wait()
                beating.cancel()
        finally:
            await trigger.stop()
            robot.telephone.stop()
            await robot.engine.stop(FINISH_WITHIN_S)
            heartbeat.stop()


async def _pull(robot: Robot, day: DayOfVisits) -> None:
    """Plan and queue one day's calls; doing it twice changes nothing."""
    campaign = campaign_run(robot.office, day)
    try:
        planned = await campaign.plan(*day.bounds(robot.office.clock.now()))
        await campaign.begin(planned, robot.engine, robot.attempting)
    except ZvonarError as error:
        log.error("pull_failed", action="wait_for_next", error=type(error).__name__)
        return
    log.info("pull_done", action="queued", calls=len(planned.calls), rejected=len(planned.pull.rejected))


async def _beat(robot: Robot, heartbeat: Heartbeat) -> None:
    while True:
        heartbeat.beat(robot.office.clock.now())
        await robot.office.clock.sleep(BEAT_S)
