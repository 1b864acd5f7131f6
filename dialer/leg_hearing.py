"""A call's ears on its leg's clock: a hearing stream counts from its own first sample, later than the leg."""

from collections.abc import AsyncIterator
from dataclasses import replace

from asr.port import EarsFailed, HearingEvent, HearingStream, Partial, Paused, SpeechStarted
from calls.audio import FRAME_S
from calls.transcript import Transcript, Word


class DeafStream:
    """Implements `asr.port.HearingStream` where no recogniser could be had: the keys are left."""

    def feed(self, pcm: bytes) -> None:
        return None

    async def events(self) -> AsyncIterator[HearingEvent]:
        yield EarsFailed("no recogniser could be had")

    async def take(self) -> Transcript:
        return Transcript()

    def close(self) -> None:
        return None


class LegHearing:
    """Implements `asr.port.HearingStream` over one that was opened after the leg."""

    def __init__(self, stream: HearingStream) -> None:
        self._stream = stream
        self._opened_s: float | None = None

    def hear(self, frame: int, pcm: bytes) -> None:
        """The leg's frame of that number; the first one says when the stream was opened."""
        if self._opened_s is None:
            self._opened_s = frame * FRAME_S
        self.feed(pcm)

    def feed(self, pcm: bytes) -> None:
        self._stream.feed(pcm)

    async def events(self) -> AsyncIterator[HearingEvent]:
        async for event in self._stream.events():
            yield self._on_leg_time(event)

    async def take(self) -> Transcript:
        return self._placed(await self._stream.take())

    def close(self) -> None:
        self._stream.close()

    def _on_leg_time(self, event: HearingEvent) -> HearingEvent:
        opened_s = self._opened_s or 0.0
        match event:
            case SpeechStarted():
                return replace(event, at_s=event.at_s + opened_s)
            case Partial():
                return Partial(self._placed(event.transcript), event.at_s + opened_s)
            case Paused():
                return Paused(
                    self._placed(event.transcript),
                    event.speech_started_s + opened_s,
                    event.speech_ended_s + opened_s,
                    event.silence_s,
                )
            case EarsFailed():
                return event

    def _placed(self, transcript: Transcript) -> Transcript:
        opened_s = self._opened_s or 0.0
        return Transcript(
            tuple(
                Word(word.text, word.start_s + opened_s, word.end_s + opened_s, word.confidence)
                for word in transcript.words
            )
        )
