"""The real clock of a town that runs in a process of its own."""

import asyncio
import time
from datetime import UTC, datetime


class ProcessClock:
    """The system's time, for a process that is not wired by the robot's package."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the town's own process builds its clock here

    def monotonic(self) -> float:
        return time.monotonic()  # noqa: TID251 - see above

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)  # noqa: TID251 - see above
