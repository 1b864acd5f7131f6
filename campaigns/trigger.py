"""The nightly trigger: APScheduler fires an idempotent pull at a local time of day."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from zoneinfo import ZoneInfo

LATE_BY_S = 3600


class NightlyTrigger:
    """Fires once a day at a local time; a machine that slept through it catches up within an hour."""

    def __init__(self, hour: int, minute: int, zone: ZoneInfo) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler
        from apscheduler.triggers.cron import CronTrigger

        self._trigger = CronTrigger(hour=hour, minute=minute, timezone=zone)
        self._scheduler = AsyncIOScheduler(timezone=zone)

    def start(self, pull: Callable[[], Awaitable[None]]) -> None:
        """Begin to fire; two pulls never run at once."""
        self._scheduler.add_job(
            pull, self._trigger, max_instances=1, coalesce=True, misfire_grace_time=LATE_BY_S
        )
        self._scheduler.start()

    def next_after(self, now: datetime) -> datetime:
        """The next firing after an aware instant."""
        fires_at: datetime = self._trigger.get_next_fire_time(None, now)
        return fires_at

    async def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
