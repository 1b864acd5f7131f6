"""Broken scenarios, each with the message, the place and the hint that it gets."""

import pytest

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


BROKEN = [
    pytest.param(
        "go: coming}",
        "go: comming}",
        12,
        "шага «comming» нет",
        "«coming»",
        id="a step that is not there",
    ),
    pytest.param(
        "      text: Вы",
        "      txet: Вы",
        9,
        "неизвестное слово «txet»",
        "«text»",
        id="a misspelt word",
    ),
    pytest.param(
        "    say: Здр",
        "    sya: Здр",
        4,
        "нет ни одного известного дела",
        "«say»",
        id="an unknown kind of step",
    ),
    pytest.param(
        "cancel: {key: 2, go: sure}",
        "cansel: {key: 2, go: sure}",
        13,
        "«cansel»",
        "«cancel»",
        id="an unknown answer",
    ),
    pytest.param(
        "question: confirm_visit",
        "question: confirm_visits",
        8,
        "такого значения нет",
        "«confirm_visit»",
        id="an unknown question",
    ),
    pytest.param(
        "outcome: confirmed",
        "outcome: confirm",
        23,
        "такого значения нет",
        "«confirmed»",
        id="an unknown outcome",
    ),
    pytest.param(
        "outcome: confirmed",
        "outcome: busy",
        23,
        "не может закончиться так",
        "",
        id="an outcome of the line",
    ),
    pytest.param(
        "cancel: {key: 2, go: sure}",
        "cancel: {key: 1, go: sure}",
        13,
        "клавиша 1 уже значит",
        "",
        id="a key used twice",
    ),
    pytest.param(
        "  coming:",
        "  sure:",
        22,
        "«sure» написано дважды",
        "Оставьте одно",
        id="a label given twice",
    ),
    pytest.param(
        "Вы придёте?",
        "Вы придёте в 9 часов?",
        9,
        "голос не скажет «9»",
        "словами",
        id="a digit for the voice",
    ),
    pytest.param(
        "Вы придёте?",
        "Вы придёте, OK?",
        9,
        "голос не скажет «O»",
        "словами",
        id="a Latin letter for the voice",
    ),
    pytest.param(
        "Вы придёте?",
        "'{visit.dat}. Вы придёте?'",
        9,
        "неизвестная вставка {visit.dat}",
        "visit.date",
        id="an unknown slot",
    ),
    pytest.param(
        "Вы придёте?",
        "'К {doctor:dativ}. Придёте?'",
        9,
        "неизвестный падеж «dativ»",
        "dative",
        id="an unknown case",
    ),
    pytest.param(
        "Вы придёте?",
        "'{visit.date|long}. Придёте?'",
        9,
        "нет вида «long»",
        "Виды:",
        id="an unknown style",
    ),
    pytest.param("Вы придёте?", "'Вы придёте}?'", 9, "скобка", "{visit.date}", id="a brace too many"),
    pytest.param(
        "Вы придёте?",
        "'{answer.mark}. Придёте?'",
        9,
        "нигде не сохраняется",
        "",
        id="an answer never saved",
    ),
    pytest.param(
        "go: sure}",
        "go: cancelled}",
        13,
        "без переспроса",
        "confirm_cancel",
        id="cancelling without a read-back",
    ),
    pytest.param(
        "cancel: {key: 2, go: sure}",
        "cancel: {key: 2, go: coming}",
        13,
        "не сказал «да»",
        "",
        id="confirming without a yes",
    ),
    pytest.param(
        "      text: Вы",
        "      silence: coming\n      text: Вы",
        9,
        "не сказал «да»",
        "",
        id="silence taken for a yes",
    ),
    pytest.param(
        "confirm: {key: 1, go: coming}",
        "yes: {key: 1, go: coming}",
        12,
        "не бывает ответа «yes»",
        "yes_no",
        id="an answer of another question",
    ),
    pytest.param(
        "        cancel: {key: 2, go: sure}\n",
        "",
        11,
        "не хватает ответа «cancel»",
        "",
        id="an answer is missing",
    ),
    pytest.param(
        "  hello:\n    say: Здравствуйте!",
        "  hello:\n    say: Здравствуйте!\n    go: hello",
        4,
        "по кругу",
        "вопрос",
        id="a circle without a question",
    ),
    pytest.param(
        "    end: {outcome: cancelled, say: До свидания!}",
        "    say: До свидания!",
        24,
        "ничего нет",
        "end",
        id="nothing follows",
    ),
    pytest.param("    say: Здр", "\tsay: Здр", 5, "", "", id="a tab"),
    pytest.param(
        "text: Вы придёте?",
        "text: Итак: вы придёте?",
        9,
        "двоеточие",
        "кавычки",
        id="a colon in a bare text",
    ),
    pytest.param(
        "    say: Здравствуйте!",
        "    say: &a Здравствуйте!",
        5,
        "якоря",
        "кавычки",
        id="an anchor",
    ),
    pytest.param(
        "    say: Здравствуйте!",
        "    say: Здравствуйте!\n    end: confirmed",
        4,
        "сразу несколько дел",
        "",
        id="two things in one step",
    ),
    pytest.param("    say: Здравствуйте!", "    say: 5", 5, "нужен текст", "", id="a number for a text"),
    pytest.param("    say: Здравствуйте!", "    say: ''", 5, "текст пуст", "", id="an empty text"),
    pytest.param(
        "title: Мой сценарий",
        "title: Мой сценарий\nlanguages: [ru, en]",
        6,
        "не переведён на язык «en»",
        "",
        id="a missing translation",
    ),
    pytest.param(
        "title: Мой сценарий",
        "title: Мой сценарий\nlanguages: [ru, fr]",
        3,
        "языка «fr» робот не знает",
        "",
        id="an unknown language",
    ),
    pytest.param(
        "title: Мой сценарий",
        "title: Мой сценарий\nuses: [everyday, dayly]",
        3,
        "нет общей части «dayly»",
        "everyday",
        id="an unknown shared part",
    ),
    pytest.param(
        "title: Мой сценарий",
        "title: Мой\nphrases: {ru: {confrim: [ага]}}",
        3,
        "«confrim»",
        "confirm",
        id="an unknown meaning of phrases",
    ),
    pytest.param(
        "title: Мой сценарий",
        "title: Мой\nlimits: {misunderstandings: 50}",
        3,
        "не больше 5",
        "",
        id="a limit too high",
    ),
    pytest.param(
        "  coming:\n",
        "  coming:\n    go: hello\n",
        23,
        "по go не ходят",
        "Уберите go",
        id="a go that is never taken",
    ),
    pytest.param(
        "    say: Здравствуйте!",
        "    when: [{fact: sex, is: woman, go: coming}]",
        5,
        "sex не бывает «woman»",
        "",
        id="a value that a fact never has",
    ),
    pytest.param(
        "    say: Здравствуйте!",
        "    when: [{fact: branhc, is: Центр, go: coming}]",
        5,
        "неизвестное сведение «branhc»",
        "«branch»",
        id="an unknown fact",
    ),
    pytest.param(
        "    say: Здравствуйте!",
        "    when: [{fact: answer.mark, is: '1', go: coming}]",
        5,
        "нигде не сохраняется",
        "",
        id="a condition on an answer never saved",
    ),
    pytest.param("scenario: mine\n", "", 1, "не хватает «scenario»", "", id="the name is missing"),
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
