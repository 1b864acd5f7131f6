"""A clinic's own announcer: recorded sentences, played instead of the voice where a text contains them.

In a folder, `NAME.wav` is the recording and `NAME.txt` beside it the sentence, as the scenario writes it. Any
16-bit WAV will do; it is brought to the telephone's rate and to the level of the synthesised sentences.
"""

import re
import wave
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from calls.errors import BadInput
from tts.levels import from_pcm, to_pcm
from tts.port import Speech
from tts.stress import without_stress
from tts.telephone import telephone_speech


class RecordedPhrases:
    """The recordings by their sentences; case, punctuation and stress marks do not matter."""

    def __init__(self, recordings: Mapping[str, bytes] | None = None) -> None:
        self._recordings = {_key(sentence): pcm for sentence, pcm in (recordings or {}).items()}

    @classmethod
    def load(cls, folder: Path) -> "RecordedPhrases":
        """Every recording of the folder; BadInput names the file that cannot be used."""
        if not folder.is_dir():
            raise BadInput(
                f"папки с записями диктора {folder} нет", hint="Создайте её или уберите tts: recordings."
            )
        recordings: dict[str, bytes] = {}
        for path in sorted(folder.glob("*.wav")):
            recordings[_sentence_of(path)] = _recording(path)
        return cls(recordings)

    def get(self, sentence: str) -> bytes | None:
        """The recording of that sentence as 8 kHz PCM."""
        return self._recordings.get(_key(sentence)) if self._recordings else None

    def __len__(self) -> int:
        return len(self._recordings)


def _key(sentence: str) -> str:
    words = re.findall(r"\w+", without_stress(sentence).casefold())
    return " ".join(words).replace("ё", "е")


def _sentence_of(path: Path) -> str:
    text = path.with_suffix(".txt")
    try:
        sentence = text.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"нет текста записи {path}", hint=f"Напишите в {text.name} (UTF-8) фразу, которая в ней звучит."
        ) from error
    if not _key(sentence):
        raise BadInput(f"файл {text} пуст", hint=f"Напишите в нём фразу, которая звучит в {path.name}.")
    return sentence


def _recording(path: Path) -> bytes:
    try:
        with wave.open(str(path)) as file:
            channels, width, rate_hz = file.getnchannels(), file.getsampwidth(), file.getframerate()
            pcm = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise BadInput(f"запись {path} не читается", hint="Нужен WAV, 16 бит.") from error
    if width != 2:
        raise BadInput(f"в записи {path} {8 * width} бит", hint="Сохраните её как WAV, 16 бит.")
    mono = np.asarray(from_pcm(pcm).reshape(-1, channels).mean(axis=1), dtype=np.float32)
    speech = telephone_speech(Speech(to_pcm(mono), rate_hz))
    if not speech:
        raise BadInput(f"в записи {path} тишина", hint="Запишите её ещё раз.")
    return speech
