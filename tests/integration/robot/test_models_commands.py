"""`zvonar models …` as an administrator sees it, with a mirror of the clinic's own."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from robot.cli import main
from tests.integration.robot.hostile_server import Manners, serving
from tests.integration.robot.project import Answer
from tests.integration.robot.test_models_download import ARCHIVE

CATALOGUE = """\
models:
  - name: tiny
    title: Малая
    kind: vosk
    language: ru
    url: {address}/tiny.zip
    archive: zip
    megabytes: 2
    unpacked: 2
    {sums}
    licence: {{name: CC BY-NC 4.0, url: "https://example.org/licence", commercial: false}}
"""
SUMS = f"bytes: {len(ARCHIVE)}\n    sha256: {hashlib.sha256(ARCHIVE).hexdigest()}"
Models = Callable[..., Answer]


@pytest.fixture
def manners() -> Manners:
    return Manners(ARCHIVE)


@pytest.fixture
def folder(tmp_path: Path, manners: Manners) -> Iterator[Path]:
    folder = tmp_path / "models"
    folder.mkdir()
    with serving(manners) as address:
        text = CATALOGUE.format(address=address, sums=SUMS)
        (folder / "catalogue.yaml").write_text(text, encoding="utf-8")
        yield folder


@pytest.fixture
def models(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Models]:
    def run(*arguments: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["zvonar", "models", *arguments])
        status = 0
        try:
            main()
        except SystemExit as leaving:
            assert isinstance(leaving.code, int | None)
            status = leaving.code or 0
        printed = capsys.readouterr()
        return Answer(status, printed.out, printed.err)

    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("ZVONAR_MODELS", str(folder))
    yield run
    structlog.reset_defaults()


def test_from_the_list_to_the_path(models: Models, folder: Path) -> None:
    listed = models("list")
    assert "t-one" in listed.out and "CC BY-NC 4.0 (некоммерч.)" in listed.out and str(folder) in listed.out

    pulled = models("pull", "tiny", "--accept-licence")
    assert pulled.status == 0, pulled.err
    assert "https://example.org/licence" in pulled.out and "некоммерческого" in pulled.out
    assert "asr: {kind: vosk, engine: {model: tiny}}" in pulled.out
    assert "подлинность не проверяется" not in pulled.out

    assert models("path", "tiny").out.strip() == str(folder / "tiny")
    assert "установлена" in models("list").out
    checked = models("check")
    assert (checked.status, "tiny: файлы целы" in checked.out) == (0, True)
    assert "Уже установлена" in models("pull", "tiny").out


def test_a_licence_that_nobody_accepts_stops_everything(models: Models, manners: Manners) -> None:
    refused = models("pull", "tiny")
    assert refused.status == 2
    assert "CC BY-NC 4.0" in refused.out and "--accept-licence" in refused.err
    assert manners.asked == []


def test_a_damaged_model_is_found(models: Models, folder: Path) -> None:
    models("pull", "tiny", "--accept-licence")
    (folder / "tiny" / "am" / "final.mdl").write_bytes(b"")
    checked = models("check", "tiny")
    assert checked.status == 2
    assert "am/final.mdl: размер изменился" in checked.out and "--again" in checked.out
    assert models("pull", "tiny", "--accept-licence", "--again").status == 0
    assert models("check").status == 0


def test_a_file_brought_on_a_stick(models: Models, manners: Manners, tmp_path: Path) -> None:
    stick = tmp_path / "tiny.zip"
    stick.write_bytes(ARCHIVE[:-1])
    wrong = models("pull", "tiny", "--from", str(stick), "--accept-licence")
    assert (wrong.status, "размер файла" in wrong.err) == (2, True)
    stick.write_bytes(ARCHIVE)
    assert models("pull", "tiny", "--from", str(stick), "--accept-licence").status == 0
    assert manners.asked == []
    missing = models("pull", "tiny", "--again", "--from", str(tmp_path / "nowhere"), "--accept-licence")
    assert (missing.status, "такого файла или папки нет" in missing.err) == (2, True)


def test_a_file_that_cannot_be_verified_is_said_to_be_so(models: Models, folder: Path) -> None:
    catalogue = folder / "catalogue.yaml"
    catalogue.write_text(catalogue.read_text(encoding="utf-8").replace(SUMS, ""), encoding="utf-8")
    pulled = models("pull", "tiny", "--accept-licence")
    assert (pulled.status, "подлинность не проверяется" in pulled.out) == (0, True)
    assert "подлинность не подтверждена" in models("check").out


@pytest.mark.parametrize("arguments", [("path", "tiny"), ("check", "tiny"), ("path", "gpt"), ("pull", "gpt")])
def test_what_is_not_there_is_told(models: Models, arguments: tuple[str, str]) -> None:
    answer = models(*arguments)
    assert answer.status == 2
    assert "zvonar models" in answer.err


def test_ctrl_c_leaves_a_part_that_the_next_pull_goes_on_with(
    models: Models, manners: Manners, folder: Path
) -> None:
    manners.hold = threading.Event()
    command = "from robot.cli import main; main()"
    arguments = ("models", "pull", "tiny", "--accept-licence")
    with subprocess.Popen(
        [sys.executable, "-c", command, *arguments],
        env={**os.environ, "ZVONAR_MODELS": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        assert manners.half_sent.wait(60)
        part, half = folder / "tiny.part", len(ARCHIVE) // 2
        while not part.exists() or part.stat().st_size == 0:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in complaints
    manners.hold.set()
    have = part.stat().st_size
    assert 0 < have <= half
    assert "скачано" in models("list").out
    manners.hold = None
    manners.asked.clear()
    assert models("pull", "tiny", "--accept-licence").status == 0
    assert manners.asked == [f"bytes={have}-"]
