"""Every voice is understood by our own recogniser: an unintelligible prompt would be found here."""

from pathlib import Path

import pytest

from asr.engines import vosk
from calls.audio import silence
from demo.clock import ProcessClock
from tts.port import Voice
from tts.speaking import Settings, SupervisedMouth

pytestmark = pytest.mark.voice

PROMPTS = [
    "Перенесите запись.",
    "Двадцать первого ноября, в девять часов.",
    "Соедините с оператором.",
    "Больше не звоните.",
    "Повторите, пожалуйста.",
]


@pytest.mark.parametrize("name", ["Anna", "Elena", "Irina", "Aleksandr"])
async def test_prompts_are_heard_back(tmp_path: Path, name: str) -> None:
    engine = vosk.build(vosk.Settings())
    mouth = SupervisedMouth(Settings(cache_folder=tmp_path, fallback=None), ProcessClock())
    await mouth.start()
    try:
        for prompt in PROMPTS:
            stream = engine.open()
            stream.accept(silence(0.3) + await mouth.speak(prompt, Voice(name)) + silence(0.3))
            heard = stream.final().text.split()
            said = prompt.lower().replace(",", "").rstrip(".").split()
            assert heard == said
    finally:
        await mouth.stop()
