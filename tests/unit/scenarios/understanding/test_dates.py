"""Days and hours in speech, on Thursday the 19th of November 2026 at noon in Moscow."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from scenarios.understanding import Question, Understanding, When

Hear = Callable[..., Understanding]

RUSSIAN = [
    ("в следующий вторник после обеда", "2026-11-24 13:00-18:00"),
    ("двадцать второго в девять", "2026-11-22 09:00"),
    ("в полдесятого", "09:30"),
    ("без пятнадцати три", "14:45"),
    ("без четверти три", "14:45"),
    ("четверть третьего", "14:15"),
    ("десять минут одиннадцатого", "10:10"),
    ("через неделю", "2026-11-26"),
    ("через две недели", "2026-12-03"),
    ("через неделю во вторник", "2026-11-24"),
    ("через пару дней", "2026-11-21..2026-11-22"),
    ("через час", "2026-11-19 13:00"),
    ("в конце недели", "2026-11-19..2026-11-20"),
    ("в начале следующей недели", "2026-11-23..2026-11-24"),
    ("на следующей неделе", "2026-11-23..2026-11-29"),
    ("на следующей неделе в среду", "2026-11-25"),
    ("после пяти", "17:00-"),
    ("не раньше трёх", "15:00-"),
    ("до обеда", "08:00-13:00"),
    ("с двух до пяти", "14:00-17:00"),
    ("с девяти до двенадцати", "09:00-12:00"),
    ("между двумя и четырьмя", "14:00-16:00"),
    ("только не в среду", "not 2026-11-25"),
    ("в любой день, кроме пятницы", "2026-11-20.. not 2026-11-20"),
    ("в среду, только не утром", "2026-11-25 not 08:00-12:00"),
    ("завтра с утра", "2026-11-20 08:00-12:00"),
    ("завтра вечером в семь", "2026-11-20 19:00"),
    ("двадцать пятого ноября в четырнадцать ноль пять", "2026-11-25 14:05"),
    ("25 ноября в 14:30", "2026-11-25 14:30"),
    ("первого декабря", "2026-12-01"),
    ("третьего числа", "2026-12-03"),
    ("в понедельник или во вторник", "2026-11-23 | 2026-11-24"),
    ("в понедельник или вторник в девять", "2026-11-23 09:00 | 2026-11-24 09:00"),
    ("завтра в девять или в десять", "2026-11-20 09:00 | 2026-11-20 10:00"),
    ("с понедельника по среду", "2026-11-23..2026-11-25"),
    ("в выходные", "2026-11-21..2026-11-22"),
    ("в середине декабря", "2026-12-11..2026-12-20"),
    ("в следующем месяце", "2026-12-01..2026-12-31"),
    ("послезавтра к обеду", "2026-11-21 12:00-14:00"),
    ("завтра не могу, давайте послезавтра", "2026-11-21 not 2026-11-20"),
    ("перенесите с пятницы на вторник", "2026-11-24"),
    ("в рабочий день", "2026-11-20"),
    ("до среды", "..2026-11-24"),
    ("после двадцатого", "2026-11-21.."),
    ("в двадцать один час", "21:00"),
    ("в двадцать тридцать", "20:30"),
    ("к девяти тридцати", "09:30"),
    ("в час дня", "13:00"),
    ("девять утра", "09:00"),
]
ENGLISH = [
    ("next Tuesday afternoon", "2026-11-24 12:00-17:00"),
    ("on the twenty second at nine", "2026-11-22 09:00"),
    ("half past nine", "09:30"),
    ("quarter to three", "14:45"),
    ("in a week", "2026-11-26"),
    ("after five", "17:00-"),
    ("from two to four", "14:00-16:00"),
    ("anything but Wednesday", "not 2026-11-25"),
    ("tomorrow morning or Friday", "2026-11-20 08:00-12:00 | 2026-11-20"),
    ("at the end of the week", "2026-11-19..2026-11-20"),
    ("next week", "2026-11-23..2026-11-29"),
    ("December first at three pm", "2026-12-01 15:00"),
    ("Monday or Tuesday", "2026-11-23 | 2026-11-24"),
    ("at 10:30", "10:30"),
]


def shown(when: When | None) -> str:
    """`2026-11-24 13:00-18:00 | … not …`: short enough for a table."""
    assert when is not None
    json = when.to_json()
    wanted = " | ".join(_shown_window(dict(window)) for window in json["windows"])
    excluded = " | ".join(_shown_window(dict(window)) for window in json["excluded"])
    return f"{wanted} not {excluded}".strip() if excluded else wanted


def _shown_window(window: dict[str, object]) -> str:
    def span(low: object, high: object, dash: str) -> str:
        return f"{low}" if low == high else f"{low or ''}{dash}{high or ''}"

    parts = []
    if window["date_from"] or window["date_to"]:
        parts.append(span(window["date_from"], window["date_to"], ".."))
    if window["time_from"] or window["time_to"]:
        parts.append(span(window["time_from"], window["time_to"], "-"))
    return " ".join(parts)


@pytest.mark.parametrize(("text", "expected"), RUSSIAN)
def test_russian(hear: Hear, text: str, expected: str) -> None:
    assert shown(hear(text, Question.ASK_DATE).when) == expected


@pytest.mark.parametrize(("text", "expected"), ENGLISH)
def test_english(hear_english: Hear, text: str, expected: str) -> None:
    assert shown(hear_english(text, Question.ASK_DATE).when) == expected


@pytest.mark.parametrize("text", ["на час позже", "минут на десять позже", "да", "десять", "мне всё равно"])
def test_no_time_is_made_up(hear: Hear, text: str) -> None:
    assert hear(text, Question.ASK_DATE).when is None


def test_today_is_the_clinics_day_not_utc(hear: Hear) -> None:
    late = datetime(2026, 11, 19, 22, 30, tzinfo=UTC)  # half past one of the 20th in Moscow
    assert shown(hear("завтра", Question.ASK_DATE, late).when) == "2026-11-21"


def test_same_weekday_is_a_week_ahead(hear: Hear) -> None:
    assert shown(hear("в четверг", Question.ASK_DATE).when) == "2026-11-26"


def test_date_that_has_passed_is_next_months(hear: Hear) -> None:
    assert shown(hear("десятого", Question.ASK_DATE).when) == "2026-12-10"


def test_impossible_dates_are_not_taken(hear: Hear) -> None:
    assert hear("тридцать второго", Question.ASK_DATE).when is None
