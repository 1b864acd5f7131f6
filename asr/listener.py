"""Listens to one stream: segmenter and recogniser together, pure but for the engine it is given.

The recogniser gets audio only around speech: from a little before it began to the first pause. There it is
given a little more silence, because it looks ahead: without it the last word would be missing from what a
pause reports. The words are made final only by `take`, so that a pause for breath does not cut a sentence.
"""

from asr.port import EngineStream, HearingEvent, Partial, Paused, SpeechStarted
from asr.segmenter import Segmenter, SegmentEvent, SpeechBegan, SpeechPaused
from calls.audio import RATE_HZ, duration_s, silence
from calls.transcript import Transcript, Word

PREROLL_S = 0.3
PARTIAL_EVERY_S = 0.1
LOOK_AHEAD = silence(0.15)


class TimeMap:
    """From seconds of what the recogniser was fed to seconds of the call."""

    def __init__(self) -> None:
        self._anchors: list[tuple[float, float]] = []

    def anchor(self, fed_s: float, call_s: float) -> None:
        """From `fed_s` on, the recogniser hears what the call brought at `call_s`."""
        self._anchors.append((fed_s, call_s))

    def forget_before(self, fed_s: float) -> None:
        """Words before this have been read: keep only the anchor in force."""
        while len(self._anchors) > 1 and self._anchors[1][0] <= fed_s:
            del self._anchors[0]

    def call_s(self, fed_s: float) -> float:
        """The moment of the call; before the first anchor the times are the same."""
        in_force = (0.0, 0.0)
        for anchor in self._anchors:
            if anchor[0] <= fed_s:
                in_force = anchor
        return in_force[1] + fed_s - in_force[0]

    def within(self, transcript: Transcript, start_s: float, end_s: float) -> Transcript:
        """The words in times of the call, none outside the speech: decoders count silence to words."""

        def placed(fed_s: float) -> float:
            return min(max(self.call_s(fed_s), start_s), end_s)

        return Transcript(
            tuple(
                Word(word.text, placed(word.start_s), placed(word.end_s), word.confidence)
                for word in transcript.words
            )
        )


class Listener:
    """One call's audio in, hearing events out."""

    def __init__(self, recogniser: EngineStream, segmenter: Segmenter) -> None:
        self._recogniser = recogniser
        self._segmenter = segmenter
        self._unheard = bytearray()
        self._call_s = 0.0
        self._fed_s = 0.0
        self._times = TimeMap()
        self._is_listening = False
        self._is_gap = True
        self._has_words_to_come = False
        self._last_partial = ""
        self._partial_at_s = 0.0

    def feed(self, pcm: bytes) -> list[HearingEvent]:
        """What the next piece of audio brings."""
        self._call_s += duration_s(pcm)
        self._unheard += pcm
        events: list[HearingEvent] = []
        for event in self._segmenter.feed(pcm):
            events.extend(self._segment(event))
        if self._is_listening:
            self._hear()
            events.extend(self._partial())
        else:
            del self._unheard[: max(0, len(self._unheard) - round(PREROLL_S * RATE_HZ) * 2)]
        return events

    def take(self) -> Transcript:
        """The words of the turn; what comes afterwards is a new one."""
        if self._is_listening:
            self._hear()
        turn = self._placed(self._recogniser.final()) if self._has_words_to_come else Transcript()
        self._has_words_to_come = False
        self._times.forget_before(self._fed_s)
        self._is_listening = self._segmenter.is_speaking
        self._segmenter.new_turn()
        self._last_partial = ""
        return turn

    def _segment(self, event: SegmentEvent) -> list[HearingEvent]:
        if isinstance(event, SpeechBegan):
            self._is_listening = True
            return [SpeechStarted(event.at_s)]
        if isinstance(event, SpeechPaused):
            if self._is_listening:
                self._rest()
            return [Paused(self._heard(), event.started_s, event.ended_s, event.silence_s)]
        return []

    def _hear(self) -> None:
        """Give the recogniser what it has not heard yet."""
        pcm = bytes(self._unheard)
        if not pcm:
            return
        self._unheard.clear()
        if self._is_gap:
            self._times.anchor(self._fed_s, self._call_s - duration_s(pcm))
            self._is_gap = False
        self._accept(pcm)

    def _accept(self, pcm: bytes) -> None:
        self._recogniser.accept(pcm)
        self._fed_s += duration_s(pcm)
        self._has_words_to_come = True

    def _rest(self) -> None:
        """Stop listening until the voice goes on."""
        self._hear()
        self._accept(LOOK_AHEAD)
        self._is_listening, self._is_gap = False, True

    def _heard(self) -> Transcript:
        return self._placed(self._recogniser.partial()) if self._has_words_to_come else Transcript()

    def _placed(self, transcript: Transcript) -> Transcript:
        started_s, ended_s = self._segmenter.speech
        return self._times.within(transcript, started_s, ended_s)

    def _partial(self) -> list[HearingEvent]:
        if self._call_s - self._partial_at_s < PARTIAL_EVERY_S:
            return []
        self._partial_at_s = self._call_s
        heard = self._heard()
        if not heard or heard.text == self._last_partial:
            return []
        self._last_partial = heard.text
        return [Partial(heard, self._call_s)]
