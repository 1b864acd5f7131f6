"""A carrier without a telephone: scripted callees in memory, for tests and for trying scenarios out.

Time is the clock that is handed in, so a call of a minute may take no time at all.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, assert_never

from pydantic import BaseModel, ConfigDict, Field

from calls import events
from calls.audio import FRAME_BYTES, FRAME_S, SILENCE
from calls.clock import Clock
from dialer.causes import meaning_of
from dialer.errors import NoFreeLine
from dialer.mailbox import Mailbox
from dialer.playout import PromptQueue
from dialer.port import AudioIn, CallBackend, DialRequest, DigitPressed, LegEvent


class Settings(BaseModel):
    """`line: {kind: fake}`: nobody is called, every number rings and is never answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["fake"] = "fake"
    lines: int = Field(default=4, ge=1)

    @property
    def dials_numbers(self) -> bool:
        """Whether telephone numbers can be called, and not only SIP URIs."""
        return True


@dataclass(frozen=True, slots=True)
class Ring:
    """180, for so long."""

    seconds: float = 0.1


@dataclass(frozen=True, slots=True)
class PlayEarlyMedia:
    """183, and audio before the answer."""

    pcm: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """200 OK."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A final response."""

    sip_code: int
    q850_cause: int | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """The callee's voice (8 kHz PCM)."""

    pcm: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HearOut:
    """Silence until the robot has said something and is done."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Silence for so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Press:
    """Keys."""

    digits: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """BYE."""

    q850_cause: int | None = 16


@dataclass(frozen=True, slots=True)
class LoseMedia:
    """No more audio arrives."""

    silent_s: float = 10.0


@dataclass(frozen=True, slots=True)
class FailLine:
    """The carrier of the call dies."""

    reason: str = "scripted"


Act = Ring | PlayEarlyMedia | Answer | Reject | Say | HearOut | Wait | Press | HangUp | LoseMedia | FailLine


@dataclass(frozen=True, slots=True)
class Callee:
    """What a number does when it is called; after the last act it stays silently on the line."""

    acts: tuple[Act, ...]
    takes_transfers: bool = True


NEVER_ANSWERS = Callee((Ring(float("inf")),))


def build(settings: Settings, clock: Clock) -> CallBackend:
    """The backend that the configuration names."""
    return FakeBackend({}, clock, settings.lines)


class FakeLeg:
    """A call to a scripted callee; `heard` is every frame that the robot sent, `pressed` its keys."""

    def __init__(self, request: DialRequest, callee: Callee, clock: Clock) -> None:
        self.request, self._callee, self._clock = request, callee, clock
        self._mailbox = Mailbox()
        self._prompts = PromptQueue()
        self._frame = 0
        self._speaks = False
        self.heard: list[bytes] = []
        self.pressed = ""
        self.transferred_to = ""
        self.hung_up_with: int | None = None

    @property
    def is_over(self) -> bool:
        return self._mailbox.closed

    def events(self) -> AsyncIterator[LegEvent]:
        return self._mailbox.read()

    def play(self, pcm: bytes, mark: str) -> None:
        self._prompts.play(pcm, mark)

    def flush(self) -> None:
        self._prompts.flush()

    def send_digits(self, digits: str) -> None:
        self.pressed += digits

    def transfer(self, target: str) -> None:
        self.transferred_to = target
        accepted = self._callee.takes_transfers
        self._mailbox.put(events.TransferAccepted() if accepted else events.TransferRefused())

    def hang_up(self, q850_cause: int = 16) -> None:
        if not self.is_over:
            self.hung_up_with = q850_cause
            self._mailbox.put(events.Released())

    def close(self) -> None:
        """The line is closed under the call."""
        self._mailbox.put(events.LineFailed("the line was closed"))

    async def run(self) -> None:
        """Live through the call to its end."""
        for act in self._callee.acts:
            if self.is_over:
                return
            await self._perform(act)
        while not self.is_over:
            await self._carry(SILENCE)

    async def _perform(self, act: Act) -> None:
        put = self._mailbox.put
        match act:
            case Ring():
                put(events.Ringing())
                await self._wait(act.seconds)
            case PlayEarlyMedia():
                put(events.EarlyMedia())
                await self._say(act.pcm)
            case Answer():
                put(events.Answered())
            case Reject():
                outcome = meaning_of(act.sip_code, act.q850_cause).outcome
                put(events.Rejected(act.sip_code, act.q850_cause, outcome))
            case Say():
                await self._say(act.pcm)
            case HearOut():
                await self._hear_out()
            case Wait():
                await self._say(SILENCE * round(act.seconds / FRAME_S))
            case Press():
                for digit in act.digits:
                    put(DigitPressed(digit))
            case HangUp():
                put(events.PeerHungUp(act.q850_cause))
            case LoseMedia():
                put(events.MediaLost(act.silent_s))
            case FailLine():
                put(events.LineFailed(act.reason))
            case _:
                assert_never(act)

    async def _wait(self, seconds: float) -> None:
        """Time without audio."""
        until_s = self._clock.monotonic() + seconds
        while not self.is_over and self._clock.monotonic() < until_s:
            await self._clock.sleep(FRAME_S)

    async def _say(self, pcm: bytes) -> None:
        for start in range(0, len(pcm), FRAME_BYTES):
            if self.is_over:
                return
            await self._carry(pcm[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0"))

    async def _hear_out(self) -> None:
        while not self._speaks and not self.is_over:
            await self._carry(SILENCE)
        while self._speaks and not self.is_over:
            await self._carry(SILENCE)

    async def _carry(self, pcm: bytes) -> None:
        """One frame in each direction."""
        await self._clock.sleep(FRAME_S)
        spoken, playback = self._prompts.next_frame(self._frame)
        self._speaks = spoken is not None
        self.heard.append(spoken or SILENCE)
        for event in playback:
            self._mailbox.put(event)
        self._mailbox.put(AudioIn(self._frame, pcm))
        self._frame += 1


class FakeBackend:
    """Calls the callees that it was given; any other number rings and is never answered."""

    def __init__(self, callees: Mapping[str, Callee], clock: Clock, lines: int = 4) -> None:
        self._callees, self._clock, self._lines = callees, clock, lines
        self._under_way: dict[FakeLeg, asyncio.Task[None]] = {}
        self.legs: list[FakeLeg] = []

    @property
    def capacity(self) -> int:
        return self._lines

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        for leg, task in list(self._under_way.items()):
            leg.close()
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        self._under_way.clear()

    async def place(self, request: DialRequest) -> FakeLeg:
        for over in [leg for leg in self._under_way if leg.is_over]:
            del self._under_way[over]
        if len(self._under_way) >= self._lines:
            raise NoFreeLine()
        leg = FakeLeg(request, self._callees.get(request.number, NEVER_ANSWERS), self._clock)
        self.legs.append(leg)
        self._under_way[leg] = asyncio.get_running_loop().create_task(leg.run())
        return leg
