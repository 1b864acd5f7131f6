"""The command line, run in the test's own process where no child of it needs to be killed."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from robot.cli import main
from tests.integration.robot.project import Answer, Project

Command = Callable[..., Answer]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "clinic")


@pytest.fixture
def command(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """`command("campaign", "plan")` in the project's folder."""

    def run(*arguments: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["zvonar", *arguments, "--config", str(project.folder)])
        status = 0
        try:
            main()
        except SystemExit as leaving:
            assert isinstance(leaving.code, int | None)
            status = leaving.code or 0
        printed = capsys.readouterr()
        return Answer(status, printed.out, printed.err)

    monkeypatch.setenv("COLUMNS", "200")
    yield run
    structlog.reset_defaults()
