"""Diagrams: what they show, in which formats, and what is said when they cannot be made."""

import os
import stat
from pathlib import Path

import pytest

from calls.errors import BadInput, MissingDependency
from scenarios.coverage import Coverage
from scenarios.draw import draw, mermaid, picture_of
from scenarios.loader import load
from scenarios.rehearsal import rehearse
from scenarios.testing import run_tests


def test_a_picture_shows_texts_keys_and_outcomes_in_russian() -> None:
    picture = picture_of(load("confirm-visit"))
    captions = {arrow.caption for arrow in picture.arrows if arrow.source == "will_you_come"}
    assert captions == {"придёт · 1", "опоздает", "не придёт · 2", "другое время · 3"}
    read_back = {arrow.caption for arrow in picture.arrows if arrow.source == "sure_to_cancel"}
    assert {"да, отменить · 2", "нет, оставить · 1"} <= read_back
    text = mermaid(picture)
    assert "‹день визита›" in text
    assert "{visit.date}" not in text
    assert "Отметить: визит отменён" in text
    assert "кто это?" in text


def test_heat_counts_the_calls_that_went_each_way() -> None:
    report = run_tests("confirm-visit")
    picture = picture_of(report.scenario, report.coverage)
    start = next(box for box in picture.boxes if box.label == "greeting")
    assert start.count >= len(report.played)
    assert "(" in mermaid(picture)
    unused = picture_of(report.scenario, Coverage())
    assert all(arrow.count == 0 for arrow in unused.arrows)


@pytest.mark.parametrize(
    ("name", "beginning"), [("a.mmd", "flowchart TD"), ("a.md", "# "), ("a.dot", "digraph")]
)
def test_formats_that_need_no_program(tmp_path: Path, name: str, beginning: str) -> None:
    draw(load("confirm-visit"), tmp_path / name)
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(beginning)


def test_graphviz_is_asked_for_svg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "dot"
    program.write_text('#!/bin/sh\necho "<svg $1>"\ncat > /dev/null\n', encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    draw(load("confirm-visit"), tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == "<svg -Tsvg>\n"


def test_without_graphviz_mermaid_is_recommended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingDependency) as raised:
        draw(load("confirm-visit"), tmp_path / "a.svg")
    assert "mmd" in raised.value.hint


@pytest.mark.parametrize("name", ["a.gif", "nowhere/a.mmd"])
def test_what_cannot_be_drawn_or_written_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput):
        draw(load("confirm-visit"), tmp_path / name)


def test_simulated_patients_speak_only_languages_of_the_scenario() -> None:
    with pytest.raises(BadInput, match="fr"):
        rehearse(load("confirm-visit"), 1, seed=1, language="fr")
