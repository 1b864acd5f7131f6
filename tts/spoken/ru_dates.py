"""Russian dates and times of day in words."""

from collections.abc import Callable
from datetime import date, time

from tts.spoken.grammar import Case, Gender
from tts.spoken.ru_numbers import cardinal, ordinal, plural

MONTHS = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)
WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
ON_WEEKDAYS = (
    "в понедельник",
    "во вторник",
    "в среду",
    "в четверг",
    "в пятницу",
    "в субботу",
    "в воскресенье",
)
NEAR_DAYS = {-1: "вчера", 0: "сегодня", 1: "завтра", 2: "послезавтра"}
# Farther away than this, the day is said with its year.
SAME_YEAR_DAYS = 300

DATE_STYLES = ("relative", "plain", "day", "near", "weekday", "year")
TIME_STYLES = ("exact", "hours", "full", "colloquial", "bare")


def date_words(day: date, now_day: date, style: str = "relative", case: Case = Case.GENITIVE) -> str:
    """A day: relative «завтра, в среду, третьего марта», plain «третьего марта, во вторник».

    `day` has no weekday, `near` is «завтра» alone where it can be, `weekday` is «во вторник», `year` always
    has the year and no weekday. In the nominative: «третье марта, вторник»; other cases have no weekday.
    """
    near = NEAR_DAYS.get((day - now_day).days) if style in ("relative", "near") else None
    if style == "near" and near:
        return near
    weekday = {Case.GENITIVE: ON_WEEKDAYS, Case.NOMINATIVE: WEEKDAYS}.get(case)
    if style == "weekday":
        return (weekday or WEEKDAYS)[day.weekday()]
    far = style == "year" or abs((day - now_day).days) > SAME_YEAR_DAYS
    words = _day_and_month(day, case) + (_year(day.year) if far else "")
    if weekday is None or style in ("day", "near", "year"):
        return words
    if near:
        return f"{near}, {weekday[day.weekday()]}, {words}"
    return f"{words}, {weekday[day.weekday()]}"


def _day_and_month(day: date, case: Case) -> str:
    return f"{ordinal(day.day, case, Gender.NEUTER)} {MONTHS[day.month - 1]}"


def _year(year: int) -> str:
    return f" {ordinal(year, Case.GENITIVE)} года"


def time_words(at: time, style: str = "exact", case: Case = Case.ACCUSATIVE) -> str:
    """A time of day: «ровно в девять», «в четырнадцать ноль пять».

    `hours` is «в девять часов», `full` «в четырнадцать часов пять минут», `colloquial` «в половине третьего»,
    «без четверти три», `bare` has no preposition and may take a case: «(с) девяти часов».
    """
    says: dict[str, Callable[[time], str]] = {
        "exact": _exact,
        "hours": _on_the_hour,
        "full": _full,
        "colloquial": _colloquial,
    }
    return says[style](at) if style in says else _bare(at, case)


def _exact(at: time) -> str:
    if at.minute:
        return f"в {_digital(at, Case.ACCUSATIVE)}"
    if at.hour == 0:
        return "ровно в полночь"
    return f"ровно в {_hours(at.hour, Case.ACCUSATIVE) if at.hour > 12 else _short_hour(at.hour)}"


def _on_the_hour(at: time) -> str:
    return f"в {_digital(at, Case.ACCUSATIVE) if at.minute else _hours(at.hour, Case.ACCUSATIVE)}"


def _full(at: time) -> str:
    minutes = f" {_minutes(at.minute)}" if at.minute else ""
    return f"в {_hours(at.hour, Case.ACCUSATIVE)}{minutes}"


def _minutes(minute: int) -> str:
    noun = plural(minute, "минуту", "минуты", "минут")
    return f"{cardinal(minute, Case.ACCUSATIVE, Gender.FEMININE)} {noun}"


def _bare(at: time, case: Case) -> str:
    return _digital(at, case) if at.minute else _hours(at.hour, case)


def _digital(at: time, case: Case) -> str:
    """«четырнадцать ноль пять»: both numbers in the case, the minutes feminine."""
    minute = cardinal(at.minute, case, Gender.FEMININE)
    nought = "" if at.minute >= 10 else "ноль "
    hour = "час" if at.hour == 1 and case in (Case.ACCUSATIVE, Case.NOMINATIVE) else cardinal(at.hour, case)
    return f"{hour} {nought}{minute}"


_HOURS = {
    Case.NOMINATIVE: ("час", "часа", "часов"),
    Case.GENITIVE: ("часа", "часов", "часов"),
    Case.DATIVE: ("часу", "часам", "часам"),
    Case.ACCUSATIVE: ("час", "часа", "часов"),
    Case.INSTRUMENTAL: ("часом", "часами", "часами"),
    Case.PREPOSITIONAL: ("часе", "часах", "часах"),
}


def _hours(hour: int, case: Case) -> str:
    noun = plural(hour, *_HOURS[case])
    return noun if hour == 1 else f"{cardinal(hour, case)} {noun}"


def _short_hour(hour: int) -> str:
    return "час" if hour == 1 else cardinal(hour, Case.ACCUSATIVE)


def _colloquial(at: time) -> str:
    part, hour, following = _part_of_day(at.hour), at.hour % 12 or 12, at.hour % 12 + 1
    if at.minute == 0:
        noun = "" if hour == 1 else " " + plural(hour, "час", "часа", "часов")
        return f"в {_short_hour(hour)}{noun} {part}"
    of_following = ordinal(following, Case.GENITIVE)
    if at.minute == 30:
        return f"в половине {of_following}"
    if at.minute == 15:
        return f"в четверть {of_following}"
    if at.minute == 45:
        return f"без четверти {_short_hour(following)}"
    if at.minute % 5 or at.minute == 35:
        return _exact(at)
    if at.minute < 30:
        return f"в {_minutes(at.minute)} {of_following}"
    return f"без {cardinal(60 - at.minute, Case.GENITIVE)} {_short_hour(following)}"


def _part_of_day(hour: int) -> str:
    if hour < 4:
        return "ночи"
    if hour < 12:
        return "утра"
    return "дня" if hour < 17 else "вечера"
