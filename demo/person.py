"""What a simulated patient does with a call: a small language of acts, and its performance."""

import math
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from calls.audio import FULL_SCALE, RATE_HZ
from demo.journal import Happening
from demo.relay import PERFECT, LineQuality
from demo.telephone import CallEnded, Telephone

BEEP_HZ = 1000
BEEP_LEVEL_DBFS = -12.0
# Longer than a robot goes on sending BYE to somebody who no longer answers (RFC 3261, timer F).
DEAD_LINE_S = 40.0


class KeyPath(StrEnum):
    """How a pressed key travels."""

    RTP = "rtp"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Ring:
    """The phone rings (180) this long before the next act."""

    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class NeverAnswer:
    """The phone rings until the caller gives up; after `limit_s` the network does (480)."""

    limit_s: float = 90.0


@dataclass(frozen=True, slots=True)
class Reject:
    """A final response: 486 busy, 603 declined, 480 not available, …"""

    code: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Announce:
    """The network speaks in early media (183)."""

    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Pick up."""


@dataclass(frozen=True, slots=True)
class HearOut:
    """Wait until the robot has ended a prompt, and think for `reaction_s`; hang up when none comes."""

    reaction_s: float = 0.2
    patience_s: float = 20.0


@dataclass(frozen=True, slots=True)
class CutIn:
    """Wait until `after_s` seconds into the robot's prompt."""

    after_s: float
    patience_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Say:
    """Speak."""

    text: str


@dataclass(frozen=True, slots=True)
class Press:
    """Press keys."""

    keys: str
    path: KeyPath = KeyPath.RTP


@dataclass(frozen=True, slots=True)
class Wait:
    """Stay silent for a time, whatever the robot does."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Beep:
    """An answering machine's tone."""

    seconds: float = 0.5


@dataclass(frozen=True, slots=True)
class HangUp:
    """BYE."""


@dataclass(frozen=True, slots=True)
class GoDead:
    """The line fails: nothing is sent or heard any more, and nobody says so."""


Act = (
    Ring
    | NeverAnswer
    | Reject
    | Announce
    | Answer
    | HearOut
    | CutIn
    | Say
    | Press
    | Wait
    | Beep
    | HangUp
    | GoDead
)

Script = tuple[Act, ...]
# A voice and a text to 8 kHz PCM; everything was rendered before the first call.
Voices = Callable[[str, str], bytes]


@dataclass(frozen=True, slots=True)
class Person:
    """Who answers a number: one script for each time the phone is called, the last one ever after.

    After the last act the person stays silently on the line until the robot hangs up, or repeats the last
    acts, from the last `HearOut` on, when `insists`.
    """

    scripts: tuple[Script, ...]
    voice: str = ""
    insists: bool = False
    quality: LineQuality = PERFECT
    transfer_code: int = 200

    def script(self, call_number: int) -> Script:
        """What is done at the `call_number`-th call; the first is 1."""
        return self.scripts[min(call_number, len(self.scripts)) - 1]

    @property
    def texts(self) -> frozenset[str]:
        """Everything this person, or the network in their stead, may say."""
        acts = (act for script in self.scripts for act in script)
        return frozenset(act.text for act in acts if isinstance(act, Say | Announce))


def lines_of(people: Iterable[Person]) -> frozenset[tuple[str, str]]:
    """Everything that these people will say, as voice and text."""
    return frozenset((person.voice, text) for person in people for text in person.texts)


def insisted(script: Script) -> Script:
    """The part of a script that an insisting person repeats."""
    last = max((at for at, act in enumerate(script) if isinstance(act, HearOut)), default=len(script))
    return script[last:]


def beep(seconds: float) -> bytes:
    """An answering machine's tone as PCM."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    amplitude = FULL_SCALE * math.pow(10, BEEP_LEVEL_DBFS / 20)
    return (amplitude * np.sin(2 * np.pi * BEEP_HZ * time_s)).astype("<i2").tobytes()


async def perform(person: Person, script: Script, call: Telephone, voices: Voices) -> None:
    """Play the script to the end of the call; the robot may end it at any time."""
    performer = _Performer(call, lambda text: voices(person.voice, text))
    try:
        await performer.play(script)
        while person.insists and insisted(script):
            await performer.play(insisted(script))
        await call.until(lambda: False)
    except CallEnded:
        return


class _Performer:
    def __init__(self, call: Telephone, voice: Callable[[str], bytes]) -> None:
        self._call, self._voice = call, voice
        self._acts: dict[type, Callable[..., Awaitable[None]]] = {
            Ring: self._ring,
            NeverAnswer: self._never_answer,
            Reject: self._reject,
            Announce: self._announce,
            Answer: self._answer,
            HearOut: self._hear_out,
            CutIn: self._cut_in,
            Say: self._say,
            Press: self._press,
            Wait: self._wait,
            Beep: self._beep,
            HangUp: self._hang_up,
            GoDead: self._go_dead,
        }

    async def play(self, script: Script) -> None:
        for act in script:
            await self._acts[type(act)](act)

    async def _ring(self, act: Ring) -> None:
        self._call.ring()
        await self._call.wait(act.seconds)

    async def _never_answer(self, act: NeverAnswer) -> None:
        self._call.ring()
        await self._call.wait(act.limit_s)
        self._call.reject(480)

    async def _reject(self, act: Reject) -> None:
        self._call.reject(act.code, act.reason)

    async def _announce(self, act: Announce) -> None:
        await self._call.open_early_media()
        await self._call.say(self._voice(act.text), act.text)

    async def _answer(self, _: Answer) -> None:
        await self._call.answer()

    async def _hear_out(self, act: HearOut) -> None:
        if not await self._call.hear_prompt_end(act.patience_s):
            self._call.hang_up()
        await self._call.wait(act.reaction_s)

    async def _cut_in(self, act: CutIn) -> None:
        if not await self._call.hear_prompt_begin(act.patience_s):
            self._call.hang_up()
        await self._call.wait(act.after_s)

    async def _say(self, act: Say) -> None:
        await self._call.say(self._voice(act.text), act.text)

    async def _press(self, act: Press) -> None:
        if act.path is KeyPath.RTP:
            await self._call.press(act.keys)
        else:
            await self._call.press_by_info(act.keys)

    async def _wait(self, act: Wait) -> None:
        await self._call.wait(act.seconds)

    async def _beep(self, act: Beep) -> None:
        await self._call.sound(beep(act.seconds), "beep")

    async def _hang_up(self, _: HangUp) -> None:
        self._call.hang_up()

    async def _go_dead(self, _: GoDead) -> None:
        self._call.go_dead()
        await self._call.wait(DEAD_LINE_S)
        self._call.end(Happening.HUNG_UP)
