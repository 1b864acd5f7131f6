"""Answering machines are found by their beep or their long greeting; people never are."""

import math
import random
import struct

import pytest

from calls.audio import FRAME_BYTES, RATE_HZ, silence
from dialer.answering_machine import AnsweringMachineDetector, Finding


def tone(hz: float, seconds: float, amplitude: float = 8000) -> bytes:
    count = round(seconds * RATE_HZ)
    return struct.pack(
        f"<{count}h", *(round(amplitude * math.sin(2 * math.pi * hz * n / RATE_HZ)) for n in range(count))
    )


def vowel(seconds: float, pitch_hz: float = 120) -> bytes:
    """A buzz of many harmonics with a wandering pitch, as a voice has."""
    rng, phase, samples = random.Random(3), 0.0, []
    for n in range(round(seconds * RATE_HZ)):
        phase += 2 * math.pi * pitch_hz * (1 + 0.1 * math.sin(n / 900)) / RATE_HZ
        value = sum(math.sin(k * phase) / k for k in range(1, 25)) + rng.uniform(-0.2, 0.2)
        samples.append(round(2500 * value))
    return struct.pack(f"<{len(samples)}h", *(max(-32768, min(32767, value)) for value in samples))


def findings(audio: bytes, detector: AnsweringMachineDetector | None = None) -> list[Finding]:
    detector = detector or AnsweringMachineDetector()
    frames = (audio[start : start + FRAME_BYTES] for start in range(0, len(audio), FRAME_BYTES))
    return [found for frame in frames if (found := detector.feed(frame.ljust(FRAME_BYTES, b"\0")))]


@pytest.mark.parametrize("hz", [440, 800, 1000, 1400, 2000])
@pytest.mark.parametrize("seconds", [0.25, 0.5, 1.0])
def test_a_beep_is_found_once_it_is_over(hz: float, seconds: float) -> None:
    assert findings(silence(1) + tone(hz, seconds) + silence(1)) == [Finding.BEEP]


@pytest.mark.parametrize(
    "audio",
    [
        silence(3),
        vowel(3),
        tone(1000, 0.08) + silence(0.5),
        tone(100, 1.0) + silence(0.5),
        tone(1000, 0.5, amplitude=60) + silence(0.5),
    ],
    ids=["silence", "voice", "click", "hum", "faint"],
)
def test_what_is_no_beep(audio: bytes) -> None:
    assert findings(audio) == []


def test_one_voice_from_the_pick_up_on_is_a_greeting() -> None:
    detector = AnsweringMachineDetector()
    detector.speech_started(0.4)
    assert findings(vowel(6), detector) == [Finding.GREETING]


def test_a_person_who_answers_and_waits_is_no_machine() -> None:
    detector = AnsweringMachineDetector()
    detector.speech_started(0.4)
    assert findings(vowel(1.5), detector) == []
    detector.speech_paused()
    detector.speech_started(2.5)
    assert findings(silence(1) + vowel(8), detector) == []


def test_a_person_who_speaks_long_later_is_no_machine() -> None:
    detector = AnsweringMachineDetector()
    detector.speech_started(3.0)
    assert findings(vowel(10), detector) == []
