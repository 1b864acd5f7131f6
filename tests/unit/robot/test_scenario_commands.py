"""`zvonar scenario …` as an administrator types it."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from calls.errors import BadInput
from robot.cli import app
from scenarios.loader import READY

RUNNER = CliRunner()
BROKEN = """\
tests:
  - name: Не так
    talk:
      - patient: да
      - expect: этого никто не говорит
    outcome: confirmed
"""


def run(*arguments: str) -> tuple[int, str]:
    result = RUNNER.invoke(app, ["scenario", *arguments], catch_exceptions=False)
    return result.exit_code, re.sub(r"\s+", " ", result.output)


def test_tests_are_played_and_covered() -> None:
    code, output = run("test", "recall-checkup", "family-visits")
    assert code == 0
    assert "recall-checkup" in output
    assert output.count("100%") == 4


def test_a_failing_test_shows_the_conversation(tmp_path: Path) -> None:
    text = (READY / "confirm-visit.yaml").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "mine.test.yaml").write_text(BROKEN, encoding="utf-8")
    code, output = run("test", str(tmp_path / "mine.yaml"))
    assert code == 1
    assert "ожидали «этого никто не говорит»" in output
    assert "Пациент: да" in output


def test_a_scenario_without_tests_is_told_where_they_belong(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = "scenario: mine\ntitle: т\nsteps: {bye: {end: {outcome: answered, say: Пока.}}}\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"mine\.test\.yaml"):
        run("test", str(path))


def test_a_rehearsal_feeds_the_drawing(tmp_path: Path) -> None:
    paths, picture = tmp_path / "paths.jsonl", tmp_path / "flow.mmd"
    code, output = run("rehearse", "confirm-visit", "--patients", "20", "--seed", "3", "--paths", str(paths))
    assert code == 0
    assert "визит подтверждён" in output
    assert len(paths.read_text(encoding="utf-8").splitlines()) == 20
    code, _ = run("draw", "confirm-visit", "-o", str(picture), "--heat", str(paths))
    assert code == 0
    assert "<br/>20" in picture.read_text(encoding="utf-8")


def test_the_schema_is_printed() -> None:
    result = RUNNER.invoke(app, ["scenario", "schema"])
    assert json.loads(result.output)["title"] == "Сценарий Звонаря"


def test_a_scenario_is_tried_with_other_facts(tmp_path: Path) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_text("patient: {name: Смирнов Олег Петрович}\n", encoding="utf-8")
    code, output = run("try", "confirm-visit", "--facts", str(facts), "--say", "да")
    assert code == 0
    assert "Здравствуйте, Олег Петрович!" in output
    assert "итог: confirmed" in output
