"""Unpacks what strangers have packed: only plain files and folders, only inside, only so much."""

import contextlib
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from stat import S_IFMT, S_IFREG
from typing import IO

from robot.models.errors import BadArchive

MOST_MEMBERS = 10_000
CHUNK_BYTES = 1 << 20
PARTS_OF_MODELS = frozenset({"am", "am-onnx", "conf", "graph", "ivector", "lang"})
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,  # an encrypted zip
    UnicodeError,
)
HINT = "Скачайте модель заново; если повторится, каталог указывает не на тот файл."


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    is_folder: bool
    content: "IO[bytes] | None"


def unpack(archive: Path, kind: str, folder: Path, most_bytes: int) -> Path:
    """Write an archive's files under `folder`; the model is what is returned, without one outermost folder.

    BadArchive for a damaged archive, for links, devices, absolute names and names with `..`, and for more
    than `most_bytes` of content, whatever its headers say.
    """
    members = _of_zip if kind == "zip" else _of_tar
    left = most_bytes
    try:
        with contextlib.closing(members(archive)) as found:
            for count, member in enumerate(found, 1):
                if count > MOST_MEMBERS:
                    raise BadArchive(f"в архиве больше {MOST_MEMBERS} файлов", hint=HINT)
                target = folder / _inside(member.name)
                if member.is_folder:
                    target.mkdir(parents=True, exist_ok=True)
                elif member.content is not None:
                    left -= _write(member.content, target, left)
    except BROKEN as error:
        raise BadArchive("архив повреждён", hint=HINT) from error
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise BadArchive("в архиве два файла с одним именем", hint=HINT) from error
    return _root(folder)


def copy_folder(source: Path, folder: Path, most_bytes: int) -> Path:
    """Copy a model that is already unpacked, under the same rules."""
    left = most_bytes
    for path in sorted(source.rglob("*")):
        target = folder / path.relative_to(source)
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise BadArchive(f"{path}: ссылки и особые файлы не берутся", hint="Уберите её из папки.")
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        with path.open("rb") as content:
            left -= _write(content, target, left)
    return _root(folder)


def _of_zip(archive: Path) -> Generator[_Member, None, None]:
    with zipfile.ZipFile(archive) as packed:
        for info in packed.infolist():
            kind = S_IFMT(info.external_attr >> 16)
            if info.is_dir():
                yield _Member(info.filename, True, None)
            elif kind not in (0, S_IFREG):
                raise BadArchive("в архиве ссылка или особый файл", hint=HINT)
            else:
                with packed.open(info) as content:
                    yield _Member(info.filename, False, content)


def _of_tar(archive: Path) -> Generator[_Member, None, None]:
    with tarfile.open(archive, "r:*") as packed:
        for info in packed:
            if info.isdir():
                yield _Member(info.name, True, None)
            elif not info.isreg():
                raise BadArchive("в архиве ссылка или особый файл", hint=HINT)
            else:
                yield _Member(info.name, False, packed.extractfile(info))


def _inside(name: str) -> PurePosixPath:
    """A member's name as a path below the folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or ":" in name:
        raise BadArchive("в архиве имя файла ведёт наружу", hint=HINT)
    return path


def _write(content: "IO[bytes]", target: Path, most_bytes: int) -> int:
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with target.open("xb") as file:
        while chunk := content.read(CHUNK_BYTES):
            written += len(chunk)
            if written > most_bytes:
                raise BadArchive("архив распаковывается в слишком большой объём", hint=HINT)
            file.write(chunk)
    return written


def _root(folder: Path) -> Path:
    """The single outermost folder of an archive, or all of it."""
    inside = list(folder.iterdir())
    is_wrapped = len(inside) == 1 and inside[0].is_dir() and inside[0].name not in PARTS_OF_MODELS
    return inside[0] if is_wrapped else folder
