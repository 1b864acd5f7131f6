"""What the robot would hear in a recording: turns, pauses, where it would answer, what it would make of it.

The same segmenter, recogniser and rules as in a call, but in this process and in no hurry.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from asr.hearing import Settings
from asr.listener import Listener
from asr.port import Paused, SpeechStarted
from asr.segmenter import Segmenter
from asr.voice_activity import SileroNetwork, SileroVoiceActivity
from asr.worker import load_engine
from calls.audio import FRAME_BYTES, RATE_HZ, silence
from calls.transcript import Transcript
from dialer.session import PAUSES_S
from scenarios.asking import NEVER_QUICK, USUAL_PAUSE_S
from scenarios.asking import PAUSES_S as QUESTION_PAUSES_S
from scenarios.exchange import Listen
from scenarios.understanding import Question, Understander, Understanding

AFTER_THE_END_S = 2.0


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence within a turn."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class HeardTurn:
    """One turn as the robot would take it: `taken_s` is when it would begin to answer.

    Nothing was `understood` when there were no words: a cough or a noise.
    """

    start_s: float
    end_s: float
    taken_s: float
    transcript: Transcript = field(repr=False)
    pauses: tuple[Pause, ...] = ()
    understood: Understanding | None = None


@dataclass(frozen=True, slots=True)
class Listening:
    """With what ears, and after which question; `now` and `zone` are for «завтра»."""

    ears: Settings
    understander: Understander
    question: Question
    now: datetime
    zone: ZoneInfo

    @property
    def pause_s(self) -> float:
        return QUESTION_PAUSES_S.get(self.question, USUAL_PAUSE_S)

    @property
    def quick_pause_s(self) -> float:
        """After an unambiguous short answer."""
        return self.pause_s if self.question in NEVER_QUICK else Listen(self.question).quick_pause_s


def hear(pcm: bytes, listening: Listening) -> tuple[HeardTurn, ...]:
    """The turns of one track; MissingDependency when the recogniser or its model is not there."""
    engine = load_engine(listening.ears.kind, json.dumps(listening.ears.engine).encode())
    segmenter = Segmenter(SileroVoiceActivity(SileroNetwork()), PAUSES_S, listening.ears.speech)
    listener = Listener(engine.open(), segmenter)
    return tuple(_turns(pcm, listener, listening))


def _turns(pcm: bytes, listener: Listener, listening: Listening) -> Iterator[HeardTurn]:
    """Frame by frame, as a call would bring it, with silence at the end for the last pause."""
    pcm += silence(AFTER_THE_END_S)
    speech: list[tuple[float, float]] = []
    for start in range(0, len(pcm), FRAME_BYTES):
        for event in listener.feed(pcm[start : start + FRAME_BYTES]):
            if isinstance(event, SpeechStarted):
                speech.append((event.at_s, event.at_s))
            if isinstance(event, Paused) and speech:
                speech[-1] = (speech[-1][0], event.speech_ended_s)
                if _is_over(event, listening):
                    now_s = (start + FRAME_BYTES) / 2 / RATE_HZ
                    yield _turn(speech, listener.take(), now_s, listening)
                    speech.clear()


def _is_over(pause: Paused, listening: Listening) -> bool:
    if pause.silence_s >= listening.pause_s:
        return True
    quick = pause.silence_s >= listening.quick_pause_s
    return quick and listening.understander.is_unambiguous_short(pause.transcript.text, listening.question)


def _turn(
    speech: Sequence[tuple[float, float]], words: Transcript, taken_s: float, listening: Listening
) -> HeardTurn:
    understood = None
    if words:
        now, zone = listening.now, listening.zone
        understood = listening.understander.understand(words, listening.question, now, zone)
    pauses = tuple(Pause(before[1], after[0]) for before, after in pairwise(speech))
    return HeardTurn(speech[0][0], speech[-1][1], taken_s, words, pauses, understood)
