"""The voices that speak the corpus; only those whose licence lets a shipped model be trained on them.

RHVoice's Anna, Irina, Elena, Aleksandr, Azamat and Nazgul and all of espeak-ng are GPL, Anatol and Natalia
are LGPL, aleksandr-hq is CC-BY-SA, Magda is CC-BY, Michal, Natan, Ondro and Zdenek are in the public domain,
festvox-ru is BSD-like.
"""

import io
import subprocess
import tempfile
import wave
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from asr.training.accent import as_kyrgyz, as_ukrainian
from asr.training.west_slavic import as_czech, as_polish, as_slovak
from calls.errors import ZvonarError

RATE_HZ = 8000
PEAK = 14000
MARGIN = 400  # samples left on each side of the speech

Samples = npt.NDArray[np.int16]
Waveform = npt.NDArray[np.float32]

TRAINING_RHVOICE = ("anna", "irina", "elena", "aleksandr", "aleksandr-hq")
TRAINING_ACCENTS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"anatol": as_ukrainian, "natalia": as_ukrainian, "azamat": as_kyrgyz, "nazgul": as_kyrgyz}
    | {"magda": as_polish, "michal": as_polish, "natan": as_polish, "ondro": as_slovak, "zdenek": as_czech}
)
TRAINING_ESPEAK = ("", "+m1", "+m2", "+m3", "+m4", "+m5", "+m7", "+f1", "+f2", "+f3", "+f5", "+klatt2")
ESPEAK_WORDS_PER_MINUTE = 160
ESPEAK_PITCH = 45


class VoiceUnavailable(ZvonarError):
    """A synthesiser that the corpus needs is not installed."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a sentence is said, as factors of the voice's own; formants are the length of the throat."""

    tempo: float = 1.0
    pitch: float = 1.0
    formants: float = 1.0


class Voice(Protocol):
    """Says sentences at 8 kHz."""

    @property
    def name(self) -> str: ...

    def say(self, texts: Sequence[str], manners: Sequence[Manner]) -> list[Samples | None]:
        """One recording per sentence; None where the voice failed."""


def to_telephone_rate(sound: Waveform, rate_hz: int, formants: float) -> Samples | None:
    """Resample to 8 kHz, moving the formants by playing faster; cut silence off; level the peak."""
    import soxr

    resampled = soxr.resample(sound, rate_hz * formants, RATE_HZ)
    loud = np.flatnonzero(np.abs(resampled) > 60)
    if len(loud) < RATE_HZ // 20:
        return None
    spoken = resampled[max(0, loud[0] - MARGIN) : loud[-1] + MARGIN]
    return np.asarray(spoken * (PEAK / (np.abs(spoken).max() + 1)), np.int16)


class RHVoice:
    """One RHVoice voice from an unpacked Debian package (or from /); `spelled` writes for a foreign one."""

    def __init__(self, name: str, root: Path, spelled: Callable[[str], str] = str) -> None:
        self.name = name
        self._root = root
        self._spelled = spelled
        self._engine: Any = None
        self._rate_hz = 24000
        self._chunks: list[Samples] = []

    def say(self, texts: Sequence[str], manners: Sequence[Manner]) -> list[Samples | None]:
        self._load()
        return [self._sentence(text, manner) for text, manner in zip(texts, manners, strict=True)]

    def _sentence(self, text: str, manner: Manner) -> Samples | None:
        self._chunks = []
        self._engine.set_params(
            voice_profile=self.name,
            relative_rate=min(2.5, manner.tempo / manner.formants),
            relative_pitch=manner.pitch / manner.formants,
        )
        self._engine.generate(self._spelled(text))
        if not self._chunks:
            return None
        return to_telephone_rate(
            np.concatenate(self._chunks).astype(np.float32), self._rate_hz, manner.formants
        )

    def _load(self) -> None:
        if self._engine is not None:
            return
        import ctypes

        from rhvoice_wrapper.rhvoice_proxy import Engine

        core, library = self._library("libRHVoice_core.so.*"), self._library("libRHVoice.so.*")
        ctypes.CDLL(str(core), mode=ctypes.RTLD_GLOBAL)
        self._engine = Engine(lib_path=str(library))
        self._engine.init(
            self._collect, self._set_rate, data_path=str(self._root / "usr/share/RHVoice"),
            config_path=str(self._root / "etc/RHVoice"),
        )  # fmt: skip

    def _library(self, pattern: str) -> Path:
        found = sorted((self._root / "usr/lib").glob(f"*/{pattern}"))
        if not found:
            raise VoiceUnavailable(
                f"no {pattern} under {self._root}/usr/lib",
                hint="run scripts/setup, or unpack librhvoice5, librhvoice-core10 and rhvoice-russian there",
            )
        return found[0]

    def _collect(self, samples: Any, count: int, _: Any) -> int:
        self._chunks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 1

    def _set_rate(self, rate_hz: int, _: Any) -> int:
        self._rate_hz = rate_hz
        return 1


@dataclass(slots=True)
class Espeak:
    """One espeak-ng variant, such as `+m3`."""

    variant: str

    @property
    def name(self) -> str:
        return f"espeak{self.variant}"

    def say(self, texts: Sequence[str], manners: Sequence[Manner]) -> list[Samples | None]:
        return [self._sentence(text, manner) for text, manner in zip(texts, manners, strict=True)]

    def _sentence(self, text: str, manner: Manner) -> Samples | None:
        speed = round(ESPEAK_WORDS_PER_MINUTE * manner.tempo / manner.formants)
        pitch = round(np.clip(ESPEAK_PITCH * manner.pitch / manner.formants + 60 * (manner.pitch - 1), 5, 95))
        command = [
            "espeak-ng",
            "-v",
            f"ru{self.variant}",
            "-s",
            str(speed),
            "-p",
            str(pitch),
            "--stdout",
            text,
        ]
        try:
            done = subprocess.run(command, check=True, capture_output=True)
        except FileNotFoundError as error:
            raise VoiceUnavailable("espeak-ng is not installed", hint="apt-get install espeak-ng") from error
        sound, rate_hz = _read_wav(done.stdout)
        return to_telephone_rate(sound, rate_hz, manner.formants)


@dataclass(slots=True)
class Festival:
    """The festvox-ru announcer; nothing can be set, so its formants move its tempo with them."""

    name: str = "festival"

    def say(self, texts: Sequence[str], manners: Sequence[Manner]) -> list[Samples | None]:
        with tempfile.TemporaryDirectory() as folder:
            script = ["(voice_msu_ru_nsh_clunits)"]
            script += [
                f"(utt.save.wave (utt.synth (eval (list 'Utterance 'Text \"{text}\"))) "
                f'"{folder}/{at}.wav" "riff")'
                for at, text in enumerate(texts)
            ]
            try:
                subprocess.run(
                    ["festival", "--pipe"],
                    input="\n".join(script).encode(),
                    capture_output=True,
                    check=False,
                    timeout=1800,
                )
            except FileNotFoundError as error:
                raise VoiceUnavailable(
                    "festival is not installed", hint="apt-get install festival festvox-ru"
                ) from error
            return [self._heard(Path(folder, f"{at}.wav"), manner) for at, manner in enumerate(manners)]

    def _heard(self, path: Path, manner: Manner) -> Samples | None:
        if not path.exists():
            return None
        sound, rate_hz = _read_wav(path.read_bytes())
        return to_telephone_rate(sound, rate_hz, manner.formants)


def _read_wav(content: bytes) -> tuple[Waveform, int]:
    with wave.open(io.BytesIO(content)) as source:
        frames = source.readframes(min(source.getnframes(), len(content)))
        return np.frombuffer(frames, np.int16).astype(np.float32), source.getframerate()


def training_voices(rhvoice: Path) -> list[Voice]:
    """Every voice a shipped model may be trained on."""
    return [
        *(RHVoice(name, rhvoice) for name in TRAINING_RHVOICE),
        *(RHVoice(name, rhvoice, spelled) for name, spelled in TRAINING_ACCENTS.items()),
        Festival(),
        *(Espeak(variant) for variant in TRAINING_ESPEAK),
    ]
