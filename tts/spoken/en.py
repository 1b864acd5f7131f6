"""The spoken forms of English. Cases are accepted and change nothing."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from calls.appointment import Sex
from tts.errors import UnknownForm
from tts.spoken.dictionary import PronunciationDictionary
from tts.spoken.grammar import Gender, Person
from tts.spoken.values import day_of, kopecks_of, phone_digits, time_of, whole_number

MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
NEAR_DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow", 2: "the day after tomorrow"}
SAME_YEAR_DAYS = 300
ABBREVIATIONS = PronunciationDictionary(
    {"Dr.": "doctor", "Dr": "doctor", "St.": "street", "Rd.": "road", "Ave.": "avenue", "Apt.": "apartment"}
)

Say = Callable[[object, str, datetime, ZoneInfo], str]


class EnglishForms:
    """Implements `tts.spoken.SpokenForms`; `pronunciation` is the clinic's own dictionary."""

    speakable = re.compile(r"[A-Za-z\u0301+\s.,!?;:…'’\"()–—-]")
    styles: Mapping[str, tuple[str, ...]] = {
        "date": ("relative", "plain", "day", "near", "weekday", "year"),
        "time": ("exact", "hours", "full", "colloquial", "bare"),
        "person": ("full", "polite", "first", "surname"),
        "speciality": ("",),
        "number": ("masculine", "feminine", "neuter"),
        "ordinal": ("masculine", "feminine", "neuter"),
        "money": ("",),
        "phone": ("",),
        "digits": ("",),
        "address": ("",),
        "text": ("",),
    }

    def __init__(self, pronunciation: Mapping[str, str] | None = None) -> None:
        self._spoken = ABBREVIATIONS.with_entries(pronunciation or {})
        self._kinds: dict[str, Say] = {
            "date": lambda value, style, now, zone: _date(
                day_of(value, zone), now.astimezone(zone).date(), style
            ),
            "time": lambda value, style, now, zone: _time(time_of(value, zone), style),
            "person": lambda value, style, now, zone: _person(Person.of(value).name, style),
            "speciality": lambda value, style, now, zone: self.speciality(str(value)),
            "number": lambda value, style, now, zone: _cardinal(whole_number(value)),
            "ordinal": lambda value, style, now, zone: _ordinal(whole_number(value)),
            "money": lambda value, style, now, zone: _money(value),
            "phone": lambda value, style, now, zone: _phone(value),
            "digits": lambda value, style, now, zone: _digit_by_digit(phone_digits(value)),
            "address": lambda value, style, now, zone: self._spoken(_address(self._spoken(str(value)))),
            "text": lambda value, style, now, zone: self._spoken(str(value)),
        }

    def with_pronunciation(self, entries: Mapping[str, str]) -> "EnglishForms":
        """The same forms with a clinic's dictionary."""
        return EnglishForms(entries)

    def slot(
        self,
        kind: str,
        value: object,
        style: str = "",
        case: str | None = None,
        *,
        now: datetime,
        zone: ZoneInfo,
    ) -> str:
        if kind not in self._kinds:
            raise UnknownForm(f"подстановки вида «{kind}» нет", hint="Есть: " + ", ".join(self._kinds))
        if style and style not in self.styles[kind]:
            raise UnknownForm(
                f"у подстановки «{kind}» нет вида «{style}»",
                hint="Есть: " + ", ".join(filter(None, self.styles[kind])),
            )
        if value is None or value == "":
            raise UnknownForm(f"для подстановки «{kind}» нет значения")
        return self._kinds[kind](value, style or self.styles[kind][0], now, zone)

    def date(self, day: date, now_day: date, relative: bool = True) -> str:
        return _date(day, now_day, "relative" if relative else "plain")

    def time(self, at: time, style: str = "") -> str:
        return _time(at, style or "exact")

    def person(
        self,
        name: str,
        case: str | None = None,
        sex: Sex | None = None,
        style: str = "",
        initials: bool = False,
    ) -> str:
        return _person(name, style or "full")

    def speciality(self, text: str, case: str | None = None) -> str:
        return self._spoken(text.strip().lower())

    def number(
        self, n: int, case: str | None = None, gender: Gender = Gender.MASCULINE, *, ordinal: bool = False
    ) -> str:
        return _ordinal(n) if ordinal else _cardinal(n)

    def plural(self, n: int, one: str, few: str, many: str) -> str:
        return one if abs(n) == 1 else many


def _cardinal(n: int) -> str:
    from num2words import num2words

    return str(num2words(n, lang="en"))


def _ordinal(n: int) -> str:
    from num2words import num2words

    if n < 0:
        raise UnknownForm("порядкового числительного от этого числа нет")
    return str(num2words(n, lang="en", to="ordinal"))


def _year(year: int) -> str:
    from num2words import num2words

    return str(num2words(year, lang="en", to="year"))


def _date(day: date, now_day: date, style: str) -> str:
    near = NEAR_DAYS.get((day - now_day).days) if style in ("relative", "near") else None
    if style == "near" and near:
        return near
    weekday = WEEKDAYS[day.weekday()]
    if style == "weekday":
        return f"on {weekday}"
    words = f"{MONTHS[day.month - 1]} {_ordinal(day.day)}"
    if style == "year" or abs((day - now_day).days) > SAME_YEAR_DAYS:
        words = f"{words}, {_year(day.year)}"
    if style in ("day", "near", "year"):
        return words
    return f"{near}, {weekday}, {words}" if near else f"{weekday}, {words}"


def _time(at: time, style: str) -> str:
    part = _part_of_day(at.hour)
    hour = _cardinal(at.hour % 12 or 12)
    if style == "colloquial" and at.minute in (15, 30, 45):
        following = _cardinal(at.hour % 12 + 1)
        past = {15: f"quarter past {hour}", 30: f"half past {hour}", 45: f"quarter to {following}"}
        return f"at {past[at.minute]} {part}"
    minute = f"{'oh ' if at.minute < 10 else ''}{_cardinal(at.minute)}"
    clock = f"{hour} {minute}" if at.minute else f"{hour} o'clock"
    return f"{clock} {part}" if style == "bare" else f"at {clock} {part}"


def _part_of_day(hour: int) -> str:
    if hour < 12:
        return "in the morning" if hour >= 4 else "at night"
    return "in the afternoon" if hour < 18 else "in the evening"


def _person(name: str, style: str) -> str:
    """Latin names are «First Last»."""
    words = name.split()
    if not words:
        raise UnknownForm("имя пустое")
    wanted = {"full": words, "polite": words[:-1] or words, "first": words[:1], "surname": words[-1:]}
    return " ".join(word.rstrip(".") for word in wanted[style])


def _money(value: object) -> str:
    roubles, kopecks = divmod(kopecks_of(value), 100)
    parts = (
        [f"{_cardinal(roubles)} {'ruble' if roubles == 1 else 'rubles'}"] if roubles or not kopecks else []
    )
    if kopecks:
        parts.append(f"{_cardinal(kopecks)} {'kopeck' if kopecks == 1 else 'kopecks'}")
    return " and ".join(parts)


def _digit_by_digit(digits: str) -> str:
    return " ".join(_cardinal(int(digit)) for digit in digits)


def _phone(value: object) -> str:
    digits = phone_digits(value)
    groups = re.findall(r"\d{1,3}?(?=(?:\d{3})*$)", digits)
    spoken = ", ".join(_digit_by_digit(group) for group in groups)
    return f"plus {spoken}" if str(value).lstrip().startswith("+") else spoken


def _address(text: str) -> str:
    return re.sub(r"\d+", lambda found: _cardinal(int(found[0])), text)


FORMS = EnglishForms()
