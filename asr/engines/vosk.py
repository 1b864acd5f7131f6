"""Vosk (Kaldi): the embedded Russian model by default, any Vosk model by its folder."""

import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from asr.errors import RecognitionFailed
from asr.port import Capabilities, EngineStream, RecognitionEngine
from calls.audio import RATE_HZ, duration_s
from calls.errors import MissingDependency
from calls.transcript import UNKNOWN_WORD, Transcript, Word

EMBEDDED_MODEL = "models/ru-small"


class Settings(BaseModel):
    """Which model to load. Left out: the small Russian one that comes with the program."""

    model_config = ConfigDict(extra="forbid")

    model: Path | None = Field(default=None, description="Folder of a Vosk model")
    language: str = Field(default="ru", description="The language of that model")


class VoskStream:
    """One KaldiRecognizer. Kaldi's own endpoints only cut very long speech; the words are kept.

    Partial results are plain text: with times and confidences Vosk gives them a second later. Their words
    all stand at the moment of the partial result.
    """

    def __init__(self, recogniser: Any) -> None:
        self._recogniser = recogniser
        self._words: tuple[Word, ...] = ()
        self._fed_s = 0.0

    def accept(self, pcm: bytes) -> None:
        self._fed_s += duration_s(pcm)
        if self._asked(lambda: self._recogniser.AcceptWaveform(pcm)):
            self._words += _final_words(self._asked(self._recogniser.Result))

    def partial(self) -> Transcript:
        heard = json.loads(self._asked(self._recogniser.PartialResult))
        now = tuple(Word(text, self._fed_s, self._fed_s) for text in heard.get("partial", "").split())
        return Transcript(self._words + now)

    def final(self) -> Transcript:
        words = self._words + _final_words(self._asked(self._recogniser.FinalResult))
        self._words = ()
        return Transcript(words)

    @staticmethod
    def _asked(question: Any) -> Any:
        try:
            return question()
        except Exception as error:  # Vosk raises nothing more exact
            raise RecognitionFailed("Vosk could not go on with the audio") from error


def _final_words(result: str) -> tuple[Word, ...]:
    return tuple(map(_word, json.loads(result).get("result", ())))


def _word(entry: dict[str, Any]) -> Word:
    return Word(entry["word"], entry["start"], entry["end"], min(max(entry.get("conf", 1.0), 0.0), 1.0))


class VoskEngine:
    """A loaded Vosk model."""

    def __init__(self, model: Any, library: Any, settings: Settings, can_narrow: bool) -> None:
        self._model, self._library, self._settings = model, library, settings
        self._can_narrow = can_narrow

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            frozenset({self._settings.language}),
            RATE_HZ,
            grammar=self._can_narrow,
            partials=True,
            confidences=True,
        )

    def open(self, phrases: Sequence[str] = ()) -> EngineStream:
        """A recogniser, narrowed to the phrases when the model allows it and knows all their words."""
        grammar = sorted({" ".join(phrase.lower().split()) for phrase in phrases} - {""})
        try:
            if grammar and self._can_narrow and all(map(self._knows, grammar)):
                words = json.dumps([*grammar, UNKNOWN_WORD], ensure_ascii=False)
                recogniser = self._library.KaldiRecognizer(self._model, RATE_HZ, words)
            else:
                recogniser = self._library.KaldiRecognizer(self._model, RATE_HZ)
        except Exception as error:  # Vosk raises nothing more exact
            raise RecognitionFailed("Vosk could not open a recogniser") from error
        recogniser.SetWords(True)
        return VoskStream(recogniser)

    def _knows(self, phrase: str) -> bool:
        return all(self._model.vosk_model_find_word(word) >= 0 for word in phrase.split())


def build(settings: Settings) -> RecognitionEngine:
    """Load the model; MissingDependency names its folder and how to mend it."""
    folder = settings.model or Path(str(files("asr") / EMBEDDED_MODEL))
    network = next(
        (folder / name for name in ("am/final.mdl", "final.mdl") if (folder / name).is_file()), None
    )
    if network is None:
        raise MissingDependency(
            f"модели Vosk в папке {folder} нет",
            hint="Назовите папку, где лежат am/final.mdl и graph/; встроенной модели настройка не нужна.",
        )
    try:
        import vosk
    except ImportError as error:
        raise MissingDependency("библиотека vosk не установлена", hint="Выполните scripts/setup.") from error
    vosk.SetLogLevel(-1)
    try:
        model = vosk.Model(str(folder))
    except Exception as error:  # Vosk raises nothing more exact
        raise MissingDependency(
            f"модель Vosk из папки {folder} не загружается",
            hint="Она повреждена или неполна: скачайте или распакуйте её заново.",
        ) from error
    can_narrow = any((folder / place / "HCLr.fst").is_file() for place in ("graph", "."))
    return VoskEngine(model, vosk, settings, can_narrow)
