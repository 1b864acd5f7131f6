"""Cells as values."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from calls.appointment import ContactWish, Sex
from crm_sync import sex, values
from crm_sync.values import BadValue

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "text", ["03.03.2027", "3.3.2027", "3.3.27", "2027-03-03", " 03.03.2027 г.", "03-03-2027"]
)
def test_days(text: str) -> None:
    assert values.day_of(text) == date(2027, 3, 3)


@pytest.mark.parametrize(
    "text", ["", "завтра", "03/04/2027", "31.02.2027", "2027", "3.3.20277", "00.00.0000"]
)
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(BadValue, match=r"дат|дня"):
        values.day_of(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("9:05", time(9, 5)), ("09.05", time(9, 5)), ("23:59:30", time(23, 59, 30))]
)
def test_times(text: str, expected: time) -> None:
    assert values.time_of(text) == expected


@pytest.mark.parametrize("text", ["", "9", "24:00", "9:60", "девять", "9:5"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(BadValue, match="врем"):
        values.time_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "03.03.2027 9:05",
        "2027-03-03 09:05",
        "2027-03-03T09:05:00",
        "2027-03-03T06:05:00Z",
        "2027-03-03T09:05:00+03:00",
        "2027-03-03 11:05:00+05:00",
        "03.03.2027, 9:05",
        "03.03.2027 в 9:05",
    ],
)
def test_moments(text: str) -> None:
    assert values.moment_of(text, MOSCOW) == datetime(2027, 3, 3, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "03.03.2027", "9:05", "0001-01-01T00:00:00+14:00", "x y"])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(BadValue):
        values.moment_of(text, MOSCOW)


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(BadValue, match="часы переводят"):
        values.local(date(2027, 3, 28), time(2, 30), BERLIN)
    assert values.local(date(2027, 3, 28), time(3, 30), BERLIN) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_a_time_that_comes_twice_is_the_first() -> None:
    assert values.local(date(2027, 10, 31), time(2, 30), BERLIN) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_the_first_day_of_all_is_refused() -> None:
    with pytest.raises(BadValue, match="такого дня"):
        values.local(date(1, 1, 1), time(0, 0), MOSCOW)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("", None),
        ("Asia/Omsk", "Asia/Omsk"),
        ("МСК", "Europe/Moscow"),
        ("МСК+2", "Asia/Yekaterinburg"),
        ("мск -1", "Europe/Kaliningrad"),
        ("UTC+7", "Asia/Krasnoyarsk"),
        ("+3", "Europe/Moscow"),
        ("GMT+12:00", "Asia/Kamchatka"),
    ],
)
def test_zones(text: str, zone: str | None) -> None:
    assert values.zone_of(text) == zone


@pytest.mark.parametrize("text", ["Луна", "МСК+15", "../etc/passwd", "Europe", "UTC-9"])
def test_unknown_zones_are_refused(text: str) -> None:
    with pytest.raises(BadValue, match="пояс"):
        values.zone_of(text)


def test_languages() -> None:
    assert [values.language_of(text) for text in ("", "Русский", "англ.", "EN", "kk", "en-US")] == [
        *("ru", "ru", "en", "en", "kk", "en")
    ]
    with pytest.raises(BadValue, match="язык"):
        values.language_of("клингонский")


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", ContactWish.CALL),
        ("Звонок", ContactWish.CALL),
        ("только СМС", ContactWish.MESSAGE_ONLY),
        ("Не звонить", ContactWish.NOTHING),
        ("нет", ContactWish.NOTHING),
    ],
)
def test_wishes(text: str, wish: ContactWish) -> None:
    assert values.wish_of(text) is wish


def test_an_unknown_wish_disturbs_nobody() -> None:
    with pytest.raises(BadValue, match="способ связи"):
        values.wish_of("голубиная почта")


def test_sex_and_birth_are_left_open_rather_than_guessed_wrong() -> None:
    assert [values.sex_of(text) for text in ("М", "жен.", "female", "?")] == [
        *(Sex.MALE, Sex.FEMALE, Sex.FEMALE, None)
    ]
    assert values.born_of("29.02.1980") == date(1980, 2, 29)
    assert values.born_of("1980-02-29T00:00:00") is None
    assert values.born_of("1980-02-29 00:00:00") == date(1980, 2, 29)
    assert [values.born_of(text) for text in ("29.02.80", "80", "", "31.02.1980")] == [None] * 4


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Черных Анна Петровна", Sex.FEMALE),
        ("Ли Пётр Ильич", Sex.MALE),
        ("Ким Саша", None),
        ("Алиев Рашид Ахмед оглы", Sex.MALE),
        ("Алиева Лейла Ахмед кызы", Sex.FEMALE),
        ("ИВАНОВА МАРИЯ", Sex.FEMALE),
        ("Иванов И. П.", Sex.MALE),
        ("", None),
        ("X Æ A-12", None),
    ],
)
def test_names_tell_the_sex(name: str, expected: Sex | None) -> None:
    assert sex.guess(name) is expected


def test_a_doubtful_name_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    sex.guess("Иванов Мария")
    assert caplog.text == ""
