"""Times a reply: what the time from the patient's last sound to the robot's first one is spent on."""

from dataclasses import dataclass

from calls.clock import Clock
from calls.reminder import AnswerDelay


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """A patient's turn that was taken: `speech_ended_s` is audio time, the others are the clock's."""

    speech_ended_s: float
    taken_at_s: float
    words_known_at_s: float


class ReplyWatch:
    """Follows one reply at a time, from the end of a turn to the first sample of its first sentence."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._end: TurnEnd | None = None
        self._mark: str | None = None
        self._given_at_s = 0.0

    def answering(self, end: TurnEnd) -> None:
        """The dialogue is asked for a reply to this turn; any earlier reply is no longer timed."""
        self._end, self._mark = end, None

    def given(self, mark: str) -> None:
        """A sentence was handed to the line; the first one after the turn is the reply."""
        if self._end and self._mark is None:
            self._mark, self._given_at_s = mark, self._clock.monotonic()

    def left(self, mark: str, at_s: float) -> AnswerDelay | None:
        """The first sample of that sentence left at this audio time; the delay, if it was the reply.

        The whole delay is audio time and the parts within the program are the clock's, so whatever is left
        over (waiting for silence, and for the ears to tell of it) is endpointing.
        """
        if self._end is None or mark != self._mark:
            return None
        end, self._end, self._mark = self._end, None, None
        recognition_s = end.words_known_at_s - end.taken_at_s
        decision_s = self._given_at_s - end.words_known_at_s
        line_s = self._clock.monotonic() - self._given_at_s
        rest_s = at_s - end.speech_ended_s - recognition_s - decision_s - line_s
        return AnswerDelay(max(0.0, rest_s), recognition_s, decision_s, line_s)
