"""Prompts frame by frame: marks, gaps, the last frame's silence, flushing."""

from hypothesis import given
from hypothesis import strategies as st

from calls.audio import FRAME_BYTES
from dialer.playout import PromptQueue
from dialer.port import PlaybackEnded, PlaybackStarted


def frames(queue: PromptQueue, count: int, first: int = 0) -> tuple[list[bytes | None], list[object]]:
    spoken: list[bytes | None] = []
    events: list[object] = []
    for frame in range(first, first + count):
        pcm, happened = queue.next_frame(frame)
        spoken.append(pcm)
        events += happened
    return spoken, events


def test_nothing_to_say() -> None:
    assert frames(PromptQueue(), 2) == ([None, None], [])


def test_prompts_follow_each_other_without_a_gap() -> None:
    queue = PromptQueue()
    queue.play(b"\1" * (FRAME_BYTES + 10), "one")
    queue.play(b"\2" * FRAME_BYTES, "two")
    spoken, events = frames(queue, 4, first=7)
    assert spoken == [
        b"\1" * FRAME_BYTES,
        (b"\1" * 10).ljust(FRAME_BYTES, b"\0"),
        b"\2" * FRAME_BYTES,
        None,
    ]
    assert events == [
        PlaybackStarted("one", 7),
        PlaybackEnded("one", 9, cut=False),
        PlaybackStarted("two", 9),
        PlaybackEnded("two", 10, cut=False),
    ]


def test_an_empty_prompt_begins_and_ends_at_once() -> None:
    queue = PromptQueue()
    queue.play(b"", "mark")
    assert frames(queue, 1) == ([None], [PlaybackStarted("mark", 0), PlaybackEnded("mark", 0, cut=False)])


def test_a_flush_cuts_what_plays_and_what_waits_but_not_what_comes_after() -> None:
    queue = PromptQueue()
    queue.play(bytes(10 * FRAME_BYTES), "plays")
    queue.play(bytes(FRAME_BYTES), "waits")
    frames(queue, 3)
    queue.flush()
    queue.play(b"\3" * FRAME_BYTES, "after")
    spoken, events = frames(queue, 2, first=3)
    assert spoken == [b"\3" * FRAME_BYTES, None]
    assert events == [
        PlaybackEnded("plays", 3, cut=True),
        PlaybackEnded("waits", 3, cut=True),
        PlaybackStarted("after", 3),
        PlaybackEnded("after", 4, cut=False),
    ]


def test_a_flush_of_nothing_says_nothing() -> None:
    queue = PromptQueue()
    queue.flush()
    assert frames(queue, 1) == ([None], [])


@given(st.lists(st.one_of(st.integers(0, 3 * FRAME_BYTES), st.just(-1), st.just(-2))))
def test_every_prompt_ends_exactly_once(steps: list[int]) -> None:
    """A number queues a prompt of so many bytes, -1 flushes, -2 lets a frame pass."""
    queue, events, frame, marks = PromptQueue(), list[object](), 0, 0
    for step in [*steps, *[-2] * (4 * len(steps) + 1)]:
        if step >= 0:
            queue.play(bytes(step), str(marks))
            marks += 1
        elif step == -1:
            queue.flush()
        else:
            events += queue.next_frame(frame)[1]
            frame += 1
    ended = [event.mark for event in events if isinstance(event, PlaybackEnded)]
    started = [event.mark for event in events if isinstance(event, PlaybackStarted)]
    assert sorted(ended) == sorted(str(mark) for mark in range(marks))
    assert len(set(started)) == len(started)
