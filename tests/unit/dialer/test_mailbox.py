"""The reader gets everything in order; only audio is ever dropped, the oldest first."""

import asyncio

from calls.events import Answered, Released, Ringing
from dialer.mailbox import MOST_AUDIO_FRAMES, Mailbox
from dialer.port import AudioIn, LegEvent


async def read(mailbox: Mailbox) -> list[LegEvent]:
    return [event async for event in mailbox.read()]


async def test_events_come_in_order_up_to_the_last_one() -> None:
    mailbox = Mailbox()
    reading = asyncio.create_task(read(mailbox))
    for event in (Ringing(), Answered(), AudioIn(0, b"")):
        mailbox.put(event)
        await asyncio.sleep(0)  # noqa: TID251 - lets the reader run
    mailbox.put(Released())
    mailbox.put(Ringing())
    assert await reading == [Ringing(), Answered(), AudioIn(0, b""), Released()]
    assert mailbox.closed


async def test_a_stuck_reader_misses_the_oldest_audio_and_nothing_else() -> None:
    mailbox = Mailbox()
    mailbox.put(Ringing())
    for frame in range(MOST_AUDIO_FRAMES + 30):
        mailbox.put(AudioIn(frame, b""))
        if frame == 10:
            mailbox.put(Answered())
    mailbox.put(Released())
    events = await read(mailbox)
    assert events[:2] == [Ringing(), Answered()]
    assert events[-1] == Released()
    frames = [event.frame for event in events if isinstance(event, AudioIn)]
    assert frames == list(range(30, MOST_AUDIO_FRAMES + 30))
    assert mailbox.dropped_frames == 30
