"""What the robot is saying now, sentence by sentence, and what is left when it is interrupted."""

from dataclasses import dataclass

from calls.audio import FRAME_S, duration_s, silence
from calls.reminder import AnswerDelay, Turn
from dialer.echo_guard import EchoGuard
from dialer.port import CallLeg, PlaybackEnded, PlaybackStarted
from dialer.recording import Recorder

PAUSE_BETWEEN_SENTENCES_S = 0.2
MOST_OF_IT = 0.75


@dataclass(slots=True)
class _Sentence:
    text: str
    pcm: bytes
    started_frame: int | None = None
    answer_delay: AnswerDelay | None = None


class Playback:
    """The prompt under way. Marks are unique in a call, so late reports of an old prompt do no harm."""

    def __init__(self, leg: CallLeg, recorder: Recorder, echo: EchoGuard) -> None:
        self._leg, self._recorder, self._echo = leg, recorder, echo
        self._queued: dict[str, _Sentence] = {}
        self._cut: dict[str, _Sentence] = {}
        self._marks = 0
        self.interruptible = True
        self.turns: list[Turn] = []
        self.ended_frame = 0

    @property
    def is_speaking(self) -> bool:
        return bool(self._queued)

    def unsaid(self, frame: int) -> tuple[str, ...]:
        """The sentences not yet said; the one under way counts as said once most of it was heard."""
        rest = list(self._queued.values())
        if rest and rest[0].started_frame is not None:
            heard_s = (frame - rest[0].started_frame) * FRAME_S
            if heard_s >= MOST_OF_IT * duration_s(rest[0].pcm):
                rest = rest[1:]
        return tuple(sentence.text for sentence in rest)

    def say(self, text: str, pcm: bytes) -> str:
        """Queue one sentence after those already queued; its mark."""
        if self._queued:
            pcm = silence(PAUSE_BETWEEN_SENTENCES_S) + pcm
        self._marks += 1
        mark = str(self._marks)
        self._queued[mark] = _Sentence(text, pcm)
        self._leg.play(pcm, mark)
        return mark

    def cut(self) -> None:
        """Stop speaking at once."""
        self._cut.update(self._queued)
        self._queued.clear()
        self._leg.flush()

    def started(self, event: PlaybackStarted, answer_delay: AnswerDelay | None = None) -> None:
        """Note when a sentence began, and the delay when it is the reply to the patient's turn."""
        sentence = self._queued.get(event.mark) or self._cut.get(event.mark)
        if sentence:
            sentence.started_frame, sentence.answer_delay = event.frame, answer_delay
            self._echo.robot_says(event.frame, sentence.pcm)

    def ended(self, event: PlaybackEnded) -> bool:
        """Note the end of a sentence; whether nothing is left to say."""
        sentence = self._queued.pop(event.mark, None) or self._cut.pop(event.mark, None)
        if sentence is None or sentence.started_frame is None:
            return False
        self._recorder.speak(sentence.started_frame, event.frame, sentence.pcm)
        if event.cut:
            self._echo.robot_stops(event.frame)
        start_s, end_s = sentence.started_frame * FRAME_S, event.frame * FRAME_S
        meaning = "cut" if event.cut else ""
        self.turns.append(Turn("robot", sentence.text, start_s, end_s, meaning, sentence.answer_delay))
        self.ended_frame = event.frame
        return not self._queued
