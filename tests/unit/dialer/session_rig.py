"""A whole call in memory: a scripted callee, ears that hear what they are told, a humming mouth, no time."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from asr.errors import RecognitionFailed
from asr.port import Ears, EarsFailed, HearingEvent, HearingRequest, HearingStream, Paused, SpeechStarted
from calls.audio import FRAME_S, RATE_HZ
from calls.clock import ManualClock
from calls.machine import CallState
from calls.reminder import AttemptResult, Reminder
from calls.slot import Slot
from calls.transcript import Transcript, Word
from dialer.backends.fake import Act, Callee, FakeBackend, FakeLeg
from dialer.port import DialRequest
from dialer.prompts import Prompts
from dialer.session import CallLimits, CallParts, CallSession
from robot.sample import sample_reminder
from scenarios.dialogue import Dialogue, phrases_for
from scenarios.exchange import BookSlot, FindSlots, SendMessage
from scenarios.facts import Clinic, Facts
from scenarios.loader import load
from scenarios.schema import Scenario
from scenarios.understanding import understander
from tests.unit.dialer.standing_clock import standing_clock
from tts.errors import MouthFailed
from tts.port import Voice

NUMBER = "+79000000001"
ZONE = "Europe/Moscow"
OPERATOR = "sip:desk@192.0.2.1"
SCENARIO: Scenario = load("confirm-visit")


def speech(seconds: float, seed: int = 1) -> bytes:
    """Noise: nothing that a tone detector takes for a beep."""
    return random.Random(seed).randbytes(2 * round(seconds * RATE_HZ))


class ScriptedHearing:
    """Anything that is not silence is speech; each stretch of it is the next line of the script."""

    def __init__(self, request: HearingRequest, lines: Sequence[str], dies_after_s: float) -> None:
        self._request, self._lines, self._dies_after_s = request, list(lines), dies_after_s
        self._events: asyncio.Queue[HearingEvent | None] = asyncio.Queue()
        self._now_s = self._started_s = self._ended_s = 0.0
        self._speaking = self._in_pause = False
        self._told: set[float] = set()
        self._heard = Transcript()
        self._is_dead = False

    def feed(self, pcm: bytes) -> None:
        self._now_s += FRAME_S
        if self._is_dead:
            return
        if self._now_s > self._dies_after_s:
            self._is_dead = True
            self._events.put_nowait(EarsFailed("scripted"))
        elif any(pcm):
            self._voice()
        elif self._speaking or self._in_pause:
            self._silence()

    def _voice(self) -> None:
        if not self._speaking:
            self._speaking, self._in_pause, self._told = True, False, set()
            self._started_s = self._now_s
            words = self._lines.pop(0).split() if self._lines else []
            self._heard += Transcript(tuple(Word(each, self._now_s, self._now_s) for each in words))
            self._events.put_nowait(SpeechStarted(self._now_s))
        self._ended_s = self._now_s

    def _silence(self) -> None:
        self._speaking, self._in_pause = False, True
        silent_s = self._now_s - self._ended_s
        for pause_s in self._request.pauses_s:
            if silent_s >= pause_s and pause_s not in self._told:
                self._told.add(pause_s)
                self._events.put_nowait(Paused(self._heard, self._started_s, self._ended_s, pause_s))

    async def events(self) -> AsyncIterator[HearingEvent]:
        while (event := await self._events.get()) is not None:
            yield event

    async def take(self) -> Transcript:
        heard, self._heard = self._heard, Transcript()
        return heard

    def close(self) -> None:
        self._events.put_nowait(None)


@dataclass
class ScriptedEars:
    """Implements `asr.port.Ears`."""

    lines: Sequence[str] = ()
    dies_after_s: float = float("inf")
    refuses: bool = False

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        return None

    async def open(self, request: HearingRequest) -> HearingStream:
        if self.refuses:
            raise RecognitionFailed()
        return ScriptedHearing(request, self.lines, self.dies_after_s)


@dataclass
class HummingMouth:
    """A letter lasts 40 ms; `is_broken` once it should fail."""

    is_broken: bool = False
    spoken: list[str] = field(default_factory=list)

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        return None

    async def speak(self, text: str, voice: Voice, *, urgent: bool = False) -> bytes:
        if self.is_broken:
            raise MouthFailed()
        self.spoken.append(text)
        return speech(0.04 * len(text), seed=len(text))


def reminder_of(clock: ManualClock) -> Reminder:
    return sample_reminder(NUMBER, clock.now(), ZoneInfo(ZONE), "confirm-visit", "t")


def dialogue(clock: ManualClock, operator: str = OPERATOR) -> Dialogue:
    """The ready-made scenario about a made-up visit."""
    clinic = Clinic({"name": "Ромашка"}, ZONE, operator)
    facts = Facts.of(reminder_of(clock), clinic, "ru", clock.now())
    return Dialogue(SCENARIO, facts, understander("ru", phrases_for(SCENARIO, "ru")), clock.now())


class EmptyDesk:
    """No slots, no bookings; messages are forgotten."""

    async def find_slots(self, wanted: FindSlots) -> tuple[Slot, ...]:
        return ()

    async def book(self, wanted: BookSlot) -> bool:
        return False

    async def send(self, message: SendMessage) -> None:
        return None


class Rig:
    """One call to one callee; `live` gives its result, `leg` what the callee noticed."""

    def __init__(
        self,
        *acts: Act,
        ears: Ears | None = None,
        mouth: HummingMouth | None = None,
        talk: Dialogue | None = None,
        takes_transfers: bool = True,
        lines: int = 1,
        recording: Path | None = None,
    ) -> None:
        self.clock = standing_clock()
        self.ears, self.mouth = ears or ScriptedEars(), mouth or HummingMouth()
        self.dialogue = talk or dialogue(self.clock)
        self.backend = FakeBackend({NUMBER: Callee(acts, takes_transfers)}, self.clock, lines)
        self.states: list[CallState] = []
        self.prompts = Prompts(self.mouth, Voice("hum"))
        parts = CallParts(
            backend=self.backend,
            ears=self.ears,
            prompts=self.prompts,
            desk=EmptyDesk(),
            clock=self.clock,
            limits=CallLimits(ringing_s=20.0, talking_s=120.0),
            moved=self._moved,
        )
        self.session = CallSession(DialRequest("t:1", NUMBER), self.dialogue, parts, recording)

    async def _moved(self, state: CallState) -> None:
        self.states.append(state)

    @property
    def leg(self) -> FakeLeg:
        [leg] = self.backend.legs
        return leg

    async def live(self, stop_in: CallState | None = None) -> AttemptResult:
        """Move the clock frame by frame until the call is over; ask it to stop once it is in a state."""
        if not self.mouth.is_broken:
            await self.prompts.prepare(self.dialogue.sentences())
        call = asyncio.get_running_loop().create_task(self.session.run())
        while not call.done():
            for _ in range(30):
                await asyncio.sleep(0)  # noqa: TID251 - lets the tasks run, takes no time
            if stop_in is not None and stop_in in self.states:
                self.session.stop()
                stop_in = None
            self.clock.move(FRAME_S)
        await self.backend.stop()
        return await call
