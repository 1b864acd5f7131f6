"""espeak-ng: a robot's voice, but small and everywhere; the last resort.

It is run as a command, one sentence at a time; the text goes through its standard input, so that the
list of processes shows none.
"""

import shutil
import struct
import subprocess
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from calls.errors import MissingDependency
from tts.errors import MouthFailed, VoiceRefused
from tts.port import Capabilities, Speech, SynthesisEngine, Voice
from tts.stress import without_stress

HINT = "Выполните scripts/setup-voices или, в Debian, sudo apt-get install espeak-ng"
LANGUAGES = ("ru", "en")
VOICES = ("espeak", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "f1", "f2", "f3", "f4", "f5")
WORDS_PER_MINUTE = 145
TIMEOUT_S = 30


class Settings(BaseModel):
    """Where espeak-ng is. Left out: PATH, then the project's .local/espeak-ng."""

    model_config = ConfigDict(extra="forbid")

    command: Path | None = Field(default=None, description="The espeak-ng program")


class EspeakNg:
    """Speaks by running the command; `m1`…`f5` are its variants of the language's one voice."""

    def __init__(self, command: Path) -> None:
        self._command = command

    @cached_property
    def capabilities(self) -> Capabilities:
        words = self._run("--version").decode(errors="replace").split(":")[-2].split()
        return Capabilities(frozenset(LANGUAGES), VOICES, f"espeak-ng-{words[0]}")

    def speak(self, text: str, voice: Voice) -> Speech:
        if voice.name not in VOICES:
            raise VoiceRefused(f"голоса «{voice.name}» у espeak-ng нет", hint="Есть: " + ", ".join(VOICES))
        if voice.language not in LANGUAGES:
            raise VoiceRefused(f"языка «{voice.language}» у espeak-ng нет")
        variant = "" if voice.name == VOICES[0] else f"+{voice.name}"
        speed = round(min(max(voice.rate, 0.5), 2.5) * WORDS_PER_MINUTE)
        wav = self._run(
            *("-v", voice.language + variant, "-s", str(speed), "-b", "1", "--stdin", "--stdout"),
            text=without_stress(text),
        )
        return _speech(wav)

    def _run(self, *arguments: str, text: str = "") -> bytes:
        try:
            done = subprocess.run(
                [str(self._command), *arguments],
                input=text.encode(),
                capture_output=True,
                timeout=TIMEOUT_S,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            # The error's own words could hold the text.
            raise MouthFailed(f"espeak-ng failed ({type(error).__name__})", hint=HINT) from None
        return done.stdout


def _speech(wav: bytes) -> Speech:
    """The samples of a WAV stream whose header cannot know its length."""
    data = wav.find(b"data", 12)
    if not wav.startswith(b"RIFF") or data < 0:
        raise MouthFailed("espeak-ng gave no sound")
    (rate_hz,) = struct.unpack_from("<I", wav, 24)
    return Speech(wav[data + 8 :], rate_hz)


def build(settings: Settings) -> SynthesisEngine:
    """espeak-ng from the settings, from PATH or from the project's folder."""
    local = Path(__file__).parents[2] / ".local/espeak-ng/bin/espeak-ng"
    found = settings.command or shutil.which("espeak-ng") or (local if local.is_file() else None)
    if found is None or not shutil.which(str(found)):
        raise MissingDependency(f"espeak-ng не найден{f' ({found})' if found else ''}", hint=HINT)
    return EspeakNg(Path(found))
