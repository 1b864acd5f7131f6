"""The models that can be downloaded: what each is, where it comes from, under which licence."""

from importlib.resources import files
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from calls.errors import BadInput
from scenarios.complaints import findings_of
from scenarios.document import Document, Unreadable, read_file, read_text

OWN_CATALOGUE = "catalogue.yaml"
MEGABYTE = 1_000_000
MOST_TIMES_BIGGER = 3


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Licence(_Shape):
    """The terms a model is given on; its text is at `url`."""

    name: str
    url: str
    commercial: bool = Field(default=True, description="Whether a clinic that earns money may use it")


class Entry(_Shape):
    """One model of the catalogue. `bytes` and `sha256` are exact or absent, never guessed."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=80)
    title: str
    kind: Literal["vosk", "sherpa", "silero"]
    architecture: str | None = Field(default=None, description="For sherpa: what the model is")
    language: str = Field(pattern=r"^[a-z]{2,3}$")
    url: str
    archive: Literal["zip", "tar", "none"]
    main: str | None = Field(default=None, description="The file that the configuration names")
    megabytes: int = Field(ge=0)
    unpacked: int = Field(ge=0, description="Megabytes on disk, about")
    bytes: int | None = Field(default=None, ge=1)
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    licence: Licence

    @field_validator("url")
    @classmethod
    def _http(cls, url: str) -> str:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise ValueError("адрес начинается с https:// или http://")
        return url

    @property
    def file_name(self) -> str:
        """The name of the downloaded file."""
        return urlsplit(self.url).path.rsplit("/", 1)[-1] or self.name

    @property
    def expected_bytes(self) -> int:
        """Of the download, about where they are not known exactly."""
        return self.bytes or self.megabytes * MEGABYTE

    @property
    def most_bytes(self) -> int:
        """A download that brings more is not the one that was asked for."""
        return self.bytes or max(1, self.megabytes) * MEGABYTE * MOST_TIMES_BIGGER

    @property
    def unpacked_bytes(self) -> int:
        return self.unpacked * MEGABYTE

    @property
    def most_unpacked_bytes(self) -> int:
        """An archive that holds more is a bomb."""
        return max(1, self.unpacked) * MEGABYTE * MOST_TIMES_BIGGER


class _File(_Shape):
    models: tuple[Entry, ...]


class Catalogue:
    """Entries by name."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self._entries = {entry.name: entry for entry in entries}

    @classmethod
    def read(cls, folder: Path) -> "Catalogue":
        """The program's own catalogue, with what the file catalogue.yaml of that folder adds or replaces."""
        packaged = files("robot.models") / OWN_CATALOGUE
        entries = _entries(read_text(packaged.read_text(encoding="utf-8"), OWN_CATALOGUE))
        own = folder / OWN_CATALOGUE
        if own.is_file():
            try:
                entries += _entries(read_file(own))
            except Unreadable as error:
                raise BadInput(str(error.finding)) from error
        return cls(entries)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._entries.values())

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __getitem__(self, name: str) -> Entry:
        """The entry of that name; BadInput when there is none."""
        try:
            return self._entries[name]
        except KeyError as error:
            raise BadInput(f"модели «{name}» в каталоге нет", hint="Что есть: zvonar models list") from error


def _entries(document: Document) -> tuple[Entry, ...]:
    try:
        return _File.model_validate(document.value).models
    except ValidationError as error:
        found = findings_of(error, document, (), _File)
        raise BadInput("\n".join(str(finding) for finding in found)) from error
