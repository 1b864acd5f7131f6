"""The folder of models: what is installed, and how a model gets in whole or not at all."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
import platformdirs

from calls.errors import BadInput
from robot.models.archive import CHUNK_BYTES, copy_folder, unpack
from robot.models.catalogue import Entry
from robot.models.errors import BadArchive, Busy, NoSpace, WrongFile

VARIABLE = "ZVONAR_MODELS"
MANIFEST = ".zvonar-model.json"
SPARE_BYTES = 50_000_000
NETWORKS = {"vosk": ("final.mdl",), "sherpa": ("*.onnx", "tokens.txt"), "silero": ("*.pt",)}


class FileFacts(msgspec.Struct, frozen=True):
    """One installed file, as it was on the day of its installation."""

    path: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What was installed, from where, and under which licence."""

    name: str
    source: str
    sha256: str
    verified: bool
    licence: str
    accepted_at: str
    files: tuple[FileFacts, ...]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A person has accepted this model's licence."""

    licence: str
    at: datetime


def models_folder(configured: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """The configuration's folder, else that of ZVONAR_MODELS, else the user's own data folder."""
    if configured is not None:
        return configured
    named = environment.get(VARIABLE)
    return Path(named) if named else Path(platformdirs.user_data_dir("zvonar")) / "models"


class ModelStore:
    """One folder with a folder per model; only whole and checked models bear their names."""

    def __init__(
        self, folder: Path, free_bytes: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
    ) -> None:
        self.folder = folder
        self._free_bytes = free_bytes

    def is_installed(self, name: str) -> bool:
        return (self.folder / name / MANIFEST).is_file()

    def path(self, entry: Entry) -> Path:
        """What the configuration names: the model's folder or its only file; BadInput when it is not here."""
        if not self.is_installed(entry.name):
            raise BadInput(
                f"модель «{entry.name}» не установлена", hint=f"Скачать: zvonar models pull {entry.name}"
            )
        folder = self.folder / entry.name
        return folder / entry.main if entry.main else folder

    def part(self, entry: Entry) -> Path:
        """Where the download of this entry is kept until it is whole."""
        return self.folder / f"{entry.name}.part"

    @contextmanager
    def claim(self, name: str) -> Iterator[None]:
        """Nobody else changes this model meanwhile; Busy when somebody already does."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / f".{name}.lock").open("w")
        except OSError as error:
            raise BadInput(
                f"папка моделей {self.folder}: запись невозможна ({error.strerror})",
                hint=f"Задайте другую папку: export {VARIABLE}=…",
            ) from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy(f"модель «{name}» уже устанавливает другой процесс") from error
            yield

    def require_space(self, entry: Entry, still_to_download: int) -> None:
        """NoSpace before anything is downloaded that could not be unpacked."""
        needed = max(0, still_to_download) + entry.unpacked_bytes + SPARE_BYTES
        free = self._free_bytes(self.folder)
        if free < needed:
            raise NoSpace(
                f"на диске с папкой {self.folder} свободно {_megabytes(free)} МБ, нужно {_megabytes(needed)}",
                hint=f"Освободите место или задайте другую папку: export {VARIABLE}=…",
            )

    def verify(self, file: Path, entry: Entry) -> str:
        """The file's SHA-256; WrongFile when the catalogue knows another one, or another size."""
        size = file.stat().st_size
        if entry.bytes is not None and size != entry.bytes:
            raise WrongFile(
                f"размер файла {size} байт, а в каталоге {entry.bytes}", hint="Это другой или неполный файл."
            )
        found = sha256_of(file)
        if entry.sha256 is not None and found != entry.sha256:
            raise WrongFile(
                f"контрольная сумма не совпала: SHA-256 файла {found}, а в каталоге {entry.sha256}",
                hint="Файл повреждён или подменён. Ничего не установлено.",
            )
        return found

    def install_file(self, file: Path, entry: Entry, acceptance: Acceptance, source: str) -> Path:
        """Check and unpack a downloaded file, then give it its name in one step."""
        checksum = self.verify(file, entry)

        def fill(folder: Path) -> Path:
            if entry.archive == "none":
                shutil.copyfile(file, folder / (entry.main or entry.file_name))
                return folder
            return unpack(file, entry.archive, folder, entry.most_unpacked_bytes)

        verified = entry.sha256 is not None
        return self._install(entry, fill, acceptance, (source, checksum, verified))

    def install_folder(self, source: Path, entry: Entry, acceptance: Acceptance) -> Path:
        """Copy a model that is already unpacked; nothing can say whether it is the catalogue's."""

        def fill(folder: Path) -> Path:
            return copy_folder(source, folder, entry.most_unpacked_bytes)

        return self._install(entry, fill, acceptance, (str(source), "", False))

    def _install(
        self,
        entry: Entry,
        fill: Callable[[Path], Path],
        acceptance: Acceptance,
        origin: tuple[str, str, bool],
    ) -> Path:
        self._sweep(entry.name)
        staging = Path(tempfile.mkdtemp(prefix=f".{entry.name}.new-", dir=self.folder))
        try:
            content = staging / "content"
            content.mkdir()
            root = fill(content)
            _require_network(root, entry)
            manifest = Manifest(
                entry.name, *origin, acceptance.licence, acceptance.at.isoformat(), _facts(root)
            )
            (root / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
            self._swap(root, entry.name, staging)
        except OSError as error:
            raise NoSpace(
                f"модель не записывается в {self.folder} ({error.strerror or error})",
                hint="Освободите место на диске и повторите: скачанное осталось.",
            ) from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        return self.path(entry)

    def _swap(self, root: Path, name: str, staging: Path) -> None:
        target = self.folder / name
        if target.exists():
            target.rename(staging / "before")
        root.rename(target)

    def _sweep(self, name: str) -> None:
        """What a killed installation has left."""
        for left in self.folder.glob(f".{name}.new-*"):
            shutil.rmtree(left, ignore_errors=True)

    def manifest(self, name: str) -> Manifest:
        """What is known of an installed model; BadInput when its description is damaged."""
        file = self.folder / name / MANIFEST
        try:
            return msgspec.json.decode(file.read_bytes(), type=Manifest)
        except (OSError, msgspec.MsgspecError) as error:
            raise BadInput(
                f"{file}: описание модели не читается",
                hint=f"Переустановите: zvonar models pull {name} --again",
            ) from error

    def damage(self, name: str) -> list[str]:
        """What is wrong with the files of an installed model; empty when they are as they were installed."""
        folder = self.folder / name
        return [
            f"{facts.path}: {trouble}"
            for facts in self.manifest(name).files
            if (trouble := _trouble(folder / facts.path, facts))
        ]


def sha256_of(file: Path) -> str:
    """The hexadecimal SHA-256 of a file of any size."""
    with file.open("rb") as content:
        digest = hashlib.sha256()
        while chunk := content.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _facts(root: Path) -> tuple[FileFacts, ...]:
    files = sorted(path for path in root.rglob("*") if path.is_file() and path.name != MANIFEST)
    return tuple(
        FileFacts(path.relative_to(root).as_posix(), path.stat().st_size, sha256_of(path)) for path in files
    )


def _require_network(root: Path, entry: Entry) -> None:
    for pattern in NETWORKS[entry.kind]:
        if not any(root.rglob(pattern)):
            raise BadArchive(
                f"внутри нет {pattern}: это не модель {entry.kind}", hint="Возьмите другой файл или папку."
            )


def _trouble(file: Path, facts: FileFacts) -> str:
    try:
        if file.stat().st_size != facts.size:
            return "размер изменился"
        return "" if sha256_of(file) == facts.sha256 else "содержимое изменилось"
    except OSError as error:
        return f"не читается ({error.strerror})"


def _megabytes(size: int) -> int:
    return round(size / 1_000_000)
