"""English days and hours: «next Tuesday afternoon», «the twenty second at nine», «quarter to three»."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

from scenarios.understanding.calendar import Calendar, clock
from scenarios.understanding.languages.en.numbers import cardinal_at, ordinal_at
from scenarios.understanding.mentions import Mention, join_neighbours, share_alternatives
from scenarios.understanding.tokens import Token
from scenarios.understanding.when import Window

_WEEKDAYS = {
    name: at for at, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())
}
_MONTHS = {
    name: at
    for at, name in enumerate(
        "january february march april may june july august september october november december".split(),
        start=1,
    )
}
_DAY_PARTS = {
    "morning": (time(8), time(12)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), time(21)),
    "night": (time(19), time(22)),
    "lunchtime": (time(12), time(14)),
    "lunch": (time(12), time(14)),
}
_WEEK_PARTS = {"start": 0, "beginning": 0, "middle": 1, "end": 2}
_UNIT_DAYS = {"day": 1, "days": 1, "week": 7, "weeks": 7}
_LEADING = frozenset("on at in the around about by for this coming to of".split())
_LINKS = frozenset("at in the on around about".split())
_ORS = frozenset({"or"})
_EXCLUDING = (
    "anything but",
    "any day but",
    "any time but",
    "except",
    "except for",
    "but not",
    "just not",
    "not",
)

Found = tuple[tuple[Window, ...], int]


def find_mentions(tokens: Sequence[Token], calendar: Calendar) -> list[Mention]:
    """All days and hours of a turn, in order, joined where they belong together."""
    found: list[Mention] = []
    at = 0
    while at < len(tokens):
        after_day = bool(found) and found[-1].end == at and found[-1].has_date
        mention = _mention_at(tokens, at, calendar, after_day)
        if mention:
            found.append(mention)
        at = mention.end if mention else at + 1
    return share_alternatives(join_neighbours(found, tokens, _LINKS), tokens, _ORS)


def _words(tokens: Sequence[Token], at: int, count: int) -> list[str]:
    return [token.form for token in tokens[at : at + count]]


def _mention_at(tokens: Sequence[Token], at: int, calendar: Calendar, after_day: bool) -> Mention | None:
    for words in _EXCLUDING:
        parts = words.split()
        if _words(tokens, at, len(parts)) == parts:
            inner = _mention_at(tokens, at + len(parts), calendar, False)
            if inner and not inner.excluded:
                return replace(inner, start=at, excluded=True)
    if at >= len(tokens):
        return None
    return _range(tokens, at, calendar) or _plain(tokens, at, calendar, after_day)


def _plain(tokens: Sequence[Token], at: int, calendar: Calendar, after_day: bool = False) -> Mention | None:
    start = at
    through = _through(tokens, at, calendar)
    if through:
        return Mention(through[0], at, through[1])
    while at < len(tokens) and tokens[at].form in _LEADING:
        at += 1
    if at >= len(tokens):
        return None
    said_at = at > start and tokens[start].form in ("at", "by", "around", "about", "for")
    found = _day(tokens, at, calendar) or _hours(tokens, at, said_at or after_day)
    return Mention(found[0], start, found[1]) if found else None


def _range(tokens: Sequence[Token], at: int, calendar: Calendar) -> Mention | None:
    """«from two to four», «between two and four», «after five», «before Friday»."""
    word = tokens[at].form
    if word in ("from", "between"):
        first = _bound(tokens, at + 1, calendar)
        if not first or first.end >= len(tokens):
            return None
        if tokens[first.end].form not in (("and",) if word == "between" else ("to", "till", "until")):
            return None
        last = _bound(tokens, first.end + 1, calendar)
        if not last:
            return None
        low, high = first.windows[0], last.windows[-1]
        window = Window(low.date_from, high.date_to or low.date_to, low.time_from, high.time_to)
        return Mention((window,), at, last.end)
    if word in ("after", "before", "until", "till"):
        bound = _bound(tokens, at + 1, calendar)
        if not bound:
            return None
        edge = bound.windows[0]
        if word == "after":
            day = edge.date_to + timedelta(days=1) if edge.date_to else None
            return Mention((Window(day, None, edge.time_to, None),), at, bound.end)
        day = edge.date_from - timedelta(days=1) if edge.date_from else None
        return Mention((Window(None, day, None, edge.time_from),), at, bound.end)
    return None


def _bound(tokens: Sequence[Token], at: int, calendar: Calendar) -> Mention | None:
    if at >= len(tokens):
        return None
    found = _day(tokens, at, calendar) or _hours(tokens, at, True)
    return Mention(found[0], at, found[1]) if found else None


def _through(tokens: Sequence[Token], at: int, calendar: Calendar) -> Found | None:
    """«in a week», «in two days», «in half an hour», «a week from now»."""
    if tokens[at].form != "in" or at + 1 >= len(tokens):
        return None
    if _words(tokens, at + 1, 3) == ["half", "an", "hour"]:
        return (calendar.in_minutes(30),), at + 4
    number = cardinal_at(tokens, at + 1)
    count, end = (number.value, number.end) if number else (1, at + 2)
    if not number and tokens[at + 1].form not in ("a", "an", "one"):
        return None
    unit = tokens[end].form if end < len(tokens) else ""
    if unit in _UNIT_DAYS:
        return (calendar.in_days(count * _UNIT_DAYS[unit]),), end + 1
    if unit in ("hour", "hours"):
        return (calendar.in_minutes(60 * count),), end + 1
    if unit in ("minute", "minutes"):
        return (calendar.in_minutes(count),), end + 1
    return ((calendar.in_months(count),), end + 1) if unit in ("month", "months") else None


def _day(tokens: Sequence[Token], at: int, calendar: Calendar) -> Found | None:
    word = tokens[at].form
    if word in ("today", "tonight"):
        return (calendar.in_days(0),), at + 1
    if word == "tomorrow":
        return (calendar.in_days(1),), at + 1
    if _words(tokens, at, 3) == ["day", "after", "tomorrow"]:
        return (calendar.in_days(2),), at + 3
    return _week_day(tokens, at, calendar) or _week(tokens, at, calendar) or _date(tokens, at, calendar)


def _weekday_of(form: str) -> int | None:
    return _WEEKDAYS.get(form, _WEEKDAYS.get(form.removesuffix("s")))


def _week_day(tokens: Sequence[Token], at: int, calendar: Calendar) -> Found | None:
    is_next = tokens[at].form == "next"
    end = at + is_next
    weekday = _weekday_of(tokens[end].form) if end < len(tokens) else None
    if weekday is None:
        return None
    weeks = 1 if is_next else None
    if _words(tokens, end + 1, 2) == ["next", "week"]:
        return (calendar.weekday(weekday, 1),), end + 3
    return (calendar.weekday(weekday, weeks),), end + 1


def _week(tokens: Sequence[Token], at: int, calendar: Calendar) -> Found | None:
    words = _words(tokens, at, 5)
    part = _WEEK_PARTS.get(words[0])
    if part is not None and words[1:2] == ["of"]:
        rest = [word for word in words[2:] if word != "the"]
        ahead = int(rest[:1] == ["next"])
        if rest[ahead : ahead + 1] == ["week"]:
            return (calendar.week_part(part, ahead),), at + 2 + words[2:].index("week") + 1
    if words[:2] == ["next", "week"]:
        if len(words) > 2 and words[2] in ("on",) and len(words) > 3 and _weekday_of(words[3]) is not None:
            weekday = _weekday_of(words[3])
            assert weekday is not None
            return (calendar.weekday(weekday, 1),), at + 4
        return (calendar.week(1),), at + 2
    if words[:2] == ["next", "month"]:
        return (calendar.month_ahead(1),), at + 2
    if words[0] in ("weekend", "weekends"):
        return (calendar.weekend(),), at + 1
    if words[0] in ("weekday", "weekdays"):
        return tuple(calendar.working_days()), at + 1
    return None


def _date(tokens: Sequence[Token], at: int, calendar: Calendar) -> Found | None:
    """«the twenty second», «December first», «25 November», «the third of December»."""
    month = _MONTHS.get(tokens[at].form)
    if month and at + 1 < len(tokens):
        number = ordinal_at(tokens, at + 1) or cardinal_at(tokens, at + 1)
        window = calendar.day_of_month(number.value, month) if number else None
        if number and window:
            return (window,), number.end
    number = ordinal_at(tokens, at) or cardinal_at(tokens, at)
    if number:
        end = number.end + (_words(tokens, number.end, 1) == ["of"])
        month = _MONTHS.get(tokens[end].form) if end < len(tokens) else None
        said_the = at > 0 and tokens[at - 1].form == "the"
        is_choice = _words(tokens, number.end, 1) == ["one"]
        if month or (number.ordinal and said_the and not is_choice and number.value > 3):
            window = calendar.day_of_month(number.value, month)
            return ((window,), end + 1 if month else number.end) if window else None
    return None


def _hours(tokens: Sequence[Token], at: int, said_at: bool) -> Found | None:
    word = tokens[at].form
    if word in _DAY_PARTS and not (at and tokens[at - 1].form == "good"):
        low, high = _DAY_PARTS[word]
        return (Window(time_from=low, time_to=high),), at + 1
    if word in ("noon", "midday"):
        return (Window(time_from=time(12), time_to=time(12)),), at + 1
    if ":" in word or (word.count(".") == 1 and word.replace(".", "").isdecimal()):
        hour, _, minute = word.replace(".", ":").partition(":")
        return _exact(tokens, at + 1, int(hour), int(minute))
    return _relative_to_hour(tokens, at) or _spoken(tokens, at, said_at)


def _relative_to_hour(tokens: Sequence[Token], at: int) -> Found | None:
    """«half past nine», «quarter to three», «ten past four»."""
    at += tokens[at].form == "a"
    if at >= len(tokens):
        return None
    if tokens[at].form in ("half", "quarter"):
        minutes, end = (30 if tokens[at].form == "half" else 15), at + 1
    else:
        number = cardinal_at(tokens, at)
        if not number or number.value >= 60:
            return None
        minutes, end = number.value, number.end
        said_minutes = _words(tokens, end, 1) in (["minutes"], ["minute"])
        if minutes % 5 and not said_minutes:  # «two to four» is a range
            return None
        end += said_minutes
    side = tokens[end].form if end < len(tokens) else ""
    hour = cardinal_at(tokens, end + 1) if side in ("past", "to", "after") else None
    if not hour or not 1 <= hour.value <= 12:
        return None
    found = _exact(tokens, hour.end, hour.value, 0)
    full = found[0][0].time_from if found else None
    if not found or full is None:
        return None
    total = full.hour * 60 + (minutes if side != "to" else -minutes)
    moment = time(total // 60 % 24, total % 60)
    return (Window(time_from=moment, time_to=moment),), found[1]


def _spoken(tokens: Sequence[Token], at: int, said_at: bool) -> Found | None:
    """«nine», «nine thirty», «nine o'clock», «nine am»."""
    hour = cardinal_at(tokens[: at + 1], at)
    if not hour or not 0 < hour.value <= 24:
        return None
    end, minute = hour.end, 0
    minutes = cardinal_at(tokens, end)
    if minutes and minutes.value in range(10, 60) and not tokens[end].pause:
        minute, end = minutes.value, minutes.end
    after = tokens[end].form if end < len(tokens) else ""
    if after in ("days", "weeks", "minutes", "hours", "day", "week", "out", "late"):
        return None
    if not (said_at or minute or after in ("o'clock", "oclock", "am", "pm", "a", "p")):
        return None
    end += after in ("o'clock", "oclock")
    return _exact(tokens, end, hour.value, minute)


def _exact(tokens: Sequence[Token], end: int, hour: int, minute: int) -> Found | None:
    part = tokens[end].form if end < len(tokens) else ""
    said = {"am": "morning", "pm": "evening"}.get(part)
    moment = clock(hour, minute, said)
    if moment is None:
        return None
    return (Window(time_from=moment, time_to=moment),), end + (said is not None)
