"""When a prompt begins and ends, in frames."""

import numpy as np
import pytest

from demo.ears import AnswerBegan, EarEvent, Ears, PromptBegan, PromptEnded
from demo.g711 import PCMA

LOUD = PCMA.encode(np.full(160, 4000, "<i2").tobytes())
QUIET = PCMA.silence * 160


def hear(ears: Ears, pattern: str) -> list[tuple[int, EarEvent]]:
    """`#` is a frame of speech, `.` one of silence, `_` one whose packet was lost."""
    events: list[tuple[int, EarEvent]] = []
    for frame, char in enumerate(pattern):
        if char != "_":
            events += [(frame, event) for event in ears.hear(LOUD if char == "#" else QUIET)]
        events += [(frame, event) for event in ears.tick()]
    return events


@pytest.mark.parametrize("gap", ["." * 30, "_" * 30, "._" * 15])
def test_a_pause_of_06_s_belongs_to_the_prompt(gap: str) -> None:
    events = hear(Ears(PCMA), "##" + gap + "##" + "." * 40)
    assert [type(event) for _, event in events] == [PromptBegan, PromptEnded]


@pytest.mark.parametrize("quiet", [".", "_"])
def test_the_end_is_dated_back_to_the_last_word(quiet: str) -> None:
    events = hear(Ears(PCMA), ".." + "####" + quiet * 40)
    frame, ended = events[-1]
    assert isinstance(ended, PromptEnded)
    assert (frame + 1) * 0.02 - ended.ago_s == pytest.approx(6 * 0.02)


def test_the_beginning_is_dated_to_the_sample() -> None:
    late = PCMA.silence * 40 + LOUD[:120]
    assert Ears(PCMA).hear(late) == [PromptBegan(0.005)]


def test_noise_below_the_threshold_is_silence() -> None:
    noise = PCMA.encode((200 * np.sin(np.arange(160))).astype("<i2").tobytes())
    click = PCMA.encode(np.r_[np.full(4, 9000), np.zeros(156)].astype("<i2").tobytes())
    ears = Ears(PCMA)
    assert ears.hear(noise) + ears.hear(click) == []
    assert not ears.in_prompt


def test_the_answer_is_the_first_word_after_our_own() -> None:
    ears = Ears(PCMA)
    hear(ears, "###")
    ears.await_answer()
    events = [(frame, type(event)) for frame, event in hear(ears, "##......##" + "." * 40)]
    assert events == [(8, AnswerBegan), (40 + 1, PromptEnded)], "its last words before are no answer"


def test_a_prompt_that_was_already_over_is_not_the_expected_one() -> None:
    ears = Ears(PCMA)
    hear(ears, "###....")
    ears.expect_prompt()
    [(_, ended)] = hear(ears, "." * 40)
    assert isinstance(ended, PromptEnded)
    assert not ended.expected
    assert [e.expected for _, e in hear(ears, "##" + "." * 40) if isinstance(e, PromptEnded)] == [True]
