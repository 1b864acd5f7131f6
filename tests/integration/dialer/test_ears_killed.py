"""A real recognition process dies in the middle of a call: the patient is told, and a key still answers."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from asr.hearing import Settings, SupervisedEars
from asr.port import EarsFailed, HearingEvent, HearingRequest, HearingStream
from calls.audio import FRAME_BYTES, FRAME_S, read_wav, silence
from calls.machine import CallState
from calls.outcome import Outcome
from calls.transcript import Transcript
from demo.clock import ProcessClock
from dialer.backends.fake import Answer, HearOut, Press, Ring, Wait
from tests.unit.dialer.session_rig import Rig

YES = read_wav(Path(__file__).parents[2] / "contracts" / "data" / "yes.wav")
FRAMES_BEFORE_THE_KILL = 40
PATIENCE_S = 30.0


class WatchedStream:
    """A stream that also tells the test when its process is lost."""

    def __init__(self, stream: HearingStream, lost: asyncio.Event) -> None:
        self._stream, self._lost = stream, lost
        self.feed, self.close = stream.feed, stream.close

    async def events(self) -> AsyncIterator[HearingEvent]:
        async for event in self._stream.events():
            yield event
            if isinstance(event, EarsFailed):
                self._lost.set()

    async def take(self) -> Transcript:
        return await self._stream.take()


class WatchedEars:
    """Real ears whose loss the test can wait for."""

    def __init__(self, ears: SupervisedEars) -> None:
        self._ears = ears
        self.start, self.stop, self.kill = ears.start, ears.stop, ears.kill_processes
        self.lost = asyncio.Event()

    async def open(self, request: HearingRequest) -> HearingStream:
        return WatchedStream(await self._ears.open(request), self.lost)


async def test_a_killed_recogniser_is_owned_up_to_and_a_key_still_answers() -> None:
    ears = WatchedEars(
        SupervisedEars(Settings(kind="fake", engine={"lines": ["да"]}, open_timeout_s=60.0), ProcessClock())
    )
    await ears.start()
    try:
        rig = Rig(Ring(), Answer(), HearOut(), HearOut(), Wait(1.0), Press("1"), ears=ears)
        await rig.prompts.prepare(rig.dialogue.sentences())
        call = asyncio.get_running_loop().create_task(rig.session.run())
        frames_talking = 0
        while not call.done():
            for _ in range(30):
                await asyncio.sleep(0)  # noqa: TID251 - lets the tasks run, takes no time
            frames_talking += CallState.TALKING in rig.states
            if frames_talking == FRAMES_BEFORE_THE_KILL:
                ears.kill()
                await asyncio.wait_for(ears.lost.wait(), PATIENCE_S)
            rig.clock.move(FRAME_S)
        result = await call
        await rig.backend.stop()

        said = [turn.text for turn in result.conversation.turns if turn.speaker == "robot"]
        apologised = next(at for at, text in enumerate(said) if "плохо слышу" in text)
        assert any("нажмите один" in text for text in said[apologised:])
        assert result.outcome is Outcome.CONFIRMED
        assert await heard_by_the_next_call(ears) == "да"
    finally:
        await ears.stop()


async def heard_by_the_next_call(ears: WatchedEars) -> str:
    stream = await ears.open(HearingRequest())
    pcm = silence(0.3) + YES + silence(0.6)
    for at in range(0, len(pcm), FRAME_BYTES):
        stream.feed(pcm[at : at + FRAME_BYTES])
    return (await stream.take()).text
