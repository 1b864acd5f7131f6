"""Speech on disk, so that no sentence is synthesised twice.

An entry is a file named after the SHA-256 of its key, never after its text: a magic word, the CRC-32 and
the PCM. Writing is atomic (a temporary file and a rename); a damaged entry is taken for a missing one and
made again. The least recently used entries go when the folder grows over its limit.
"""

import contextlib
import hashlib
import os
import struct
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from tts.port import Voice

_HEADER = struct.Struct("!4sII")
_MAGIC = b"ZVS1"
_PRUNE_TO = 0.9


@dataclass(frozen=True, slots=True, repr=False)
class SpeechKey:
    """All that a sentence's sound depends on."""

    engine: str
    version: str
    voice: Voice
    text: str

    @property
    def digest(self) -> str:
        parts = (
            self.engine,
            self.version,
            self.voice.name,
            self.voice.language,
            repr(self.voice.rate),
            self.text,
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class SpeechCache:
    """A bounded folder of spoken sentences. Several processes may share it."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._bytes: int | None = None

    def get(self, key: SpeechKey) -> bytes | None:
        """The speech, or None when it was never made, has been pruned or is damaged."""
        path = self._path(key)
        try:
            entry = path.read_bytes()
        except OSError:
            return None
        pcm = _checked(entry)
        with contextlib.suppress(OSError):
            if pcm is None:
                path.unlink()
            else:
                os.utime(path)
        return pcm

    def put(self, key: SpeechKey, pcm: bytes) -> None:
        """Keep the speech; raises OSError when the folder cannot be written to."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        entry = _HEADER.pack(_MAGIC, zlib.crc32(pcm), len(pcm)) + pcm
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(entry)
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
        self._grow(len(entry))

    def _path(self, key: SpeechKey) -> Path:
        digest = key.digest
        return self._folder / digest[:2] / f"{digest}.speech"

    def _grow(self, added: int) -> None:
        if self._bytes is None:
            self._bytes = sum(size for _, size, _ in self._entries())
        else:
            self._bytes += added
        if self._bytes > self._most_bytes:
            self._bytes = self._prune()

    def _entries(self) -> list[tuple[float, int, Path]]:
        """When each entry was last used, its size and its path."""
        entries = []
        for path in self._folder.glob("*/*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                entries.append((status.st_mtime, status.st_size, path))
        return entries

    def _prune(self) -> int:
        """Remove the entries that were used longest ago; how many bytes remain."""
        entries = sorted(self._entries())
        total = sum(size for _, size, _ in entries)
        for _, size, path in entries:
            if total <= self._most_bytes * _PRUNE_TO:
                break
            with contextlib.suppress(OSError):
                path.unlink()
            total -= size
        return total


def _checked(entry: bytes) -> bytes | None:
    if len(entry) < _HEADER.size:
        return None
    magic, checksum, length = _HEADER.unpack_from(entry)
    pcm = entry[_HEADER.size :]
    return pcm if magic == _MAGIC and len(pcm) == length and zlib.crc32(pcm) == checksum else None
