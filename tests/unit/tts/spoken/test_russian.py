"""Russian spoken forms, case by case from the tables in `ru/`."""

import csv
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.appointment import Patient, Sex
from tts.errors import UnknownForm, Unspeakable
from tts.spoken import Gender, Person, check_speakable, spoken_forms

TABLES = Path(__file__).parent / "ru"
MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)  # Monday, nine in Moscow
FORMS = spoken_forms("ru")


def rows(table: str) -> list[dict[str, str]]:
    with (TABLES / f"{table}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def each(table: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", rows(table), ids=lambda row: " ".join(row.values())[:60])


def slot(kind: str, value: object, style: str = "", case: str | None = None) -> str:
    return FORMS.slot(kind, value, style, case or None, now=NOW, zone=MOSCOW)


@each("dates")
def test_dates(row: dict[str, str]) -> None:
    assert slot("date", date.fromisoformat(row["day"]), row["style"], row["case"]) == row["spoken"]


@each("times")
def test_times(row: dict[str, str]) -> None:
    assert slot("time", time.fromisoformat(row["time"]), row["style"], row["case"]) == row["spoken"]


@each("people")
def test_people(row: dict[str, str]) -> None:
    assert slot("person", row["name"], row["style"], row["case"]) == row["spoken"]


@each("specialities")
def test_specialities(row: dict[str, str]) -> None:
    assert slot("speciality", row["speciality"], case=row["case"]) == row["spoken"]


@each("numbers")
def test_numbers(row: dict[str, str]) -> None:
    assert slot(row["kind"], row["number"], row["gender"], row["case"]) == row["spoken"]


@each("values")
def test_values(row: dict[str, str]) -> None:
    assert slot(row["kind"], row["value"], case=row["case"]) == row["spoken"]


def test_there_are_many_cases() -> None:
    assert sum(len(rows(path.stem)) for path in TABLES.glob("*.tsv")) >= 300


@pytest.mark.parametrize(
    ("n", "form"),
    [
        *[(0, "часов"), (1, "час"), (2, "часа"), (4, "часа"), (5, "часов"), (11, "часов"), (12, "часов")],
        *[(14, "часов"), (21, "час"), (22, "часа"), (25, "часов"), (101, "час"), (111, "часов"), (-1, "час")],
    ],
)
def test_nouns_agree_with_numbers(n: int, form: str) -> None:
    assert FORMS.plural(n, "час", "часа", "часов") == form


def test_an_aware_moment_is_spoken_in_the_zone() -> None:
    midnight_in_moscow = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
    assert slot("date", midnight_in_moscow) == "завтра, во вторник, третьего марта"
    assert slot("time", midnight_in_moscow) == "в ноль тридцать"
    samara = ZoneInfo("Europe/Samara")
    assert FORMS.slot("time", midnight_in_moscow, now=NOW, zone=samara) == "в час тридцать"


def test_tomorrow_is_reckoned_in_the_zone() -> None:
    late = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)  # 23:30 in Moscow, already the third in Samara
    day = date(2026, 3, 3)
    assert FORMS.slot("date", day, "near", now=late, zone=MOSCOW) == "завтра"
    assert FORMS.slot("date", day, "near", now=late, zone=ZoneInfo("Europe/Samara")) == "сегодня"


def test_the_known_sex_decides() -> None:
    assert slot("person", Person("Черняк Саша", Sex.MALE), case="dative") == "Черняку Саше"
    assert slot("person", Person("Черняк Саша", Sex.FEMALE), case="dative") == "Черняк Саше"
    patient = Patient("p1", "Гусь Женя", sex=Sex.FEMALE)
    assert slot("person", patient, case="genitive") == "Гусь Жени"


def test_initials_are_spelled_on_request() -> None:
    assert FORMS.person("Иванов П.С.", "dative", initials=True) == "Иванову, пэ эс"
    assert FORMS.person("Иванов П.С.", "dative") == "Иванову"


def test_direct_methods_say_the_same_as_slots() -> None:
    assert FORMS.date(date(2026, 3, 3), date(2026, 3, 2)) == slot("date", date(2026, 3, 3))
    assert FORMS.date(date(2026, 3, 3), date(2026, 3, 2), relative=False) == "третьего марта, во вторник"
    assert FORMS.time(time(14, 5)) == "в четырнадцать ноль пять"
    assert FORMS.number(2, "accusative", Gender.FEMININE) == "две"
    assert FORMS.speciality("врач УЗИ", "dative") == "врачу узи"


def test_the_clinics_dictionary_comes_first() -> None:
    forms = FORMS.with_pronunciation({"SMAS-лифтинг": "смас лифтинг", "УЗИ": "ультразвук"})
    say = forms.slot
    assert say("text", "smas-лифтинг и УЗИ", now=NOW, zone=MOSCOW) == "смас лифтинг и ультразвук"
    assert forms.speciality("врач УЗИ", "dative") == "врачу ультразвук"
    assert say("text", "узистка", now=NOW, zone=MOSCOW) == "узистка"
    assert slot("text", "УЗИ") == "узи"


@pytest.mark.parametrize(
    ("kind", "value", "style", "case"),
    [
        ("colour", "red", "", None),
        ("date", "2026-03-03", "", None),
        ("date", datetime(2026, 3, 3), "", None),
        ("date", date(2026, 3, 3), "sideways", None),
        ("time", 9, "", None),
        ("person", "", "", None),
        ("person", "Иванов", "", "vocative"),
        ("person", 7, "", None),
        ("person", " , ", "", None),
        ("number", "семь", "", None),
        ("number", 10**12, "", None),
        ("ordinal", -1, "", None),
        ("money", "дорого", "", None),
        ("money", "-5", "", None),
        ("money", "0.005", "", None),
        ("money", "NaN", "", None),
        ("phone", "позвоните", "", None),
        ("digits", "12a", "", None),
        ("address", " , ", "", None),
        ("speciality", None, "", None),
    ],
)
def test_what_cannot_be_said_is_an_error(kind: str, value: object, style: str, case: str | None) -> None:
    with pytest.raises(UnknownForm):
        slot(kind, value, style, case)


@pytest.mark.parametrize(
    "text",
    [
        "Здравствуйте! Это клиника «Здоровье».",
        "Вы записаны на завтра, в среду, третьего марта — ровно в девять?",
        "зам+ок, замо\u0301к…",
        "Да; нет: может быть (наверное).",
    ],
)
def test_words_and_punctuation_are_speakable(text: str) -> None:
    check_speakable(text, "ru")


@pytest.mark.parametrize(
    ("text", "character", "position"),
    [
        ("в 9 часов", "9", 2),
        ("клиника Smile", "S", 8),
        ("палата №", "№", 7),
        ("скидка пять %", "%", 12),
        ("{visit}", "{", 0),
        ("а\u00bd", "\u00bd", 1),
        ("два/три", "/", 3),
        ("привет\u0456", "\u0456", 6),
    ],
)
def test_anything_else_is_not(text: str, character: str, position: int) -> None:
    with pytest.raises(Unspeakable) as refusal:
        check_speakable(text, "ru")
    assert (refusal.value.character, refusal.value.position) == (character, position)
    assert refusal.value.hint


@pytest.mark.parametrize("text", ["", "   ", "…", "?!"])
def test_a_text_without_words_is_not_speakable(text: str) -> None:
    with pytest.raises(Unspeakable, match="нет слов"):
        check_speakable(text, "ru")


@given(
    moment=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),
    style=st.sampled_from(FORMS.styles["time"]),
    day_style=st.sampled_from(FORMS.styles["date"]),
)
def test_every_moment_is_speakable(moment: datetime, style: str, day_style: str) -> None:
    check_speakable(slot("time", moment.time(), style), "ru")
    check_speakable(slot("date", moment.date(), day_style), "ru")


@given(st.integers(0, 999_999_999), st.sampled_from(["", "genitive", "dative", "instrumental"]))
def test_every_number_and_amount_is_speakable(n: int, case: str) -> None:
    check_speakable(slot("number", n, case=case), "ru")
    check_speakable(slot("money", n, case=case), "ru")


@given(st.text(alphabet="0123456789", min_size=1, max_size=14))
def test_every_telephone_number_is_speakable(digits: str) -> None:
    check_speakable(slot("phone", digits), "ru")
    check_speakable(slot("phone", "+" + digits), "ru")
