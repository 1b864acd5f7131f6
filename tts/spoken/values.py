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
    raise UnknownForm(f"дата не может быть типа {type(value).__name__}")


def time_of(value: object, zone: ZoneInfo) -> time:
    """The time of day; of an aware datetime the time in the zone."""
    if isinstance(value, datetime):
        return _local(value, zone).time()
    if isinstance(value, time):
        return value
    raise UnknownForm(f"время не может быть типа {type(value).__name__}")


def _local(value: datetime, zone: ZoneInfo) -> datetime:
    if value.tzinfo is None:
        raise UnknownForm("у времени должен быть часовой пояс")
    return value.astimezone(zone)


def whole_number(value: object) -> int:
    """A whole number, also from text."""
    try:
        return int(str(value))
    except ValueError:
        raise UnknownForm("это не целое число") from None


def kopecks_of(value: object) -> int:
    """An amount in roubles as whole kopecks: 1500, "1 500,50 ₽", Decimal."""
    text = re.sub(r"\s|₽|руб\.?", "", str(value)).replace(",", ".")
    try:
        kopecks = Decimal(text) * 100
    except InvalidOperation:
        raise UnknownForm("это не сумма денег") from None
    if not kopecks.is_finite() or kopecks < 0 or kopecks != kopecks.to_integral_value():
        raise UnknownForm("сумма денег не бывает отрицательной или с долями копейки")
    return int(kopecks)


def phone_digits(value: object) -> str:
    """The digits of a telephone number or a code, without signs and spaces."""
    text = str(value)
    digits = re.sub(r"\D", "", text)
    if not digits.isascii() or not digits or re.search(r"[^\d\s+()./–-]", text):
        raise UnknownForm("это не телефонный номер и не код")
    return digits
