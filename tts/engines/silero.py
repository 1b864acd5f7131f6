"""Silero voices from weights on disk: production quality, 8 kHz, stress and homographs.

The weights are a `torch.package` file (`v5_ru.pt`) with their authors' code and licence (the Russian voices:
CC BY-NC), so they are never fetched by themselves. Silero leaves digits out silently: texts come spelled, and
the mouth checks that. SSML carries the rate, and pauses where the text has an ellipsis.
"""

import re
from html import escape
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from calls.audio import RATE_HZ
from calls.errors import MissingDependency
from tts.errors import MouthFailed, VoiceRefused
from tts.port import Capabilities, Speech, SynthesisEngine, Voice
from tts.stress import with_plus

HINT = "Назовите в weights файл голосов Silero, например v5_ru.pt; скачать его нужно самим."
ELLIPSIS_PAUSE_MS = 500
# Silero knows five paces; each one stands for the rates up to its bound.
PACES = ((0.7, "x-slow"), (0.9, "slow"), (1.1, "medium"), (1.35, "fast"), (99.0, "x-fast"))


class Settings(BaseModel):
    """Which weights to load, and how many threads a sentence may use."""

    model_config = ConfigDict(extra="forbid")

    weights: Path = Field(description="The voices' file, a torch.package such as v5_ru.pt")
    language: str = Field(default="ru", description="The language of those voices")
    threads: int = Field(default=1, ge=1, le=64)


class Silero:
    """A loaded package of Silero voices."""

    def __init__(self, model: Any, settings: Settings) -> None:
        self._model, self._settings = model, settings
        self._speakers = tuple(name for name in model.speakers if name != "random")

    @property
    def capabilities(self) -> Capabilities:
        version = f"silero-{self._settings.weights.stem}-{self._settings.weights.stat().st_size}"
        return Capabilities(frozenset({self._settings.language}), self._speakers, version)

    def speak(self, text: str, voice: Voice) -> Speech:
        if voice.name not in self._speakers:
            raise VoiceRefused(
                f"голоса «{voice.name}» в этом файле Silero нет",
                hint="Есть: " + ", ".join(self._speakers),
            )
        try:
            audio = self._model.apply_tts(
                ssml_text=ssml(text, voice.rate),
                speaker=voice.name,
                sample_rate=RATE_HZ,
                put_accent=True,
                put_yo=True,
            )
        except Exception as error:  # noqa: BLE001 - the package raises bare Exceptions, and they hold the text
            raise MouthFailed(f"Silero не смог произнести фразу ({type(error).__name__})") from None
        samples = (audio.clamp(-1, 1) * 32767).short().numpy()
        return Speech(samples.astype("<i2").tobytes(), RATE_HZ)


def ssml(text: str, rate: float) -> str:
    """The sentence with its pace and its pauses; stress is `+` before the vowel."""
    pace = next(name for bound, name in PACES if rate <= bound)
    body = re.sub(r"…|\.\.\.", f'<break time="{ELLIPSIS_PAUSE_MS}ms"/>', escape(with_plus(text), quote=False))
    spoken = body if pace == "medium" else f'<prosody rate="{pace}">{body}</prosody>'
    return f"<speak>{spoken}</speak>"


def build(settings: Settings) -> SynthesisEngine:
    """Load the weights; MissingDependency says what is missing."""
    if not settings.weights.is_file():
        raise MissingDependency(f"файла голосов Silero {settings.weights} нет", hint=HINT)
    try:
        import torch
        from torch.package import PackageImporter
    except ImportError as error:
        raise MissingDependency(
            "голосам Silero нужен PyTorch, а он не установлен",
            hint="Установите пакеты из locks/silero.txt.",
        ) from error
    torch.set_num_threads(settings.threads)
    try:
        model = PackageImporter(str(settings.weights)).load_pickle("tts_models", "model")
        model.to(torch.device("cpu"))
    except Exception as error:  # whatever a damaged archive makes its reader raise
        raise MissingDependency(
            f"файл голосов Silero {settings.weights} не загружается", hint=HINT
        ) from error
    return Silero(model, settings)
