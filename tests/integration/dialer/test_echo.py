"""The robot's real voice coming back from the patient's phone is not taken for the patient."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from asr.segmenter import Segmenter, SpeechBegan
from asr.voice_activity import SileroNetwork, SileroVoiceActivity
from calls.audio import FRAME_BYTES, RATE_HZ
from demo.clock import ProcessClock
from dialer.echo_guard import EchoGuard
from dialer.session import PAUSES_S
from tts.levels import Samples, from_pcm, to_pcm
from tts.port import Voice
from tts.speaking import Settings, SupervisedMouth

pytestmark = pytest.mark.voice

PROMPT = "Здравствуйте! Это робот клиники «Ромашка». Завтра у вас приём у доктора Орловой. Вы придёте?"
ECHO_DB, NOISE_DBFS, PATIENT_DB = -25.0, -55.0, -8.0
INTERRUPTS_AT_S = 3.0


@pytest.fixture(scope="module")
def network() -> SileroNetwork:
    return SileroNetwork()


@pytest.fixture
async def mouth(tmp_path: Path) -> AsyncIterator[SupervisedMouth]:
    mouth = SupervisedMouth(Settings(cache_folder=tmp_path), ProcessClock())
    await mouth.start()
    yield mouth
    await mouth.stop()


def at(decibels: float, samples: Samples) -> Samples:
    return np.asarray(samples * 10 ** (decibels / 20), dtype=np.float32)


def heard_from_the_phone(robot: Samples, delay_s: float, patient: Samples | None = None) -> bytes:
    """The line's noise, the robot's echo, and perhaps the patient over it."""
    noise = np.random.default_rng(1).normal(0, 10 ** (NOISE_DBFS / 20), len(robot))
    track = noise.astype(np.float32)
    delay = round(delay_s * RATE_HZ)
    track[delay:] += at(ECHO_DB, robot)[: len(robot) - delay]
    if patient is not None:
        first = round(INTERRUPTS_AT_S * RATE_HZ)
        track[first : first + len(patient)] += at(PATIENT_DB, patient)
    return to_pcm(track)


def speech_begins_s(network: SileroNetwork, track: bytes, guard: EchoGuard) -> list[float]:
    segmenter = Segmenter(SileroVoiceActivity(network), PAUSES_S)
    events = [
        event
        for start in range(0, len(track), FRAME_BYTES)
        for event in segmenter.feed(guard.cleaned(start // FRAME_BYTES, track[start : start + FRAME_BYTES]))
    ]
    return [event.at_s for event in events if isinstance(event, SpeechBegan)]


@pytest.mark.parametrize("delay_s", [0.03, 0.12, 0.3])
async def test_an_echo_does_not_interrupt_the_robot_but_the_patient_does(
    mouth: SupervisedMouth, network: SileroNetwork, delay_s: float
) -> None:
    robot = from_pcm(await mouth.speak(PROMPT, Voice("Elena")))
    patient = from_pcm(await mouth.speak("Да, я приду.", Voice("Irina")))
    guard = EchoGuard()
    guard.robot_says(0, to_pcm(robot))
    echo = heard_from_the_phone(robot, delay_s)
    assert speech_begins_s(network, echo, EchoGuard()), "without the guard the robot would hear itself"
    assert speech_begins_s(network, echo, guard) == []
    over_it = heard_from_the_phone(robot, delay_s, patient)
    first_s = speech_begins_s(network, over_it, guard)[0]
    assert INTERRUPTS_AT_S - 0.1 < first_s < INTERRUPTS_AT_S + 0.25
