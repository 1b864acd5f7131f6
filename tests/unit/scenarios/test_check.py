"""Broken scenarios, each with the message, the place and the hint that it gets."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from calls.errors import BadInput
from scenarios.check import check_file, check_text
from scenarios.facts import FIXED_SLOTS
from scenarios.findings import Finding, Severity
from scenarios.loader import load, read_string

GOOD = """\
scenario: mine
title: Мой сценарий
steps:
  hello:
    say: Здравствуйте!
  question:
    ask:
      question: confirm_visit
      text: Вы придёте?
      again: [Придёте на приём? Да или нет?]
      answers:
        confirm: {key: 1, go: coming}
        cancel: {key: 2, go: sure}
  sure:
    ask:
      question: confirm_cancel
      text: Отменить запись. Верно?
      again: [Отменить? Да или нет?]
      answers:
        cancel: {key: 2, go: cancelled}
        confirm: {key: 1, go: question}
  coming:
    end: {outcome: confirmed, say: Ждём вас!}
  cancelled:
    end: {outcome: cancelled, say: До свидания!}
"""


def findings(text: str, severity: Severity = Severity.ERROR) -> list[Finding]:
    return [finding for finding in check_text(text, "my.yaml") if finding.severity is severity]


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_a_good_scenario_has_no_findings() -> None:
    assert check_text(GOOD) == []


ROWS = YAML(typ="safe").load(Path(__file__).with_name("broken.yaml"))
BROKEN = [
    pytest.param(row["old"], row["new"], row["line"], row["message"], row.get("hint", ""), id=row["case"])
    for row in ROWS
]


@pytest.mark.parametrize(("old", "new", "line", "message", "hint"), BROKEN)
def test_broken_scenarios_say_what_where_and_how(
    old: str, new: str, line: int, message: str, hint: str
) -> None:
    found = findings(changed(old, new))
    assert found, "nothing was found"
    first = next((finding for finding in found if message in finding.message), None)
    assert first is not None, [str(finding) for finding in found]
    assert first.line == line, str(first)
    assert first.column > 0
    assert hint in first.hint, first.hint


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "  coming:",
            "  lost:\n    say: Сюда никто не придёт.\n    go: coming\n  coming:",
            "к шагу «lost» нет пути",
        ),
        ("Вы придёте?", "Вы прийдёте?", "возможна опечатка: «прийдёте»"),
        ("      again: [Придёте на приём? Да или нет?]\n", "", "нет текстов again"),
        ("[Придёте на приём? Да или нет?]", "[Придёте?, Придёте?]", "переспросы повторяются"),
        ("Здравствуйте!", "Здравствуйте! " + "Мы очень рады вам позвонить сегодня. " * 6, "с подряд"),
        ("{key: 2, go: sure}", "{key: 0, go: sure}", "клавиша 0 везде значит «operator»"),
    ],
)
def test_doubtful_scenarios_get_a_warning(old: str, new: str, message: str) -> None:
    text = changed(old, new)
    assert findings(text) == []
    assert any(message in finding.message for finding in findings(text, Severity.WARNING))


def test_a_secret_is_kept_from_answering_machines() -> None:
    text = GOOD.replace("steps:\n", "always: {machine: voicemail}\nsteps:\n") + (
        "  voicemail:\n    message: Вас ждёт {speciality}. Нажмите один.\n"
    )
    messages = [finding.message for finding in findings(text)]
    assert any("{speciality}" in message for message in messages)
    assert any("не нажимает клавиш" in message for message in messages)


def test_yaml_traps_stay_text() -> None:
    text = changed("title: Мой сценарий", "title: yes")
    assert check_text(text) == []
    assert load_title(text) == "yes"


def load_title(text: str) -> str:
    scenario = read_string(text).scenario
    assert scenario is not None
    return scenario.title


def test_facts_nobody_supplies_are_found() -> None:
    text = changed("Вы придёте?", "'{clinic.parking} Вы придёте?'")
    supplied = frozenset(FIXED_SLOTS) | {"clinic.name"}
    assert findings(text) == []
    found = [finding for finding in check_text(text, supplied=supplied) if finding.severity is Severity.ERROR]
    assert [finding.message for finding in found] == ["никто не даёт сведения {clinic.parking}"]
    fallback = changed("Вы придёте?", '["{clinic.parking} Вы придёте?", "Вы придёте?"]')
    assert check_text(fallback, supplied=supplied) == []


@pytest.mark.parametrize("name", ["nowhere.yaml", "confirm-visits"])
def test_a_file_that_is_not_there(name: str) -> None:
    (finding,) = check_file(name)
    assert "не читается" in finding.message
    with pytest.raises(BadInput, match="не читается") as raised:
        load(name)
    assert "confirm-visit" in raised.value.hint


def test_a_scenario_with_unsafe_branches_is_not_loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("unsafe") / "unsafe.yaml"
    path.write_text(changed("go: sure}", "go: cancelled}"), encoding="utf-8")
    with pytest.raises(BadInput, match="без переспроса"):
        load(path)


def test_a_file_in_another_encoding_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("cp1251") / "old.yaml"
    path.write_bytes(GOOD.encode("cp1251"))
    (finding,) = check_file(path)
    assert (finding.line, finding.message) == (2, "файл не в кодировке UTF-8")
