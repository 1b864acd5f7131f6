"""Mutilated scenario files: no traceback, no hang, and nothing accepted that cannot be carried on."""

import random
from pathlib import Path

import pytest

from scenarios.check import check_text
from scenarios.document import Unreadable, read_text
from scenarios.findings import Severity
from scenarios.loader import READY, read_string, ready_made
from scenarios.rehearsal import rehearse

FILES = 1000
BATCHES = 10
SNIPPETS = (
    *("&a", "*a", "<<: *a", "{", "}", "[", "]", ":", "- ", "\t", "'", '"', "|", ">", "%", "---"),
    *("!!python/object:os.system", "\x00", "\u202e", "{visit.date}", "{visit.dat}", "{doctor:dativ}", "{{"),
    *("5", "9:00", "yes", "no", "null", "~", "012", "1e999"),
    *("go: greeting", "end: confirmed", "end: cancelled", "ask:", "say:", "answers: {}", "key: 1"),
)


def mutated(text: str, rng: random.Random) -> str:
    """One to four small accidents of the kind that happen in an editor."""
    for _ in range(rng.randint(1, 4)):
        lines = text.split("\n")
        at = rng.randrange(len(lines))
        match rng.randrange(9):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[rng.randrange(len(lines))])
            case 2:
                lines[at] = " " * rng.randint(0, 12) + lines[at].lstrip()
            case 3:
                lines[at] = lines[at][: rng.randint(0, len(lines[at]))] + rng.choice(SNIPPETS)
            case 4:
                cut = rng.randint(0, len(lines[at]))
                lines[at] = lines[at][:cut] + rng.choice(SNIPPETS) + lines[at][cut:]
            case 5:
                other = rng.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case 6:
                words = lines[at].split(" ")
                words[rng.randrange(len(words))] = rng.choice(rng.choice(lines).split(" "))
                lines[at] = " ".join(words)
            case 7:
                position = rng.randint(0, len(lines[at]))
                lines[at] = lines[at][:position] + lines[at][position + 1 :]
            case _:
                lines = lines[:at] if rng.random() < 0.2 else lines
        text = "\n".join(lines) or "x"
    return text


@pytest.mark.parametrize("batch", range(BATCHES))
def test_mutilated_files_are_refused_or_work(batch: int) -> None:
    rng = random.Random(f"mutations {batch}")
    sources = [Path(str(READY / f"{name}.yaml")).read_text(encoding="utf-8") for name in ready_made()]
    accepted = 0
    for _ in range(FILES // BATCHES):
        text = mutated(rng.choice(sources), rng)
        findings = check_text(text)
        assert all(finding.message and finding.file == "<text>" for finding in findings)
        if any(finding.severity is Severity.ERROR for finding in findings):
            continue
        accepted += 1
        scenario = read_string(text).scenario
        assert scenario is not None
        rehearsed = rehearse(scenario, 3, rng.randrange(1 << 30))
        assert not rehearsed.dead_ends
        assert not rehearsed.wrong
    assert 0 < accepted < FILES // BATCHES


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "[" * 5000,
        "{" * 5000,
        "a: " * 3000,
        "- " * 4000,
        "x: &a [*a]",
        "a: &a {b: *a}",
        "? [1]\n: 2",
        "!!binary x",
        "\ufeff",
        "\x00",
        "a: !!timestamp 2001-01-01",
        "1: 2\n1: 3",
        "steps: {a: {say: {ru: {en: x}}}}",
    ],
)
def test_hostile_yaml_is_refused(text: str) -> None:
    findings = check_text(text)
    assert findings
    assert findings[0].severity is Severity.ERROR


def test_yaml_tags_build_no_objects() -> None:
    try:
        value = read_text("a: !!python/object/apply:os.getcwd []").value
    except Unreadable:
        return
    assert value == {"a": []}
