"""English spoken forms: the same slots, other words."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tts.errors import UnknownForm, Unspeakable
from tts.spoken import check_speakable, spoken_forms

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
FORMS = spoken_forms("en")

CASES: list[tuple[str, object, str, str]] = [
    ("date", date(2026, 3, 2), "", "today, Monday, March second"),
    ("date", date(2026, 3, 3), "", "tomorrow, Tuesday, March third"),
    ("date", date(2026, 3, 4), "", "the day after tomorrow, Wednesday, March fourth"),
    ("date", date(2026, 3, 12), "", "Thursday, March twelfth"),
    ("date", date(2026, 3, 3), "near", "tomorrow"),
    ("date", date(2026, 3, 3), "plain", "Tuesday, March third"),
    ("date", date(2026, 3, 3), "weekday", "on Tuesday"),
    ("date", date(1984, 1, 31), "year", "January thirty-first, nineteen eighty-four"),
    ("time", time(9, 0), "", "at nine o'clock in the morning"),
    ("time", time(14, 5), "", "at two oh five in the afternoon"),
    ("time", time(18, 20), "bare", "six twenty in the evening"),
    ("time", time(14, 30), "colloquial", "at half past two in the afternoon"),
    ("time", time(14, 45), "colloquial", "at quarter to three in the afternoon"),
    ("time", time(0, 0), "", "at twelve o'clock at night"),
    ("person", "John H. Smith", "", "John H Smith"),
    ("person", "Ann Smith", "first", "Ann"),
    ("person", "Ann Smith", "surname", "Smith"),
    ("speciality", "Dermatologist", "", "dermatologist"),
    ("number", 21, "", "twenty-one"),
    ("ordinal", 3, "", "third"),
    ("money", "1500.50", "", "one thousand, five hundred rubles and fifty kopecks"),
    ("money", "1", "", "one ruble"),
    ("phone", "+1 415 555 0123", "", "plus one four, one five five, five five zero, one two three"),
    ("digits", "407", "", "four zero seven"),
    ("address", "12 Baker St.", "", "twelve Baker street"),
    ("text", "Dr. Brown", "", "doctor Brown"),
]


@pytest.mark.parametrize(("kind", "value", "style", "spoken"), CASES)
def test_slots(kind: str, value: object, style: str, spoken: str) -> None:
    said = FORMS.slot(kind, value, style, now=NOW, zone=LONDON)
    assert said == spoken
    check_speakable(said, "en")


def test_nouns_agree_with_numbers() -> None:
    assert [FORMS.plural(n, "day", "days", "days") for n in (0, 1, 2)] == ["days", "day", "days"]


def test_the_clinics_dictionary_is_used() -> None:
    forms = FORMS.with_pronunciation({"MRI": "em are eye"})
    assert forms.slot("text", "an MRI scan", now=NOW, zone=LONDON) == "an em are eye scan"


@pytest.mark.parametrize("text", ["at 9", "клиника", "50%"])
def test_digits_and_cyrillic_are_not_spoken(text: str) -> None:
    with pytest.raises(Unspeakable):
        check_speakable(text, "en")


@pytest.mark.parametrize(("kind", "style"), [("colour", ""), ("date", "sideways"), ("person", "last")])
def test_unknown_forms_are_errors(kind: str, style: str) -> None:
    with pytest.raises(UnknownForm):
        FORMS.slot(kind, date(2026, 3, 2), style, now=NOW, zone=LONDON)


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(UnknownForm, match="языка «tlh» нет"):
        spoken_forms("tlh")
