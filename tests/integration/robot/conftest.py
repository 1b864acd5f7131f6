"""The command line, run in the test's own process where no child of it needs to be killed."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from robot.cli import main
from tests.integration.robot.project import Answer, Project

Command = Callable[..., Answer]


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """The command line sends logs to the standard error of the moment; no later test must write there."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "clinic")


@pytest.fixture
def command(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
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
    return run
