"""One pulse of 20 ms for the whole town: every call's audio and every SIP timer run on it."""

import asyncio
from collections.abc import Callable

from calls.audio import FRAME_S
from calls.clock import Clock

# A machine that stalled for longer must not be followed by a flood of frames.
LONGEST_LAG_S = 0.2


def frames_of(seconds: float) -> int:
    """The time in whole frames, at least one."""
    return max(1, round(seconds / FRAME_S))


class Ticker:
    """Calls every subscriber once per 20 ms of the clock; `frame` counts the pulses."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._subscribers: dict[int, Callable[[], None]] = {}
        self._next_key = 0
        self.frame = 0

    def now_s(self) -> float:
        """The clock's monotonic time."""
        return self._clock.monotonic()

    def subscribe(self, on_tick: Callable[[], None]) -> Callable[[], None]:
        """Have `on_tick` called each frame; returns what ends the subscription."""
        key = self._next_key = self._next_key + 1
        self._subscribers[key] = on_tick
        return lambda: self._subscribers.pop(key, None) and None

    async def run(self) -> None:
        """Tick until cancelled."""
        due_s = self._clock.monotonic()
        while True:
            due_s += FRAME_S
            lag_s = self._clock.monotonic() - due_s
            if lag_s > LONGEST_LAG_S:
                due_s += lag_s
            # Late frames follow at once, but other work of the event loop gets its turn between them.
            await (self._clock.sleep(-lag_s) if lag_s < 0 else _give_way())
            self.tick()

    def tick(self) -> None:
        """One pulse."""
        self.frame += 1
        for on_tick in tuple(self._subscribers.values()):
            on_tick()


async def _give_way() -> None:
    turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(turn.set_result, None)
    await turn
