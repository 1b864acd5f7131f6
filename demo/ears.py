"""What a patient makes of the sound: when the robot's prompt begins and ends, by level alone."""

from dataclasses import dataclass

from calls.audio import FRAME_S, FRAME_SAMPLES, RATE_HZ
from demo.g711 import Codec

PAUSE_INSIDE_PROMPT_S = 0.64
QUIET_BEFORE_ANSWER_S = 0.1
LEAST_AUDIBLE_SAMPLES = 8


@dataclass(frozen=True, slots=True)
class PromptBegan:
    """The first audible sample of a prompt, `offset_s` after the beginning of its frame."""

    offset_s: float


@dataclass(frozen=True, slots=True)
class PromptEnded:
    """The prompt fell silent `ago_s` ago; no pause inside a prompt is that long.

    `expected`: at least its last words were spoken after `Ears.expect_prompt`.
    """

    ago_s: float
    expected: bool


@dataclass(frozen=True, slots=True)
class AnswerBegan:
    """The robot's first audible sample since `Ears.await_answer`, `offset_s` after its frame's beginning."""

    offset_s: float


EarEvent = PromptBegan | PromptEnded | AnswerBegan


class Ears:
    """Fed with packets and ticks; time is counted in samples and frames, so silence needs no packets.

    Events are dated by whoever feeds: now, corrected by their `offset_s` or `ago_s`.
    """

    def __init__(self, codec: Codec, pause_s: float = PAUSE_INSIDE_PROMPT_S) -> None:
        self._audible = codec.audible
        self._pause_s = pause_s
        self._in_prompt = False
        self._quiet_s = float("inf")
        self._awaits_answer = False
        self._heard_something = False
        self._heard_expected = True

    @property
    def in_prompt(self) -> bool:
        """The robot is speaking, or pausing inside a prompt."""
        return self._in_prompt

    def await_answer(self) -> None:
        """The patient fell silent: report the robot's next word. What it was just saying is no answer."""
        self._awaits_answer = True

    def expect_prompt(self) -> None:
        """From now on a prompt is waited for: one that has already fallen silent is not meant."""
        self._heard_expected = False

    def hear(self, payload: bytes) -> list[EarEvent]:
        """A packet's audio has arrived."""
        self._heard_something = True
        return self._hear(payload) + self._end_of_prompt()

    def tick(self) -> list[EarEvent]:
        """A frame's time has passed; without packets it was silent."""
        if not self._heard_something:
            self._quiet_s += FRAME_S
        self._heard_something = False
        return self._end_of_prompt()

    def _end_of_prompt(self) -> list[EarEvent]:
        if not self._in_prompt or self._quiet_s < self._pause_s:
            return []
        self._in_prompt = False
        return [PromptEnded(self._quiet_s, self._heard_expected)]

    def _hear(self, payload: bytes) -> list[EarEvent]:
        marks = payload.translate(self._audible)
        if marks.count(1) < LEAST_AUDIBLE_SAMPLES * len(payload) / FRAME_SAMPLES:
            self._quiet_s += len(payload) / RATE_HZ
            return []
        self._heard_expected = True
        events: list[EarEvent] = []
        offset_s = marks.find(1) / RATE_HZ
        if self._awaits_answer and self._quiet_s >= QUIET_BEFORE_ANSWER_S:
            self._awaits_answer = False
            events.append(AnswerBegan(offset_s))
        if not self._in_prompt:
            self._in_prompt = True
            events.append(PromptBegan(offset_s))
        self._quiet_s = (len(payload) - 1 - marks.rfind(1)) / RATE_HZ
        return events
