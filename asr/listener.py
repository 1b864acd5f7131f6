"""Listens to one stream: segmenter and recogniser together, pure but for the engine it is given.

The recogniser gets audio only around speech: from a little before it began to the first pause. There its
words are made final, because a partial result often lacks the last word: what a pause reports is what `take`
will return, confidences included. When the patient was only drawing breath, the recogniser hears the turn
again from its beginning, so that no sentence is cut in two; turns that are long by then are only continued.
It hears the pause as well, unless that was long: over a noisy line quiet syllables pass for silence.
"""

from asr.nearness import without_distant_talk
from asr.port import EngineStream, HearingEvent, Partial, Paused, SpeechStarted
from asr.segmenter import Segmenter, SegmentEvent, SpeechBegan, SpeechPaused
from asr.turn import Stretch, Turn
from calls.audio import RATE_HZ, duration_s
from calls.transcript import UNKNOWN_WORD, Transcript, Word

PREROLL_S = 0.7
NEARER_PREROLL_S = 0.4
PARTIAL_EVERY_S = 0.1
LONGEST_HEARD_AGAIN_S = 6.0
LONGEST_PAUSE_HEARD_S = 1.5


class TimeMap:
    """From seconds of what the recogniser was fed to seconds of the call."""

    def __init__(self) -> None:
        self._anchors: list[tuple[float, float]] = []

    def anchor(self, fed_s: float, call_s: float) -> None:
        """From `fed_s` on, the recogniser hears what the call brought at `call_s`."""
        self._anchors.append((fed_s, call_s))

    def forget(self) -> None:
        """The words so far have been read; the next audio brings its own anchor."""
        self._anchors.clear()

    def call_s(self, fed_s: float) -> float:
        """The moment of the call; the first anchor also holds for what a decoder places just before it."""
        in_force = self._anchors[0] if self._anchors else (0.0, 0.0)
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
        self._turn = Turn()
        self._is_listening = False
        self._is_gap = True
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
            self._forget_silence()
        return events

    def take(self) -> Transcript:
        """The words of the turn; what comes afterwards is a new one."""
        if self._is_listening:
            self._rest()
        taken, self._turn = self._turn.transcript, Turn()
        self._is_listening = self._segmenter.is_speaking
        self._segmenter.new_turn()
        self._last_partial = ""
        if not self._is_listening:
            self._forget_silence()
        return taken

    def _forget_silence(self) -> None:
        """Keep what may belong to the next speech: the pause within a turn, else a moment."""
        longest = round(LONGEST_PAUSE_HEARD_S * RATE_HZ) * 2
        keep = round(PREROLL_S * RATE_HZ) * 2
        if self._turn.stretches and len(self._unheard) <= longest:
            return
        del self._unheard[: max(0, len(self._unheard) - keep)]

    def _segment(self, event: SegmentEvent) -> list[HearingEvent]:
        if isinstance(event, SpeechBegan):
            self._hear_again()
            self._is_listening = True
            return [SpeechStarted(event.at_s)]
        if isinstance(event, SpeechPaused):
            if self._is_listening:
                self._rest()
            started_s = max(event.started_s, self._segmenter.speech[0])
            return [Paused(self._turn.transcript, started_s, event.ended_s, event.silence_s)]
        return []

    def _hear_again(self) -> None:
        """Before the turn goes on, give the recogniser its beginning anew."""
        if self._turn.duration_s > LONGEST_HEARD_AGAIN_S:
            self._turn.settle()
        self._turn.words = Transcript()
        for stretch in self._turn.stretches:
            self._accept(stretch.call_s, bytes(stretch.pcm))

    def _hear(self) -> None:
        """Give the recogniser what it has not heard yet."""
        pcm = bytes(self._unheard)
        if not pcm:
            return
        self._unheard.clear()
        call_s = self._call_s - duration_s(pcm)
        if self._is_gap:
            self._is_gap = False
            self._turn.stretches.append(Stretch(call_s, bytearray()))
            self._accept(call_s, pcm)
        else:
            self._recogniser.accept(pcm)
            self._fed_s += duration_s(pcm)
        self._turn.stretches[-1].pcm += pcm

    def _accept(self, call_s: float, pcm: bytes) -> None:
        self._times.anchor(self._fed_s, call_s)
        self._recogniser.accept(pcm)
        self._fed_s += duration_s(pcm)

    def _rest(self) -> None:
        """Make the words final and stop listening until the voice goes on."""
        self._hear()
        self._turn.words = self._final(self._segmenter.speech[0])
        self._leave_out_distant_voice()
        self._is_listening, self._is_gap = False, True

    def _final(self, started_s: float) -> Transcript:
        heard = self._placed(self._recogniser.final(), started_s)
        self._times.forget()
        return without_distant_talk(heard, self._turn.loudest_db)

    def _leave_out_distant_voice(self) -> None:
        """Begin the turn anew where only others spoke at first, if what follows can be read: is no cough."""
        nearer_s = self._turn.nearer_voice_s(self._segmenter.speech[0])
        if nearer_s is None:
            return
        later = self._turn.since(nearer_s - NEARER_PREROLL_S)
        for stretch in later.stretches:
            self._accept(stretch.call_s, bytes(stretch.pcm))
        later.words = self._final(nearer_s)
        if any(word.text != UNKNOWN_WORD for word in later.words.words):
            self._segmenter.begin_turn_at(nearer_s)
            self._turn = later

    def _placed(self, transcript: Transcript, started_s: float) -> Transcript:
        return self._times.within(transcript, started_s, self._segmenter.speech[1])

    def _partial(self) -> list[HearingEvent]:
        if self._call_s - self._partial_at_s < PARTIAL_EVERY_S:
            return []
        self._partial_at_s = self._call_s
        heard = self._turn.settled + self._placed(self._recogniser.partial(), self._segmenter.speech[0])
        if not heard or heard.text == self._last_partial:
            return []
        self._last_partial = heard.text
        return [Partial(heard, self._call_s)]
