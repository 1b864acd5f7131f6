"""Russian days: «послезавтра», «в следующую пятницу», «двадцать второго», «в конце недели»."""

from collections.abc import Callable, Sequence

from scenarios.understanding.calendar import Calendar
from scenarios.understanding.language import Number
from scenarios.understanding.languages.ru.numbers import cardinal_at, ordinal_at
from scenarios.understanding.tokens import Token
from scenarios.understanding.when import Window

Days = tuple[tuple[Window, ...], int]

WEEKDAYS = {
    "понедельник": 0,
    "вторник": 1,
    "среда": 2,
    "четверг": 3,
    "пятница": 4,
    "суббота": 5,
    "воскресенье": 6,
    "воскресение": 6,
}
MONTHS = {
    name: at
    for at, name in enumerate(
        "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split(), start=1
    )
}
_RELATIVE = {"сегодня": 0, "завтра": 1, "послезавтра": 2, "послепослезавтра": 3}
_WEEK = frozenset({"неделя", "неделька"})
_MONTH = frozenset({"месяц", "месяцок", "месячишко"})
_DAY = frozenset({"день", "денек", "сутки"})
_NEXT = frozenset({"следующий", "будущий", "грядущий", "тот"})
_THIS = frozenset({"этот", "ближайший", "текущий"})
_PARTS = {"начало": 0, "середина": 1, "конец": 2}
_NEW_YEAR_HOLIDAYS_END = (8, 1)


def day_at(tokens: Sequence[Token], at: int, calendar: Calendar, has_preposition: bool) -> Days | None:
    """Days named from this word on, and where they end."""
    if at >= len(tokens):
        return None
    readers: tuple[Callable[[Sequence[Token], int, Calendar], Days | None], ...] = (
        _relative,
        _through,
        _weekday,
        _part_of_period,
        _period,
        _weekend,
        _any_day,
    )
    for read in readers:
        days = read(tokens, at, calendar)
        if days:
            return days
    return _date(tokens, at, calendar, has_preposition)


def _lemma(tokens: Sequence[Token], at: int, table: dict[str, int]) -> int | None:
    if at >= len(tokens):
        return None
    return next((table[lemma] for lemma in sorted(tokens[at].shape.lemmas) if lemma in table), None)


def _is(tokens: Sequence[Token], at: int, lemmas: frozenset[str]) -> bool:
    return at < len(tokens) and not tokens[at].shape.lemmas.isdisjoint(lemmas)


def _relative(tokens: Sequence[Token], at: int, calendar: Calendar) -> Days | None:
    days = _RELATIVE.get(tokens[at].form)
    return ((calendar.in_days(days),), at + 1) if days is not None else None


def _through(tokens: Sequence[Token], at: int, calendar: Calendar) -> Days | None:
    """«через неделю», «через два дня», «через пару недель», «через час», «через неделю во вторник»."""
    if tokens[at].form != "через" or at + 1 >= len(tokens):
        return None
    end, count, spread = at + 1, 1, 0
    if "пара" in tokens[end].shape.lemmas:
        count, spread, end = 2, 1, end + 1
    elif tokens[end].form in ("несколько",):
        count, spread, end = 3, 4, end + 1
    elif tokens[end].form in ("полчаса", "полчасика"):
        return (calendar.in_minutes(30),), end + 1
    elif tokens[end].form == "полтора" and end + 1 < len(tokens):
        return (calendar.in_minutes(90),), end + 2
    else:
        number = cardinal_at(tokens, end)
        if number:
            count, end = number.value, number.end
    if _is(tokens, end, _WEEK):
        return _weeks_from_now(tokens, end + 1, calendar, count, spread)
    if _is(tokens, end, _DAY):
        count += count == 1 and tokens[end].form == "день" and end == at + 1  # «через день» skips one
        first, last = calendar.in_days(count), calendar.in_days(count + spread)
        return (Window(first.date_from, last.date_to),), end + 1
    if _is(tokens, end, _MONTH):
        return (calendar.in_months(count),), end + 1
    if _is(tokens, end, frozenset({"час", "часик"})):
        return (calendar.in_minutes(60 * count),), end + 1
    if _is(tokens, end, frozenset({"минута", "минуточка", "минутка"})):
        return (calendar.in_minutes(count),), end + 1
    return None


def _weeks_from_now(tokens: Sequence[Token], at: int, calendar: Calendar, count: int, spread: int) -> Days:
    weekday_at = at + 1 if at < len(tokens) and tokens[at].form in ("в", "во") else at
    weekday = _lemma(tokens, weekday_at, WEEKDAYS)
    if weekday is not None:
        return (calendar.weekday(weekday, count),), weekday_at + 1
    first, last = calendar.in_days(7 * count), calendar.in_days(7 * (count + spread))
    return (Window(first.date_from, last.date_to),), at


def _weekday(tokens: Sequence[Token], at: int, calendar: Calendar) -> Days | None:
    """«вторник», «следующий вторник», «эту среду», «вторник на следующей неделе»."""
    weeks: int | None = None
    end = at
    if _is(tokens, at, _NEXT) and _lemma(tokens, at + 1, WEEKDAYS) is not None:
        weeks, end = 1, at + 1
    elif _is(tokens, at, _THIS) and _lemma(tokens, at + 1, WEEKDAYS) is not None:
        end = at + 1
    weekday = _lemma(tokens, end, WEEKDAYS)
    if weekday is None:
        return None
    end += 1
    after = end + 1 if end < len(tokens) and tokens[end].form == "на" else end
    if after > end and _is(tokens, after, _NEXT | _THIS) and _is(tokens, after + 1, _WEEK):
        weeks = 1 if _is(tokens, after, _NEXT) else 0
        end = after + 2
    elif after > end and _is(tokens, after, _WEEK):
        end = after + 1
    return (calendar.weekday(weekday, weeks),), end


def _part_of_period(tokens: Sequence[Token], at: int, calendar: Calendar) -> Days | None:
    """«конец недели», «начало следующей недели», «середина декабря», «конец месяца»."""
    part = _lemma(tokens, at, _PARTS)
    if part is None:
        return None
    end, ahead = at + 1, 0
    if _is(tokens, end, _NEXT | _THIS):
        ahead, end = int(_is(tokens, end, _NEXT)), end + 1
    if _is(tokens, end, _WEEK):
        return (calendar.week_part(part, ahead),), end + 1
    month = _lemma(tokens, end, MONTHS)
    if month:
        return (calendar.part_of(calendar.month(month), part),), end + 1
    if _is(tokens, end, _MONTH):
        return (calendar.part_of(calendar.month_ahead(ahead), part),), end + 1
    return None


def _period(tokens: Sequence[Token], at: int, calendar: Calendar) -> Days | None:
    """«следующая неделя», «этот месяц», «декабрь», «неделя после следующей»."""
    if _is(tokens, at, _NEXT | _THIS):
        ahead = int(_is(tokens, at, _NEXT))
        if _is(tokens, at + 1, _WEEK):
            return _weekday_of_week(tokens, at + 2, calendar, ahead)
        if _is(tokens, at + 1, _MONTH):
            return (calendar.month_ahead(ahead),), at + 2
        if _is(tokens, at + 1, _DAY) and _is(tokens, at, frozenset({"ближайший"})):
            first, last = calendar.in_days(1), calendar.in_days(3)
            return (Window(first.date_from, last.date_to),), at + 2
    month = _lemma(tokens, at, MONTHS)
    if (
        month
        and tokens[at].form not in ("мая", "мае")
        and at
        and tokens[at - 1].form in ("в", "на", "до", "с", "после")
    ):
        return (calendar.month(month),), at + 1
    if tokens[at].form == "днях" and at and tokens[at - 1].form == "на":
        first, last = calendar.in_days(1), calendar.in_days(3)
        return (Window(first.date_from, last.date_to),), at + 1
    return None


def _weekday_of_week(tokens: Sequence[Token], at: int, calendar: Calendar, ahead: int) -> Days:
    """«на следующей неделе в среду»: the weekday narrows the week."""
    after = at + 1 if at < len(tokens) and tokens[at].form in ("в", "во") else at
    weekday = _lemma(tokens, after, WEEKDAYS)
    if weekday is not None:
        return (calendar.weekday(weekday, ahead),), after + 1
    if _lemma(tokens, after, _PARTS) is not None:
        part = _lemma(tokens, after, _PARTS)
        assert part is not None
        return (calendar.week_part(part, ahead),), after + 1
    return (calendar.week(ahead),), at


def _weekend(tokens: Sequence[Token], at: int, calendar: Calendar) -> Days | None:
    """«выходные», «следующие выходные», «будни», «рабочий день», «новый год»."""
    end = at + int(_is(tokens, at, _NEXT | _THIS))
    if _is(tokens, end, frozenset({"выходной", "выходные"})):
        ahead = 1 if end > at and _is(tokens, at, _NEXT) else None
        return (calendar.weekend(ahead),), end + 1
    if tokens[end : end + 1] and tokens[end].form in ("будни", "будний", "буднях", "будням"):
        end += int(_is(tokens, end + 1, _DAY))
        return tuple(calendar.working_days()), end + 1
    if _is(tokens, end, frozenset({"рабочий"})) and _is(tokens, end + 1, _DAY):
        return (calendar.working_day(),), end + 2
    if (
        _is(tokens, end, frozenset({"новый"}))
        and end + 1 < len(tokens)
        and tokens[end + 1].form in ("года", "год")
    ):
        window = calendar.day_of_month(*_NEW_YEAR_HOLIDAYS_END)
        return ((Window(window.date_from, None),), end + 2) if window else None
    return None


def _any_day(tokens: Sequence[Token], at: int, calendar: Calendar) -> Days | None:
    """«любой день»: every day from tomorrow on."""
    if _is(tokens, at, frozenset({"любой"})) and _is(tokens, at + 1, _DAY | {"время"}):
        return (Window(calendar.in_days(1).date_from, None),), at + 2
    return None


def _date(tokens: Sequence[Token], at: int, calendar: Calendar, has_preposition: bool) -> Days | None:
    """«двадцать второго», «двадцать пятое ноября», «25 ноября», «25.11», «пятого числа»."""
    form = tokens[at].form
    if "." in form and form.replace(".", "").isdecimal():
        day, _, month = form.partition(".")
        dotted = calendar.day_of_month(int(day), int(month)) if 1 <= int(month) <= 12 else None
        return ((dotted,), at + 1) if dotted else None
    number = ordinal_at(tokens, at)
    if number and at and (cardinal_at(tokens[:at], at - 1) or Number(0, 0, 0)).value in (20, 30):
        return None  # the rest of a number that is no date: «тридцать второго»
    if number is None and form.isdecimal():
        number = cardinal_at(tokens, at)
    if number is None:
        return None
    last = tokens[number.end - 1].form
    month_number = _lemma(tokens, number.end, MONTHS)
    said_date = number.end < len(tokens) and tokens[number.end].form in ("числа", "число", "числу")
    genitive = last.endswith("го") and not (at and tokens[at - 1].form in ("половине", "половина", "пол"))
    neuter = last.endswith(("ое", "ье", "му")) and has_preposition
    if not (month_number or said_date or genitive or neuter):
        return None
    end = number.end + int(bool(month_number) or said_date)
    if month_number is None and _is(tokens, end, _NEXT) and _is(tokens, end + 1, _MONTH):
        month_number, end = calendar.today.month % 12 + 1, end + 2
    elif month_number is None and _is(tokens, end, _THIS) and _is(tokens, end + 1, _MONTH):
        month_number, end = calendar.today.month, end + 2
    window = calendar.day_of_month(number.value, month_number)
    return ((window,), end) if window else None
