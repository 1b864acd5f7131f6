"""The folder of spoken sentences: what is found again, what is not, and how it is kept small."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tts.cache import SpeechCache, SpeechKey
from tts.port import Voice

KEY = SpeechKey("rhvoice", "1.14", Voice("Anna"), "Здравствуйте!")
PCM = bytes(range(256)) * 8


def entry_of(folder: Path) -> Path:
    (path,) = folder.glob("*/*.speech")
    return path


def test_what_was_put_is_found(tmp_path: Path) -> None:
    SpeechCache(tmp_path, 1 << 20).put(KEY, PCM)
    assert SpeechCache(tmp_path, 1 << 20).get(KEY) == PCM


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, engine="silero"),
        replace(KEY, version="1.15"),
        replace(KEY, voice=Voice("Elena")),
        replace(KEY, voice=Voice("Anna", rate=1.1)),
        replace(KEY, voice=Voice("Anna", language="en")),
        replace(KEY, text="Здравствуйте."),
    ],
)
def test_the_sound_depends_on_every_part_of_the_key(tmp_path: Path, other: SpeechKey) -> None:
    cache = SpeechCache(tmp_path, 1 << 20)
    cache.put(KEY, PCM)
    assert cache.get(other) is None


def test_no_file_is_named_after_its_text(tmp_path: Path) -> None:
    SpeechCache(tmp_path, 1 << 20).put(KEY, PCM)
    assert "Здравствуйте" not in str(entry_of(tmp_path))
    assert "Здравствуйте" not in repr(KEY)


@pytest.mark.parametrize(
    "damage",
    [
        lambda entry: entry[:-1],
        lambda entry: entry + b"x",
        lambda entry: b"",
        lambda entry: b"RIFF" + entry[4:],
        lambda entry: entry[:40] + bytes([entry[40] ^ 1]) + entry[41:],
    ],
)
def test_a_damaged_entry_is_missing_and_removed(tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    cache = SpeechCache(tmp_path, 1 << 20)
    cache.put(KEY, PCM)
    path = entry_of(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    assert cache.get(KEY) is None
    assert not path.exists()


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path, 5 * len(PCM))
    keys = [replace(KEY, text=f"Фраза {'а' * number}") for number in range(4)]
    for age, key in enumerate(keys):
        cache.put(key, PCM)
        path = next(tmp_path.glob(f"*/{key.digest}.speech"))
        os.utime(path, (1_000_000 + age, 1_000_000 + age))
    assert cache.get(keys[0]) == PCM  # used just now: it stays
    cache.put(replace(KEY, text="ещё одна"), PCM)
    assert cache.get(keys[1]) is None
    assert cache.get(keys[0]) == PCM
    assert sum(path.stat().st_size for path in tmp_path.glob("*/*")) <= 5 * len(PCM)


def test_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", refuse)
    cache = SpeechCache(tmp_path, 1 << 20)
    with pytest.raises(OSError, match="disk full"):
        cache.put(KEY, PCM)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert cache.get(KEY) is None
