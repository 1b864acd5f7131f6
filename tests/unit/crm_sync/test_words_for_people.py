"""What the connectors tell people is Russian, whatever the connector."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "crm_sync"
FOR_PEOPLE = frozenset({"BadInput", "MissingDependency", "CrmUnavailable", "CrmRefused", "NotSupported"})
COMMAND = "pip install "


def texts(call: ast.Call) -> Iterator[str]:
    """The message and the hint of an error, without what is put into them."""
    hints = [keyword.value for keyword in call.keywords if keyword.arg == "hint"]
    for argument in (*call.args[:1], *hints):
        parts = [part.value for part in ast.walk(argument) if isinstance(part, ast.Constant)]
        words = "".join(part for part in parts if isinstance(part, str))
        if words:
            yield words


def errors(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FOR_PEOPLE:
            yield node


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.name)
def test_errors_for_people_are_russian(path: Path) -> None:
    told = [words for call in errors(path) for words in texts(call)]
    latin = [words for words in told if re.search("[a-z]", words) and not re.search("[а-яё]", words)]
    assert [words for words in latin if not words.startswith(COMMAND)] == []
