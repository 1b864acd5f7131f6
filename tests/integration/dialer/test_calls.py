"""Calls of the embedded SIP library to simulated patients: everything that may happen to one."""

import pytest

from calls.audio import FRAME_BYTES
from calls.events import (
    Answered,
    EarlyMedia,
    MediaLost,
    PeerHungUp,
    Rejected,
    Released,
    Ringing,
    TransferAccepted,
    TransferRefused,
)
from calls.outcome import Outcome
from demo.journal import Happening
from demo.town import CallRecord, Town
from dialer.backends.pjsua2 import Pjsua2Backend
from dialer.port import DigitPressed, PlaybackEnded, PlaybackStarted
from tests.integration.dialer.calling import Caller, call, chirp, holds, until

pytestmark = pytest.mark.calls


def uri(town: Town, user: str) -> str:
    return f"sip:{user}@{town.sip_address}"


async def record_of(town: Town, user: str) -> CallRecord:
    await until(lambda: bool(town.calls_to(user)))
    return town.calls_to(user)[0]


async def hang_up(caller: Caller) -> None:
    caller.leg.hang_up()
    assert isinstance(await caller.end(), Released)


async def test_every_frame_of_a_prompt_reaches_the_patient(town: Town, backend: Pjsua2Backend) -> None:
    caller = await call(backend, uri(town, "answers"))
    await caller.event(Answered)
    prompt = chirp(1.01)
    caller.leg.play(prompt, "first")
    caller.leg.play(chirp(0.2), "second")
    await caller.until(lambda: sum(isinstance(event, PlaybackEnded) for event in caller.events) == 2)
    (telephone,) = town.active_calls
    await hang_up(caller)
    assert telephone.stream
    heard = telephone.recording.robot(telephone.stream.codec)
    assert holds(heard, prompt.ljust(51 * FRAME_BYTES, b"\0") + chirp(0.2))
    first, second = (event.frame for event in caller.events if isinstance(event, PlaybackStarted))
    ends = [event for event in caller.events if isinstance(event, PlaybackEnded)]
    assert ends == [PlaybackEnded("first", first + 51, False), PlaybackEnded("second", second + 10, False)]
    assert second == first + 51
    assert caller.kinds()[:2] == [Ringing, Answered]


async def test_what_the_patient_says_is_heard_on_one_clock(town: Town, backend: Pjsua2Backend) -> None:
    caller = await call(backend, uri(town, "talks"))
    caller.leg.play(chirp(0.4), "question")
    await caller.until(lambda: caller.share_heard(chirp(0.6)) > 0.8)
    await hang_up(caller)
    assert [audio.frame for audio in caller.audio] == list(range(len(caller.audio)))
    assert {len(audio.pcm) for audio in caller.audio} == {FRAME_BYTES}


async def test_flush_cuts_the_prompt_and_what_waits_behind_it(town: Town, backend: Pjsua2Backend) -> None:
    caller = await call(backend, uri(town, "answers"))
    caller.leg.play(chirp(20), "long")
    caller.leg.play(chirp(20), "next")
    await caller.until(lambda: len(caller.audio) > 20)
    caller.leg.flush()
    caller.leg.play(b"", "afterwards")
    await caller.until(lambda: PlaybackEnded in caller.kinds() and len(caller.events) >= 7)
    ends = {event.mark: event for event in caller.events if isinstance(event, PlaybackEnded)}
    await hang_up(caller)
    assert ends["long"].cut and ends["next"].cut and not ends["afterwards"].cut
    assert ends["long"].frame == ends["next"].frame == ends["afterwards"].frame
    assert sum(isinstance(event, PlaybackStarted) for event in caller.events) == 2


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ("busy", Rejected(486, 17, Outcome.BUSY)),
        ("declines", Rejected(603, None, Outcome.DECLINED)),
        ("absent", Rejected(480, 20, Outcome.UNREACHABLE)),
        ("unallocated", Rejected(404, 1, Outcome.INVALID_NUMBER)),
    ],
)
async def test_rejections_tell_their_causes(
    town: Town, backend: Pjsua2Backend, user: str, expected: Rejected
) -> None:
    caller = await call(backend, uri(town, user))
    assert await caller.end() == expected


async def test_nobody_answers_and_we_cancel(town: Town, backend: Pjsua2Backend) -> None:
    caller = await call(backend, uri(town, "never"))
    await caller.event(Ringing)
    caller.leg.hang_up(19)
    assert isinstance(await caller.end(), Released)
    journal = (await record_of(town, "never")).journal
    assert journal.ending is Happening.CANCELLED
    assert journal.entries[-1].detail == "Q.850;cause=19"


async def test_bye_tells_why(town: Town, backend: Pjsua2Backend) -> None:
    caller = await call(backend, uri(town, "answers"), (("X-Attempt", "reminder:1"),))
    await caller.event(Answered)
    await hang_up(caller)
    record = await record_of(town, "answers")
    assert record.journal.ending is Happening.ROBOT_HUNG_UP
    assert record.journal.entries[-1].detail == "Q.850;cause=16"
    assert town.invites("reminder:1") == 1


async def test_the_network_speaks_before_the_answer(town: Town, backend: Pjsua2Backend) -> None:
    caller = await call(backend, uri(town, "announced"))
    assert await caller.end() == Rejected(480, None, Outcome.UNREACHABLE)
    assert caller.kinds() == [EarlyMedia, Rejected]
    assert caller.share_heard(chirp(0.6)) > 0.5  # the rejection follows on its heels


async def test_the_clock_goes_on_from_early_media_to_the_answer(town: Town, backend: Pjsua2Backend) -> None:
    caller = await call(backend, uri(town, "early"))
    await caller.event(Answered)
    frames = len(caller.audio)
    await caller.until(lambda: len(caller.audio) > frames + 10)
    await hang_up(caller)
    assert caller.kinds() == [EarlyMedia, Answered, Released]
    assert [audio.frame for audio in caller.audio] == list(range(len(caller.audio)))


@pytest.mark.parametrize(("user", "keys"), [("keys", "12#"), ("info", "3*")])
async def test_keys_arrive_both_ways(town: Town, backend: Pjsua2Backend, user: str, keys: str) -> None:
    caller = await call(backend, uri(town, user))
    await caller.until(lambda: caller.kinds().count(DigitPressed) == len(keys))
    await hang_up(caller)
    assert "".join(event.digit for event in caller.events if isinstance(event, DigitPressed)) == keys


async def test_our_keys_reach_the_patient(town: Town, backend: Pjsua2Backend) -> None:
    caller = await call(backend, uri(town, "answers"))
    await caller.event(Answered)
    (telephone,) = town.active_calls
    caller.leg.send_digits("17#")
    await until(lambda: telephone.journal.robot_keys == "17#")
    await hang_up(caller)


async def test_the_patient_hangs_up(town: Town, backend: Pjsua2Backend) -> None:
    caller = await call(backend, uri(town, "leaves"))
    assert isinstance(await caller.end(), PeerHungUp)


async def test_a_dead_line_is_noticed(town: Town, backend: Pjsua2Backend) -> None:
    caller = await call(backend, uri(town, "dead"))
    lost = await caller.event(MediaLost)
    assert lost.silent_s >= 1.0


async def test_the_patient_is_handed_over(town: Town, backend: Pjsua2Backend) -> None:
    caller = await call(backend, uri(town, "answers"))
    await caller.event(Answered)
    caller.leg.transfer(uri(town, "operator"))
    await caller.event(TransferAccepted)
    await hang_up(caller)
    transferred = (await record_of(town, "answers")).journal.first(Happening.TRANSFERRED)
    assert transferred and transferred.detail == "operator"


@pytest.mark.parametrize("target", ["operator", "no address at all"])
async def test_nobody_takes_the_patient_over(town: Town, backend: Pjsua2Backend, target: str) -> None:
    caller = await call(backend, uri(town, "refuses"))
    await caller.event(Answered)
    caller.leg.transfer(uri(town, target) if target == "operator" else target)
    await caller.event(TransferRefused)
    frames = len(caller.audio)
    await caller.until(lambda: len(caller.audio) > frames)
    await hang_up(caller)
