"""What is heard stands on the leg's clock, whenever the ears were opened."""

from collections.abc import AsyncIterator

from asr.port import EarsFailed, HearingEvent, Partial, Paused, SpeechStarted
from calls.audio import SILENCE
from calls.transcript import Transcript, Word
from dialer.leg_hearing import LegHearing

WORDS = Transcript((Word("да", 1.0, 1.25, 0.9),))
ON_THE_LEG = Transcript((Word("да", 3.0, 3.25, 0.9),))


class Stream:
    """Tells the same events of any audio."""

    def __init__(self) -> None:
        self.fed: list[bytes] = []
        self.closed = False

    def feed(self, pcm: bytes) -> None:
        self.fed.append(pcm)

    async def events(self) -> AsyncIterator[HearingEvent]:
        for event in (SpeechStarted(1.0), Partial(WORDS, 1.25), Paused(WORDS, 1.0, 1.25, 0.3)):
            yield event
        yield EarsFailed("gone")

    async def take(self) -> Transcript:
        return WORDS

    def close(self) -> None:
        self.closed = True


async def test_times_count_from_the_legs_first_frame() -> None:
    stream = Stream()
    hearing = LegHearing(stream)
    hearing.hear(100, SILENCE)
    hearing.hear(101, SILENCE)
    assert [event async for event in hearing.events()] == [
        SpeechStarted(3.0),
        Partial(ON_THE_LEG, 3.25),
        Paused(ON_THE_LEG, 3.0, 3.25, 0.3),
        EarsFailed("gone"),
    ]
    assert await hearing.take() == ON_THE_LEG
    assert stream.fed == [SILENCE, SILENCE]
    hearing.close()
    assert stream.closed
