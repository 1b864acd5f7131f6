"""RHVoice: small, quick and free Russian voices.

Its Python wrapper is GPLv3; like every engine it is imported only in the synthesis process. Of its Russian
voices only four are free; the others are CC BY-NC-ND and are refused even where they are installed.
"""

import ctypes
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from calls.errors import MissingDependency
from tts.errors import MouthFailed, VoiceRefused
from tts.port import Capabilities, Speech, SynthesisEngine, Voice
from tts.stress import with_acute

FREE_VOICES = ("Anna", "Elena", "Irina", "Aleksandr")
NOT_FREE = {"arina", "mikhail", "pavel", "tatiana", "victoria", "yuriy", "vitaliy", "umka", "vsevolod"}
FOLDER_VARIABLE = "ZVONAR_RHVOICE_DIR"
HINT = (
    "Выполните scripts/setup-voices, или назовите в ZVONAR_RHVOICE_DIR папку с RHVoice "
    "(usr/lib/…/libRHVoice.so.5 и usr/share/RHVoice), или выберите другой синтезатор."
)
SLOWEST, FASTEST = 0.5, 2.0


class Settings(BaseModel):
    """Where RHVoice is. Left out: ZVONAR_RHVOICE_DIR, the project's .local/rhvoice, then the system."""

    model_config = ConfigDict(extra="forbid")

    folder: Path | None = Field(default=None, description="Folder that holds RHVoice's usr/lib and usr/share")
    library: Path | None = Field(default=None, description="libRHVoice.so itself, with `data`")
    data: Path | None = Field(default=None, description="The folder with languages/ and voices/")


class RHVoice:
    """RHVoice's engine. One sentence at a time: its callbacks fill one buffer."""

    def __init__(self, library: Path, data: Path, config: Path) -> None:
        try:
            from rhvoice_wrapper.rhvoice_proxy import Engine
        except ImportError as error:
            raise MissingDependency(
                "rhvoice-wrapper не установлен", hint="Выполните scripts/setup."
            ) from error
        self._chunks: list[bytes] = []
        self._rate_hz = 0
        try:
            self._engine: Any = Engine(lib_path=str(library))
            self._engine.init(self._on_speech, self._on_rate, data_path=str(data), config_path=str(config))
        except (OSError, RuntimeError) as error:
            raise MissingDependency(f"RHVoice не загружается из {library}", hint=HINT) from error
        installed = {name.casefold() for name in self._engine.voices}
        self._voices = tuple(name for name in FREE_VOICES if name.casefold() in installed)
        if not self._voices:
            raise MissingDependency(f"свободных голосов RHVoice в {data} нет", hint=HINT)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(frozenset({"ru"}), self._voices, f"rhvoice-{self._engine.version}")

    def speak(self, text: str, voice: Voice) -> Speech:
        self._engine.set_params(
            voice_profile=self._allowed(voice.name),
            relative_rate=min(max(voice.rate, SLOWEST), FASTEST),
        )
        self._chunks.clear()
        try:
            self._engine.generate(with_acute(text))
        except RuntimeError as error:
            raise MouthFailed("RHVoice could not speak the sentence") from error
        return Speech(b"".join(self._chunks), self._rate_hz)

    def _allowed(self, name: str) -> str:
        for allowed in self._voices:
            if name.casefold() == allowed.casefold():
                return allowed
        if name.casefold() in NOT_FREE:
            raise VoiceRefused(
                f"лицензия голоса «{name}» (CC BY-NC-ND) такое использование запрещает",
                hint="Свободные голоса: " + ", ".join(self._voices),
            )
        raise VoiceRefused(f"голоса «{name}» у RHVoice нет", hint="Есть: " + ", ".join(self._voices))

    def _on_speech(self, samples: Any, count: int, _: Any) -> int:
        self._chunks.append(ctypes.string_at(samples, 2 * count))
        return 1

    def _on_rate(self, rate_hz: int, _: Any) -> int:
        self._rate_hz = rate_hz
        return 1


def build(settings: Settings) -> SynthesisEngine:
    """RHVoice from the first place that has it; MissingDependency names the places."""
    if settings.library:
        data = settings.data or Path("/usr/share/RHVoice")
        return RHVoice(settings.library, data, Path("/etc/RHVoice"))
    folders = list(_folders(settings))
    for folder in folders:
        library = next(iter(sorted(folder.glob("usr/lib/**/libRHVoice.so.*"))), None)
        data = folder / "usr/share/RHVoice"
        if library and (data / "voices").is_dir():
            return RHVoice(library, data, folder / "etc/RHVoice")
    looked = ", ".join(map(str, folders))
    raise MissingDependency(f"RHVoice не найден (искали здесь: {looked})", hint=HINT)


def _folders(settings: Settings) -> Iterator[Path]:
    """A folder given by the administrator is the only one looked at."""
    given = settings.folder or os.environ.get(FOLDER_VARIABLE)
    if given:
        yield Path(given)
        return
    yield Path(__file__).parents[2] / ".local/rhvoice"
    yield Path(".local/rhvoice").absolute()
    yield Path("/")
