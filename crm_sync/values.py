"""Dates, times and words of a table's cells, as values. BadValue says why not and quotes nothing."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from calls.appointment import ContactWish, Sex

_DOTTED_DATE = re.compile(r"(\d{1,2})[.\-](\d{1,2})[.\-](\d{4}|\d{2})(?:\s*г\.?)?")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_TIME = re.compile(r"(\d{1,2})[:.\-](\d{2})(?::(\d{2})(?:\.\d+)?)?")
_MOSCOW_OFFSET = re.compile(r"(?:МСК|MSK)\s*([+\-]\s*\d{1,2})?", re.I)
_UTC_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+\-]\s*\d{1,2})(?::?00)?", re.I)
_SINCE_MOSCOW = {
    -1: "Europe/Kaliningrad",
    0: "Europe/Moscow",
    1: "Europe/Samara",
    2: "Asia/Yekaterinburg",
    3: "Asia/Omsk",
    4: "Asia/Krasnoyarsk",
    5: "Asia/Irkutsk",
    6: "Asia/Yakutsk",
    7: "Asia/Vladivostok",
    8: "Asia/Magadan",
    9: "Asia/Kamchatka",
}
_MOSCOW_UTC_H = 3
_LANGUAGES = {
    "": "ru",
    **dict.fromkeys(("русский", "рус", "rus", "russian"), "ru"),
    **dict.fromkeys(("английский", "англ", "eng", "english"), "en"),
    **dict.fromkeys(("казахский", "каз", "kaz", "kazakh"), "kk"),
    **dict.fromkeys(("татарский", "тат", "tat", "tatar"), "tt"),
    **dict.fromkeys(("узбекский", "узб", "uzb", "uzbek"), "uz"),
    **dict.fromkeys(("украинский", "укр", "ukr", "ukrainian"), "uk"),
}
_LANGUAGE_TAG = re.compile(r"([a-z]{2})(?:[-_][a-z]{2})?")
_CALL = {"", "звонок", "звонить", "звоните", "телефон", "да", "call", "phone", "yes", "любая", "любой"}
_MESSAGE = {
    "смс",
    "sms",
    "сообщение",
    "сообщения",
    "мессенджер",
    "чат",
    "message",
    "messages",
    "message_only",
}
_NOTHING = {"нет", "не звонить", "не беспокоить", "не связываться", "никак", "no", "none", "nothing"}
_MALE = {"м", "муж", "мужской", "мужчина", "m", "male"}
_FEMALE = {"ж", "жен", "женский", "женщина", "f", "female", "w"}
_FIRST = {"да", "первичный", "первичная", "первично", "впервые", "yes", "true", "1", "+", "new"}
_REPEATED = {"нет", "повторный", "повторная", "повторно", "no", "false", "0", "-"}


class BadValue(ValueError):
    """A cell that cannot be understood."""


def day_of(text: str) -> date:
    """03.03.2027, 3.3.27 or 2027-03-03."""
    if match := _DOTTED_DATE.fullmatch(text.strip()):
        day, month, year = match.groups()
        return _date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    if match := _ISO_DATE.fullmatch(text.strip()):
        year, month, day = match.groups()
        return _date(int(year), int(month), int(day))
    raise BadValue("это не дата; пишите 03.03.2027 или 2027-03-03")


def time_of(text: str) -> time:
    """9:05, 09:05:00 or 9.05."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise BadValue("это не время; пишите 9:05")
    hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        return time(hour, minute, second)
    except ValueError as error:
        raise BadValue("такого времени суток не бывает") from error


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """A date and a time in one cell, ISO 8601 with or without an offset, or 03.03.2027 9:05."""
    cleaned = text.strip()
    if re.search(r"(?:Z|[+\-]\d{2}:?\d{2})$", cleaned) and "T" in cleaned.replace(" ", "T"):
        try:
            return _utc(datetime.fromisoformat(cleaned))
        except ValueError:
            pass
    day, gap, hour = cleaned.replace("T", " ").replace(",", " ").partition(" ")
    if not gap:
        raise BadValue("дата без времени")
    return local(day_of(day), time_of(hour.strip().removeprefix("в ")), zone)


def local(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """The instant at which the clocks of the zone show this; BadValue where they skip it."""
    shown = datetime.combine(day, hour, tzinfo=zone)
    instant = _utc(shown)
    if instant.astimezone(zone).replace(tzinfo=None) != shown.replace(tzinfo=None):
        raise BadValue("в этот день часы переводят, и такого времени нет")
    return instant


def zone_of(text: str) -> str | None:
    """Asia/Omsk, МСК+3, UTC+6 or +6 as an IANA name; none for an empty cell."""
    cleaned = text.strip()
    if not cleaned:
        return None
    if match := _MOSCOW_OFFSET.fullmatch(cleaned):
        hours = int((match[1] or "0").replace(" ", ""))
    elif match := _UTC_OFFSET.fullmatch(cleaned):
        hours = int(match[1].replace(" ", "")) - _MOSCOW_UTC_H
    else:
        return _iana(cleaned)
    if hours not in _SINCE_MOSCOW:
        raise BadValue("неизвестный часовой пояс; пишите Asia/Omsk или МСК+3")
    return _SINCE_MOSCOW[hours]


def language_of(text: str) -> str:
    """A two-letter code; Russian for an empty cell."""
    word = text.strip().lower().rstrip(".")
    if word in _LANGUAGES:
        return _LANGUAGES[word]
    match = _LANGUAGE_TAG.fullmatch(word)
    if match is None:
        raise BadValue("неизвестный язык; пишите код: ru или en")
    return match[1]


def wish_of(text: str) -> ContactWish:
    """How the patient asked to be reached; what is not understood is refused, lest somebody be disturbed."""
    word = " ".join(text.lower().replace("только", " ").split()).strip(" .")
    for words, wish in (
        (_CALL, ContactWish.CALL),
        (_MESSAGE, ContactWish.MESSAGE_ONLY),
        (_NOTHING, ContactWish.NOTHING),
    ):
        if word in words:
            return wish
    raise BadValue("неизвестный способ связи; пишите звонок, смс или не звонить")


def first_visit_of(text: str) -> bool | None:
    """None where the cell does not say it."""
    word = text.strip().lower().rstrip(".")
    return True if word in _FIRST else False if word in _REPEATED else None


def sex_of(text: str) -> Sex | None:
    """None where the cell does not say it."""
    word = text.strip().lower().rstrip(".")
    return Sex.MALE if word in _MALE else Sex.FEMALE if word in _FEMALE else None


def born_of(text: str) -> date | None:
    """None where the cell is no full date: a visit is not lost for that."""
    if re.fullmatch(r"\d{1,2}[.\-]\d{1,2}[.\-]\d{2}", text.strip()):
        return None
    try:
        return day_of(text.strip().partition(" ")[0])
    except BadValue:
        return None


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadValue("такого дня не бывает") from error


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise BadValue("такого дня не бывает") from error


def _iana(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadValue("неизвестный часовой пояс; пишите Asia/Omsk или МСК+3") from error
