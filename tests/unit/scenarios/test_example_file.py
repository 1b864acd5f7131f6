"""Facts for a trial from a file: what is changed, and what is said of a mistake."""

from pathlib import Path

import pytest

from calls.errors import BadInput
from scenarios.example_file import read_example
from scenarios.loader import load
from scenarios.trial import Trial


def test_only_what_differs_needs_to_be_written(tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text(
        'patient: {name: Смирнов Олег Петрович}\nvisits: [{at: "2027-03-05 14:30"}]\n', encoding="utf-8"
    )
    trial = Trial(load("confirm-visit"), read_example(file))
    (line,) = trial.begin()
    assert line.text.startswith("Здравствуйте, Олег Петрович!")
    assert "Пятого марта, в пятницу, в четырнадцать тридцать, у вас приём у доктора Иванова" in line.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("patient: {nmae: x}\n", "1:11: ошибка: неизвестное слово «nmae»"),
        ("now: завтра\n", "1:6: ошибка: время пишется так"),
        ("patient: {born: вчера}\n", "день пишется так"),
        ("zone: Mars/Olympus\n", "такого часового пояса нет"),
        ("- 1\n", "нужны строки"),
        ("a: [\n", "ошибка"),
    ],
)
def test_mistakes_are_named_with_their_place(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as raised:
        read_example(file)
    assert message in str(raised.value)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(BadInput, match="fr"):
        read_example(None, "fr")
