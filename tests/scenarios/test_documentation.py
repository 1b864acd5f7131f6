"""The examples of docs/scenarios.md are scenarios that pass the check and can be carried on."""

import re
from pathlib import Path

import pytest

from scenarios.check import check_text
from scenarios.coverage import Coverage
from scenarios.document import read_text
from scenarios.loader import read_string, ready_made
from scenarios.rehearsal import rehearse
from scenarios.steps import kinds
from scenarios.testing import TestFile, play

PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
SCENARIOS = [block for block in BLOCKS if block.startswith("scenario:")]


@pytest.mark.parametrize("text", SCENARIOS, ids=[block.split("\n", 1)[0] for block in SCENARIOS])
def test_examples_are_clean_and_work(text: str) -> None:
    assert [str(finding) for finding in check_text(text)] == []
    scenario = read_string(text).scenario
    assert scenario is not None
    assert rehearse(scenario, 20, seed=3).dead_ends == ()


def test_the_first_scenario_passes_the_tests_of_the_page() -> None:
    scenario = read_string(SCENARIOS[0]).scenario
    assert scenario is not None
    (tests,) = [block for block in BLOCKS if block.startswith("tests:")]
    for case in TestFile.model_validate(read_text(tests).value).tests:
        assert play(scenario, case, Coverage()).problem == ""


def test_every_step_and_every_ready_made_scenario_is_described() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [kind for kind in kinds() if f"| `{kind}: " not in page] == []
    assert [name for name in ready_made() if f"| `{name}` |" not in page] == []
