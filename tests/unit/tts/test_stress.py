"""Stress marks, from either notation to either."""

import pytest

from tts.stress import with_acute, with_plus, without_stress

ACUTE = "замо\u0301к"


@pytest.mark.parametrize("marked", ["зам+ок", ACUTE])
def test_both_notations_are_understood(marked: str) -> None:
    assert with_acute(marked) == ACUTE
    assert with_plus(marked) == "зам+ок"
    assert without_stress(marked) == "замок"


def test_text_without_marks_is_left_alone() -> None:
    assert with_acute("замок") == with_plus("замок") == without_stress("замок") == "замок"
