"""What comes in for a slot, checked and brought to one type, whatever the language."""

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from tts.errors import UnknownForm


def day_of(value: object, zone: ZoneInfo) -> date:
    """The day; of an aware datetime the day in the zone."""
    if isinstance(value, datetime):
        return _local(value, zone).date()
    if isinstance(value, date):
        return value
    raise UnknownForm(f"a date cannot be made of {type(value).__name__}")


def time_of(value: object, zone: ZoneInfo) -> time:
    """The time of day; of an aware datetime the time in the zone."""
    if isinstance(value, datetime):
        return _local(value, zone).time()
    if isinstance(value, time):
        return value
    raise UnknownForm(f"a time cannot be made of {type(value).__name__}")


def _local(value: datetime, zone: ZoneInfo) -> datetime:
    if value.tzinfo is None:
        raise UnknownForm("a spoken moment must be aware of its zone")
    return value.astimezone(zone)


def whole_number(value: object) -> int:
    """A whole number, also from text."""
    try:
        return int(str(value))
    except ValueError:
        raise UnknownForm("this is no whole number") from None


def kopecks_of(value: object) -> int:
    """An amount in roubles as whole kopecks: 1500, "1 500,50 ₽", Decimal."""
    text = re.sub(r"\s|₽|руб\.?", "", str(value)).replace(",", ".")
    try:
        kopecks = Decimal(text) * 100
    except InvalidOperation:
        raise UnknownForm("this is no amount of money") from None
    if not kopecks.is_finite() or kopecks < 0 or kopecks != kopecks.to_integral_value():
        raise UnknownForm("an amount of money is not negative and has whole kopecks")
    return int(kopecks)


def phone_digits(value: object) -> str:
    """The digits of a telephone number or a code, without signs and spaces."""
    text = str(value)
    digits = re.sub(r"\D", "", text)
    if not digits.isascii() or not digits or re.search(r"[^\d\s+()./–-]", text):
        raise UnknownForm("this is no telephone number or code")
    return digits
