"""Russian days and hours: «в следующий вторник после обеда», «без пятнадцати три», «только не в среду»."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

from scenarios.understanding.calendar import Calendar
from scenarios.understanding.languages.ru.days import day_at
from scenarios.understanding.languages.ru.hours import hours_at, part_of_day
from scenarios.understanding.mentions import Mention, join_neighbours, share_alternatives
from scenarios.understanding.tokens import Token
from scenarios.understanding.when import Window

_LINKS = frozenset({"где-то", "часов"})
_ORS = frozenset("или либо и , хоть".split())
_AT = frozenset("в во на к ко около часов часиков примерно где-то".split())
_EXCLUDING = ("только не", "лишь бы не", "кроме", "но не", "не")
_LATER = frozenset("раньше пораньше позже попозже назад".split())
_NOON_BREAK = time(13)


def find_mentions(tokens: Sequence[Token], calendar: Calendar) -> list[Mention]:
    """All days and hours of a turn, in order, joined where they belong together."""
    found: list[Mention] = []
    at = 0
    while at < len(tokens):
        after_day = bool(found) and found[-1].end == at and found[-1].has_date
        mention = _mention_at(tokens, at, calendar, after_day)
        if mention and not _is_shift(tokens, mention):
            found.append(mention)
            at = mention.end
        else:
            at += 1
    joined = join_neighbours(found, tokens, _LINKS)
    return _mark_sources(share_alternatives(joined, tokens, _ORS), tokens)


def _mention_at(tokens: Sequence[Token], at: int, calendar: Calendar, after_day: bool) -> Mention | None:
    if at >= len(tokens):
        return None
    for words in _EXCLUDING:
        parts = words.split()
        if [token.form for token in tokens[at : at + len(parts)]] == parts:
            bound = _not_before_or_after(tokens, at, calendar) if words == "не" else None
            if bound:
                return bound
            inner = _mention_at(tokens, at + len(parts), calendar, False)
            return replace(inner, start=at, excluded=True) if inner and not inner.excluded else None
    part = part_of_day(tokens, at)
    if part:
        return Mention((part[0],), at, part[1])
    return _range_at(tokens, at, calendar) or _plain_at(tokens, at, calendar, after_day)


def _plain_at(
    tokens: Sequence[Token], at: int, calendar: Calendar, after_day: bool = False
) -> Mention | None:
    start = at
    while at < len(tokens) and tokens[at].form in _AT:
        at += 1
    has_preposition = at > start
    day = day_at(tokens, at, calendar, has_preposition)
    if day:
        windows, end = day
        return Mention(windows, start, end)
    if start and tokens[start - 1].shape.lemmas & {"минута", "минуточка"}:
        return None
    hours = hours_at(tokens, at, has_preposition or after_day)
    if hours:
        window, end = hours
        return Mention((window,), start, end)
    return None


def _range_at(tokens: Sequence[Token], at: int, calendar: Calendar) -> Mention | None:
    """«с двух до пяти», «между тремя и четырьмя», «после пяти», «до обеда», «с понедельника по среду»."""
    word = tokens[at].form
    if word in ("с", "со", "между", "от"):
        first = _bound_at(tokens, at + 1, calendar)
        if not first:
            return None
        glue = tokens[first.end].form if first.end < len(tokens) else ""
        last = None
        if glue in (("и",) if word == "между" else ("до", "по")):
            last = _bound_at(tokens, first.end + 1, calendar)
        if not last:
            return None if word == "между" else Mention((_from(first.windows[0]),), at, first.end)
        return Mention((_between(first.windows[0], last.windows[-1]),), at, last.end)
    if word in ("после", "до", "позже", "раньше"):
        bound = _bound_at(tokens, at + 1, calendar)
        if bound:
            edge = bound.windows[-1] if word in ("после", "позже") else bound.windows[0]
            return Mention((_after(edge) if word in ("после", "позже") else _before(edge),), at, bound.end)
    return None


def _bound_at(tokens: Sequence[Token], at: int, calendar: Calendar) -> Mention | None:
    """The end of a range; «обед» and «работа» have hours of their own."""
    if at >= len(tokens):
        return None
    if "обед" in tokens[at].shape.lemmas or tokens[at].form == "полудня":
        return Mention((Window(time_from=_NOON_BREAK, time_to=_NOON_BREAK),), at, at + 1)
    if tokens[at].form in ("работы", "смены"):
        return Mention((Window(time_from=time(18), time_to=time(18)),), at, at + 1)
    day = day_at(tokens, at, calendar, True)
    if day:
        return Mention(day[0], at, day[1])
    hours = hours_at(tokens, at, True)
    return Mention((hours[0],), at, hours[1]) if hours else None


def _not_before_or_after(tokens: Sequence[Token], at: int, calendar: Calendar) -> Mention | None:
    """«не раньше трёх», «не позже среды», «не позднее пяти»."""
    if at + 2 >= len(tokens) or tokens[at + 1].form not in ("раньше", "ранее", "позже", "позднее"):
        return None
    bound = _bound_at(tokens, at + 2, calendar)
    if not bound:
        return None
    edge = bound.windows[0]
    window = _from(edge) if tokens[at + 1].form in ("раньше", "ранее") else _until(edge)
    return Mention((window,), at, bound.end)


def _from(edge: Window) -> Window:
    return Window(edge.date_from, None, edge.time_from, None)


def _until(edge: Window) -> Window:
    return Window(None, edge.date_to, None, edge.time_to)


def _after(edge: Window) -> Window:
    """After a day means from the next one on; after an hour means that hour or later."""
    day = edge.date_to + timedelta(days=1) if edge.date_to else None
    return Window(day, None, edge.time_to, None)


def _before(edge: Window) -> Window:
    day = edge.date_from - timedelta(days=1) if edge.date_from and not edge.has_time else edge.date_from
    return Window(None, day, None, edge.time_from)


def _between(first: Window, last: Window) -> Window:
    start, end = first.time_from, last.time_to
    if start and end and start > end and start.hour >= 12:
        start = start.replace(hour=start.hour - 12)
    day_to = last.date_to if last.has_date else first.date_to
    return Window(first.date_from, day_to, start, end)


def _is_shift(tokens: Sequence[Token], mention: Mention) -> bool:
    """«на час позже», «на десять минут»: a distance, not a time."""
    after = tokens[mention.end].form if mention.end < len(tokens) else ""
    first = tokens[mention.start].form
    return first == "на" and not mention.has_date and (after in _LATER or after.startswith("минут"))


def _mark_sources(mentions: list[Mention], tokens: Sequence[Token]) -> list[Mention]:
    """«с пятницы на вторник»: the Friday is where the visit stands now."""
    marked = list(mentions)
    for at in range(len(marked) - 1):
        here, after = marked[at], marked[at + 1]
        leaves = tokens[here.start].form in ("с", "со") and here.windows[0].date_to is None
        if leaves and after.start == here.end and tokens[after.start].form in ("на", "в"):
            marked[at] = replace(here, is_source=True)
    return marked
