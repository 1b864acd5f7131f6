"""Russian times of day: «в полдесятого», «без четверти три», «десять минут одиннадцатого», «вечером»."""

from collections.abc import Sequence
from datetime import time

from scenarios.understanding.calendar import clock
from scenarios.understanding.languages.ru.numbers import cardinal_at, ordinal_at
from scenarios.understanding.tokens import Token
from scenarios.understanding.when import Window

Found = tuple[Window, int]

_PARTS = {"утра": "morning", "дня": "day", "вечера": "evening", "ночи": "night"}
_HOUR_WORDS = frozenset("час часа часов часу часам часик часиков ч".split())
_MINUTE_WORDS = frozenset("минута минут минуты минутам минуточек".split())
_HALF_FORMS = {"пол" + ordinal_form: hour for ordinal_form, hour in {
    "первого": 1, "второго": 2, "третьего": 3, "четвертого": 4, "пятого": 5, "шестого": 6,
    "седьмого": 7, "восьмого": 8, "девятого": 9, "десятого": 10, "одиннадцатого": 11, "двенадцатого": 12,
}.items()}  # fmt: skip
_NAMED_ALONE = frozenset({"утро", "вечер", "обед"})  # without a preposition, mostly a greeting
# The longest first.
_DAY_PARTS: tuple[tuple[str, time | None, time | None], ...] = (
    ("в первой половине дня", time(8), time(13)),
    ("первой половине дня", time(8), time(13)),
    ("первую половину дня", time(8), time(13)),
    ("первая половина дня", time(8), time(13)),
    ("вторая половина дня", time(13), time(18)),
    ("во второй половине дня", time(13), time(18)),
    ("второй половине дня", time(13), time(18)),
    ("вторую половину дня", time(13), time(18)),
    ("ближе к вечеру", time(16), time(20)),
    ("ближе к обеду", time(11), time(14)),
    ("с самого утра", time(8), time(10)),
    ("рано утром", time(7), time(9)),
    ("с утра пораньше", time(8), time(10)),
    ("после обеда", time(13), time(18)),
    ("до обеда", time(8), time(13)),
    ("после работы", time(18), time(21)),
    ("до работы", time(7), time(9)),
    ("в обед", time(12), time(14)),
    ("к обеду", time(12), time(14)),
    ("обед", time(12), time(14)),
    ("к вечеру", time(16), time(20)),
    ("с утра", time(8), time(12)),
    ("с утречка", time(8), time(12)),
    ("утром", time(8), time(12)),
    ("утречком", time(8), time(12)),
    ("на утро", time(8), time(12)),
    ("утро", time(8), time(12)),
    ("днем", time(12), time(17)),
    ("вечером", time(17), time(21)),
    ("вечерком", time(17), time(21)),
    ("на вечер", time(17), time(21)),
    ("вечер", time(17), time(21)),
)  # fmt: skip


def hours_at(tokens: Sequence[Token], at: int, has_preposition: bool) -> Found | None:
    """Hours that start here; a bare number is a time only after a preposition or a day."""
    return (
        part_of_day(tokens, at)
        or _half(tokens, at)
        or _to_the_hour(tokens, at)
        or _past_the_hour(tokens, at)
        or _noon(tokens, at)
        or _digits(tokens, at)
        or _spoken(tokens, at, has_preposition)
    )


def _exact(hour: int, minute: int, end: int, tokens: Sequence[Token]) -> Found | None:
    part = _PARTS.get(tokens[end].form) if end < len(tokens) else None
    moment = clock(hour, minute, part)
    if moment is None:
        return None
    return Window(time_from=moment, time_to=moment), end + (part is not None)


def part_of_day(tokens: Sequence[Token], at: int) -> Found | None:
    """«утром», «после обеда», «ближе к вечеру», as a range of hours."""
    for words, start, stop in _DAY_PARTS:
        parts = words.split()
        if [token.form for token in tokens[at : at + len(parts)]] == parts:
            if words in _NAMED_ALONE and (at == 0 or tokens[at - 1].form not in ("в", "на", "к")):
                continue
            return Window(time_from=start, time_to=stop), at + len(parts)
    return None


def _half(tokens: Sequence[Token], at: int) -> Found | None:
    """«полдесятого», «пол десятого», «половина десятого»."""
    if at >= len(tokens):
        return None
    hour = _HALF_FORMS.get(tokens[at].form.replace("-", ""))
    if hour:
        return _exact((hour - 1) or 12, 30, at + 1, tokens)
    if tokens[at].form == "пол" or "половина" in tokens[at].shape.lemmas:
        ordinal = ordinal_at(tokens, at + 1)
        if ordinal and 1 <= ordinal.value <= 12:
            return _exact((ordinal.value - 1) or 12, 30, ordinal.end, tokens)
    return None


def _to_the_hour(tokens: Sequence[Token], at: int) -> Found | None:
    """«без пятнадцати три», «без четверти три», «без десяти минут три»."""
    if at >= len(tokens) or tokens[at].form != "без" or at + 1 >= len(tokens):
        return None
    if "четверть" in tokens[at + 1].shape.lemmas:
        missing, end = 15, at + 2
    else:
        # The minutes end where the hour begins: «без двадцати пяти пять» is rare, «без двадцати три» is not.
        minutes = cardinal_at(tokens[: at + 2], at + 1)
        if not minutes:
            return None
        missing, end = minutes.value, minutes.end
        if missing == 20 and end + 1 < len(tokens) and cardinal_at(tokens[: end + 1], end):
            unit, hour_after = cardinal_at(tokens[: end + 1], end), cardinal_at(tokens, end + 1)
            if unit and unit.value == 5 and hour_after:
                missing, end = 25, end + 1
    if end < len(tokens) and tokens[end].form in _MINUTE_WORDS:
        end += 1
    if end < len(tokens) and tokens[end].form == "час":
        return _exact(12, 60 - missing, end + 1, tokens)
    hour = cardinal_at(tokens, end)
    if not hour or not 1 <= hour.value <= 24 or not 1 <= missing <= 30:
        return None
    part = _PARTS.get(tokens[hour.end].form) if hour.end < len(tokens) else None
    full = clock(hour.value, 0, part)
    if full is None:
        return None
    moment = time((full.hour - 1) % 24, 60 - missing)
    return Window(time_from=moment, time_to=moment), hour.end + (part is not None)


def _past_the_hour(tokens: Sequence[Token], at: int) -> Found | None:
    """«четверть третьего», «десять минут одиннадцатого»."""
    if at >= len(tokens):
        return None
    if "четверть" in tokens[at].shape.lemmas:
        minutes, end = 15, at + 1
    else:
        number = cardinal_at(tokens, at)
        if not number or number.end >= len(tokens) or tokens[number.end].form not in _MINUTE_WORDS:
            return None
        minutes, end = number.value, number.end + 1
    ordinal = ordinal_at(tokens, end)
    if not ordinal or not 1 <= ordinal.value <= 12 or not tokens[ordinal.end - 1].form.endswith("го"):
        return None
    return _exact((ordinal.value - 1) or 12, minutes, ordinal.end, tokens)


def _noon(tokens: Sequence[Token], at: int) -> Found | None:
    word = tokens[at].form if at < len(tokens) else ""
    if word in ("полдень", "полудню"):
        return Window(time_from=time(12), time_to=time(12)), at + 1
    return None


def _digits(tokens: Sequence[Token], at: int) -> Found | None:
    form = tokens[at].form if at < len(tokens) else ""
    hour, mark, minute = form.replace(".", ":").partition(":")
    if not mark or not (hour.isdecimal() and minute.isdecimal()):
        return None
    return _exact(int(hour), int(minute), at + 1, tokens)


def _spoken(tokens: Sequence[Token], at: int, has_preposition: bool) -> Found | None:
    """«девять», «девять часов», «четырнадцать ноль пять», «девять тридцать утра», «час дня»."""
    if at < len(tokens) and tokens[at].form in ("час", "часу", "часа"):
        after = tokens[at + 1].form if at + 1 < len(tokens) else ""
        return _exact(1, 0, at + 1, tokens) if has_preposition or after in _PARTS else None
    hour = (
        cardinal_at(tokens[: at + 2], at) if _starts_hour_and_minutes(tokens, at) else cardinal_at(tokens, at)
    )
    if not hour or not 0 <= hour.value <= 24:
        return None
    end = hour.end
    said_hours = end < len(tokens) and tokens[end].form in _HOUR_WORDS
    end += said_hours
    minute, minute_end = _minutes(tokens, end)
    said_part = minute_end < len(tokens) and tokens[minute_end].form in _PARTS
    if not (has_preposition or said_hours or said_part or minute_end > end):
        return None
    counts_days = end < len(tokens) and tokens[end].shape.lemmas & {"день", "неделя", "месяц", "минута"}
    if counts_days and minute_end == end and not said_part:
        return None
    return _exact(hour.value, minute, minute_end, tokens)


def _starts_hour_and_minutes(tokens: Sequence[Token], at: int) -> bool:
    """«двадцать тридцать» and «десять ноль ноль»: two numbers, not one."""
    first = cardinal_at(tokens[: at + 1], at)
    second = cardinal_at(tokens[: at + 2], at + 1) if at + 1 < len(tokens) else None
    return bool(first and second and not (first.value == 20 and 1 <= second.value <= 4))


def _minutes(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """Minutes after an hour, and where they end; 0 and `at` when none are said."""
    if at >= len(tokens) or tokens[at].pause:
        return 0, at
    if tokens[at].form == "ровно":
        return 0, at + 1
    number = cardinal_at(tokens, at)
    if not number:
        return 0, at
    end, value = number.end, number.value
    if value == 0 and number.end - number.start == 1:
        unit = cardinal_at(tokens, end)
        value, end = (unit.value, unit.end) if unit and unit.value < 10 else (0, end)
    elif value < 10:
        return 0, at
    if value > 59:
        return 0, at
    if end < len(tokens) and tokens[end].form in _MINUTE_WORDS:
        end += 1
    return value, end
