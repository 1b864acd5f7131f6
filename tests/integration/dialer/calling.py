"""What the tests of real calls share: the patients of a small town, and reading a leg to its end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import numpy as np

from calls.audio import FRAME_BYTES, FRAME_SAMPLES, RATE_HZ
from demo.clock import ProcessClock
from demo.g711 import PCMA
from demo.person import (
    Announce,
    Answer,
    GoDead,
    HangUp,
    HearOut,
    KeyPath,
    NeverAnswer,
    Person,
    Press,
    Reject,
    Ring,
    Say,
    Wait,
)
from dialer.backends.pjsua2 import Pjsua2Backend, Settings
from dialer.port import AudioIn, CallBackend, CallLeg, DialRequest, LegEvent

PATIENCE_S = 30.0
STEP_BYTES = FRAME_BYTES // 2

PEOPLE = {
    "+79000000001": Person(((Ring(0.1), Answer()),)),
    "answers": Person(((Ring(0.1), Answer()),)),
    "talks": Person(((Answer(), HearOut(), Say("chirp")),)),
    "busy": Person(((Reject(486, "Q.850;cause=17"),),)),
    "declines": Person(((Reject(603),),)),
    "absent": Person(((Reject(480, 'SIP;cause=480;text="away, or so", Q.850;cause=20'),),)),
    "unallocated": Person(((Reject(404, "Q.850;cause=1"),),)),
    "never": Person(((NeverAnswer(),),)),
    "rings": Person(((NeverAnswer(),),)),
    "announced": Person(((Announce("chirp"), Reject(480)),)),
    "early": Person(((Announce("chirp"), Answer()),)),
    "keys": Person(((Answer(), Wait(0.1), Press("12#")),)),
    "info": Person(((Answer(), Wait(0.1), Press("3*", KeyPath.INFO)),)),
    "leaves": Person(((Answer(), Wait(0.2), HangUp()),)),
    "dead": Person(((Answer(), Wait(0.1), GoDead()),)),
    "refuses": Person(((Answer(),),), transfer_code=603),
}


def chirp(seconds: float, low_hz: float = 300, high_hz: float = 3000) -> bytes:
    """A rising tone: no two of its frames are alike, so a lost or repeated one shows.

    Its samples are A-law's own levels, so the line does not change them.
    """
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    phase = 2 * np.pi * (low_hz * time_s + (high_hz - low_hz) * time_s**2 / (2 * seconds))
    return through_a_law((9000 * np.sin(phase)).astype("<i2").tobytes())


def holds(heard: bytes, said: bytes) -> bool:
    """Whether the frames that were said are all there, in order; A-law encoders may differ by one level."""
    wanted = np.frombuffer(said, "<i2").astype(int)
    samples = np.frombuffer(heard, "<i2").astype(int)
    tolerance = 16 + np.abs(wanted) // 8
    return any(
        bool(np.all(np.abs(samples[start : start + len(wanted)] - wanted) <= tolerance))
        for start in range(0, len(samples) - len(wanted) + 1, FRAME_SAMPLES)
    )


def voices(_: str, text: str) -> bytes:
    return chirp(0.6)


def through_a_law(pcm: bytes) -> bytes:
    """The nearest levels that the line can carry."""
    return PCMA.decode(PCMA.encode(pcm))


def line(**changes: object) -> Settings:
    """A line on loopback."""
    return Settings.model_validate(
        {"lines": 1, "local": {"bind_address": "127.0.0.1"}, "rtp_timeout_s": 1.0, **changes}
    )


class Caller:
    """Reads a leg's events in the background and lets a test wait for what it needs."""

    def __init__(self, leg: CallLeg) -> None:
        self.leg = leg
        self.events: list[LegEvent] = []
        self.audio: list[AudioIn] = []
        self._news = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for event in self.leg.events():
            if isinstance(event, AudioIn):
                self.audio.append(event)
            else:
                self.events.append(event)
            self._news.set()

    def share_heard(self, said: bytes) -> float:
        """How much of what was said has been heard as it was, in order.

        The jitter buffer shifts by some milliseconds and conceals what comes late; on a busy machine
        some is lost.
        """
        heard = b"".join(audio.pcm for audio in self.audio)
        steps = [said[at : at + STEP_BYTES] for at in range(0, len(said), STEP_BYTES)]
        found, position = 0, 0
        for step in steps:
            at = heard.find(step, position)
            if at >= 0:
                found, position = found + 1, at
        return found / len(steps)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def event(self, kind: type["Event"]) -> "Event":
        """The first event of this kind, waited for."""
        await self.until(lambda: any(isinstance(event, kind) for event in self.events))
        return next(event for event in self.events if isinstance(event, kind))

    async def end(self) -> LegEvent:
        """The last event."""
        await asyncio.wait_for(self._reading, PATIENCE_S)
        return self.events[-1]

    def kinds(self) -> list[type]:
        return [type(event) for event in self.events]


Event = TypeVar("Event")


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Pjsua2Backend]:
    """A backend from its start to its end."""
    backend = Pjsua2Backend(settings, ProcessClock())
    await backend.start()
    try:
        yield backend
    finally:
        await backend.stop()


async def call(backend: CallBackend, number: str, headers: tuple[tuple[str, str], ...] = ()) -> Caller:
    """Place a call and start to read it."""
    return Caller(await backend.place(DialRequest("attempt", number, headers)))


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that sends no event of its own."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - what is waited for sends no event
            await asyncio.sleep(0.01)  # noqa: TID251 - real SIP in real time
