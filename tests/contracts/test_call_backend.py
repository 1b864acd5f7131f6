"""What every carrier of calls promises, tried on the scripted one and on real SIP and RTP over loopback."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from calls.audio import FRAME_BYTES, FRAME_S
from calls.events import (
    Answered,
    EarlyMedia,
    LineFailed,
    MediaLost,
    PeerHungUp,
    Rejected,
    Released,
    Ringing,
    TransferAccepted,
    TransferRefused,
)
from calls.outcome import Outcome
from demo.clock import ProcessClock
from demo.town import Town
from dialer.backends import fake
from dialer.backends.fake import Callee, FakeBackend
from dialer.backends.pjsua2 import Pjsua2Backend
from dialer.errors import CallFailure, NoFreeLine
from dialer.port import CallBackend, DialRequest, DigitPressed, PlaybackEnded, PlaybackStarted
from tests.integration.dialer.calling import PEOPLE, Caller, call, chirp, line, voices

LINES = 2


@dataclass(frozen=True, slots=True)
class Carrier:
    """A started backend, and how its callees are addressed."""

    backend: CallBackend
    address: Callable[[str], str]

    async def call(self, callee: str) -> Caller:
        return await call(self.backend, self.address(callee))


CALLEES = {
    "answers": Callee((fake.Ring(), fake.Answer())),
    "busy": Callee((fake.Reject(486, 17),)),
    "declines": Callee((fake.Reject(603),)),
    "never": fake.NEVER_ANSWERS,
    "rings": fake.NEVER_ANSWERS,
    "early": Callee((fake.PlayEarlyMedia(chirp(0.6)), fake.Answer())),
    "talks": Callee((fake.Answer(), fake.HearOut(), fake.Say(chirp(0.6)))),
    "keys": Callee((fake.Answer(), fake.Wait(0.1), fake.Press("12#"))),
    "leaves": Callee((fake.Answer(), fake.Wait(0.2), fake.HangUp())),
    "dead": Callee((fake.Answer(), fake.Wait(0.1), fake.LoseMedia())),
    "refuses": Callee((fake.Answer(),), takes_transfers=False),
}


@contextlib.asynccontextmanager
async def scripted() -> AsyncIterator[Carrier]:
    yield Carrier(FakeBackend(CALLEES, ProcessClock(), LINES), lambda callee: callee)


@contextlib.asynccontextmanager
async def over_sip() -> AsyncIterator[Carrier]:
    async with Town(PEOPLE, voices, ProcessClock(), random.Random(1)) as town:
        backend = Pjsua2Backend(line(lines=LINES), ProcessClock())
        yield Carrier(backend, lambda callee: f"sip:{callee}@{town.sip_address}")


@pytest.fixture(params=[scripted, over_sip], ids=["fake", "pjsua2"])
async def carrier(request: pytest.FixtureRequest) -> AsyncIterator[Carrier]:
    async with request.param() as carrier:
        await carrier.backend.start()
        try:
            yield carrier
        finally:
            await carrier.backend.stop()


async def test_an_answered_call_rings_first_and_is_released_last(carrier: Carrier) -> None:
    caller = await carrier.call("answers")
    await caller.event(Answered)
    caller.leg.hang_up()
    assert await caller.end() == Released()
    assert caller.kinds() == [Ringing, Answered, Released]


@pytest.mark.parametrize(
    ("callee", "rejected"),
    [
        ("busy", Rejected(486, 17, Outcome.BUSY)),
        ("declines", Rejected(603, None, Outcome.DECLINED)),
    ],
)
async def test_a_rejection_is_the_only_event(carrier: Carrier, callee: str, rejected: Rejected) -> None:
    caller = await carrier.call(callee)
    assert await caller.end() == rejected
    assert caller.kinds() == [Rejected]


async def test_a_call_that_nobody_answers_can_be_given_up(carrier: Carrier) -> None:
    caller = await carrier.call("never")
    await caller.event(Ringing)
    caller.leg.hang_up(19)
    assert await caller.end() == Released()


async def test_audio_frames_are_counted_from_the_first_media(carrier: Carrier) -> None:
    caller = await carrier.call("early")
    await caller.event(Answered)
    frames = len(caller.audio)
    await caller.until(lambda: len(caller.audio) > frames + 5)
    caller.leg.hang_up()
    await caller.end()
    assert caller.kinds() == [EarlyMedia, Answered, Released]
    assert [audio.frame for audio in caller.audio] == list(range(len(caller.audio)))
    assert {len(audio.pcm) for audio in caller.audio} == {FRAME_BYTES}


async def test_prompts_are_marked_and_paced(carrier: Carrier) -> None:
    caller = await carrier.call("answers")
    await caller.event(Answered)
    began_s = asyncio.get_running_loop().time()
    caller.leg.play(bytes(10 * FRAME_BYTES), "one")
    caller.leg.play(bytes(15 * FRAME_BYTES + 2), "two")
    await caller.until(lambda: caller.kinds().count(PlaybackEnded) == 2)
    took_s = asyncio.get_running_loop().time() - began_s
    marks = [event for event in caller.events if isinstance(event, PlaybackStarted | PlaybackEnded)]
    first = marks[0].frame
    assert marks == [
        PlaybackStarted("one", first),
        PlaybackEnded("one", first + 10, cut=False),
        PlaybackStarted("two", first + 10),
        PlaybackEnded("two", first + 26, cut=False),
    ]
    assert took_s > 20 * FRAME_S
    caller.leg.hang_up()
    await caller.end()


async def test_flush_leaves_nothing_to_say(carrier: Carrier) -> None:
    caller = await carrier.call("answers")
    await caller.event(Answered)
    caller.leg.play(bytes(3000 * FRAME_BYTES), "long")
    caller.leg.play(bytes(FRAME_BYTES), "next")
    await caller.event(PlaybackStarted)
    caller.leg.flush()
    await caller.until(lambda: caller.kinds().count(PlaybackEnded) == 2)
    ends = [event for event in caller.events if isinstance(event, PlaybackEnded)]
    assert [(end.mark, end.cut) for end in ends] == [("long", True), ("next", True)]
    caller.leg.play(bytes(FRAME_BYTES), "after")
    await caller.until(lambda: caller.kinds().count(PlaybackEnded) == 3)
    assert caller.kinds().count(PlaybackStarted) == 2
    caller.leg.hang_up()
    await caller.end()


async def test_the_callee_hears_the_prompt_and_replies(carrier: Carrier) -> None:
    caller = await carrier.call("talks")
    caller.leg.play(chirp(0.4), "question")
    await caller.until(lambda: caller.share_heard(chirp(0.6)) > 0.8)
    caller.leg.hang_up()
    await caller.end()


async def test_keys_come_one_by_one(carrier: Carrier) -> None:
    caller = await carrier.call("keys")
    await caller.until(lambda: caller.kinds().count(DigitPressed) == 3)
    assert [event.digit for event in caller.events if isinstance(event, DigitPressed)] == ["1", "2", "#"]
    caller.leg.hang_up()
    await caller.end()


async def test_the_callee_may_hang_up(carrier: Carrier) -> None:
    caller = await carrier.call("leaves")
    assert isinstance(await caller.end(), PeerHungUp)
    caller.leg.play(bytes(FRAME_BYTES), "too late")
    caller.leg.flush()
    caller.leg.send_digits("1")
    caller.leg.transfer(carrier.address("operator"))
    caller.leg.hang_up()
    assert caller.kinds().count(PeerHungUp) == 1


async def test_lost_media_is_told_and_the_call_can_be_ended(carrier: Carrier) -> None:
    caller = await carrier.call("dead")
    lost = await caller.event(MediaLost)
    assert lost.silent_s > 0
    frames = len(caller.audio)
    await caller.until(lambda: len(caller.audio) > frames)


@pytest.mark.parametrize(("callee", "answer"), [("answers", TransferAccepted), ("refuses", TransferRefused)])
async def test_a_transfer_is_accepted_or_refused(carrier: Carrier, callee: str, answer: type) -> None:
    caller = await carrier.call(callee)
    await caller.event(Answered)
    caller.leg.transfer(carrier.address("operator"))
    assert isinstance(await caller.event(answer), answer)
    caller.leg.hang_up()
    assert await caller.end() == Released()


async def test_there_are_never_more_calls_than_lines(carrier: Carrier) -> None:
    assert carrier.backend.capacity == LINES
    callers = [await carrier.call(callee) for callee in ("never", "rings")]
    with pytest.raises(NoFreeLine) as caught:
        await carrier.backend.place(DialRequest("attempt", carrier.address("answers")))
    assert isinstance(caught.value, CallFailure)
    assert not caught.value.may_have_rung
    for caller in callers:
        await caller.event(Ringing)
        caller.leg.hang_up()
        await caller.end()
    again = await carrier.call("answers")
    await again.event(Answered)
    again.leg.hang_up()
    await again.end()


async def test_stop_ends_what_is_left(carrier: Carrier) -> None:
    talking, ringing = await carrier.call("answers"), await carrier.call("never")
    await talking.event(Answered)
    await ringing.event(Ringing)
    ringing.leg.hang_up()
    await carrier.backend.stop()
    assert await talking.end() == LineFailed("the line was closed", may_have_rung=True)
    assert await ringing.end() == Released()
