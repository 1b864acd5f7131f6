"""The clinic's table of results."""

import pytest

from calls.outcome import Group, Outcome
from crm_sync.results import GROUPS, OUTCOMES, harmless


def test_every_outcome_and_group_has_russian_words() -> None:
    assert set(OUTCOMES) == set(Outcome)
    assert set(GROUPS) == set(Group)
    assert len(set(OUTCOMES.values())) == len(OUTCOMES)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_becomes_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless(harmless(text)) == f"'{text}"


def test_other_cells_stay_as_they_are() -> None:
    assert harmless("да, приду") == "да, приду"
