"""The picture in the documentation is the table in the code."""

from pathlib import Path

from calls.diagram import page
from calls.machine import CallState


def test_the_documented_diagram_is_the_present_table() -> None:
    documented = Path(__file__).parents[3] / "docs" / "call-states.md"
    assert documented.read_text(encoding="utf-8") == page()


def test_every_state_is_drawn() -> None:
    for state in CallState:
        assert f" {state}" in page()
