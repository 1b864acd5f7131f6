"""Vosk models come in two layouts: in folders, and (the older ones) all files in one."""

import shutil
from pathlib import Path

import pytest

from asr.engines import vosk
from calls.audio import read_wav, silence

EMBEDDED = Path(vosk.__file__).parents[1] / vosk.EMBEDDED_MODEL
YES = silence(0.3) + read_wav(Path(__file__).parent / "data" / "yes.wav") + silence(0.3)


@pytest.fixture
def flat(tmp_path: Path) -> Path:
    for path in EMBEDDED.rglob("*"):
        if path.is_file():
            shutil.copy(path, tmp_path / path.name)
    return tmp_path


@pytest.mark.parametrize("phrases", [(), ("да", "нет")])
def test_a_model_with_all_files_in_one_folder_hears(flat: Path, phrases: tuple[str, ...]) -> None:
    engine = vosk.build(vosk.Settings(model=flat))
    assert engine.capabilities.grammar
    stream = engine.open(phrases)
    stream.accept(YES)
    assert stream.final().text == "да"
