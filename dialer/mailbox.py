"""Events of one leg on their way to its only reader: bounded, and nothing but audio is ever dropped."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from calls.events import LineFailed, PeerHungUp, Rejected, Released
from dialer.port import AudioIn, LegEvent

MOST_AUDIO_FRAMES = 100  # two seconds: a reader that is stuck for longer misses the oldest audio
LAST_EVENTS = (Rejected, PeerHungUp, Released, LineFailed)


class Mailbox:
    """Filled in the event loop, read by one reader; closed by the leg's last event."""

    def __init__(self) -> None:
        self._events: deque[LegEvent] = deque()
        self._audio_frames = 0
        self._reader: asyncio.Future[None] | None = None
        self.closed = False
        self.dropped_frames = 0

    def put(self, event: LegEvent) -> None:
        """Add an event; what comes after the last one is ignored."""
        if self.closed:
            return
        if isinstance(event, AudioIn):
            self._make_room()
            self._audio_frames += 1
        self._events.append(event)
        self.closed = isinstance(event, LAST_EVENTS)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def _make_room(self) -> None:
        if self._audio_frames < MOST_AUDIO_FRAMES:
            return
        for index, event in enumerate(self._events):
            if isinstance(event, AudioIn):
                del self._events[index]
                break
        self._audio_frames -= 1
        self.dropped_frames += 1

    async def read(self) -> AsyncIterator[LegEvent]:
        """Every event up to the last one."""
        while True:
            while self._events:
                event = self._events.popleft()
                if isinstance(event, AudioIn):
                    self._audio_frames -= 1
                yield event
            if self.closed:
                return
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
