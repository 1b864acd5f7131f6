"""Mentions of days and hours in a turn, and how neighbours belong together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scenarios.understanding.tokens import Token
from scenarios.understanding.when import When, Window


@dataclass(frozen=True, slots=True)
class Mention:
    """Windows named by the words `start` to `end` (excluded).

    `excluded` is «только не в среду»; `source` marks a time to leave («с пятницы на вторник»).
    """

    windows: tuple[Window, ...]
    start: int
    end: int
    excluded: bool = False
    is_source: bool = False

    @property
    def has_date(self) -> bool:
        return any(window.has_date for window in self.windows)

    @property
    def has_time(self) -> bool:
        return any(window.has_time for window in self.windows)


def join_neighbours(
    mentions: Sequence[Mention], tokens: Sequence[Token], links: frozenset[str]
) -> list[Mention]:
    """A day beside an hour is one mention; in alternatives each takes from the other what it lacks.

    `links` are the words that may stand between a day and its hour.
    """
    joined: list[Mention] = []
    for mention in mentions:
        last = joined[-1] if joined else None
        gap = tokens[last.end : mention.start] if last else ()
        close = last is not None and len(gap) <= 1 and all(token.form in links for token in gap)
        if (
            last
            and close
            and not gap
            and last.excluded == mention.excluded
            and _complete_each_other(last, mention)
        ):
            windows = tuple(_meet(a, b) for a in last.windows for b in mention.windows)
            joined[-1] = Mention(windows, last.start, mention.end, last.excluded, last.is_source)
        else:
            joined.append(mention)
    return joined


def share_alternatives(
    mentions: list[Mention], tokens: Sequence[Token], ors: frozenset[str]
) -> list[Mention]:
    """«в понедельник или вторник в девять», «завтра в девять или в десять»."""
    shared = list(mentions)
    for at in range(1, len(shared)):
        before, here = shared[at - 1], shared[at]
        between = tokens[before.end : here.start]
        if len(between) != 1 or between[0].form not in ors or before.excluded or here.excluded:
            continue
        if before.has_date and not before.has_time and here.has_date and here.has_time:
            shared[at - 1] = replace(
                before, windows=tuple(_with_time(w, here.windows[0]) for w in before.windows)
            )
        elif before.has_date and not here.has_date:
            shared[at] = replace(here, windows=tuple(_with_date(w, before.windows[0]) for w in here.windows))
    return shared


def _complete_each_other(a: Mention, b: Mention) -> bool:
    dates = a.has_date + b.has_date
    times = a.has_time + b.has_time
    if dates == 1 and times == 1:
        return True
    return times == 2 and dates <= 1 and (_is_part_of_day(a) != _is_part_of_day(b))


def _is_part_of_day(mention: Mention) -> bool:
    """Hours as a range: «вечером», «после обеда»."""
    return mention.has_time and all(window.time_from != window.time_to for window in mention.windows)


def _meet(a: Window, b: Window) -> Window:
    """The day of one with the hours of the other; of two hours the exact one, moved into the range."""
    day = a if a.has_date else b
    exact, wide = (a, b) if a.has_time and a.time_from == a.time_to else (b, a)
    if a.has_time and b.has_time:
        start = exact.time_from
        if start and wide.time_from and start < wide.time_from and start.hour < 12:
            start = start.replace(hour=start.hour + 12)
        elif start and wide.time_to and start > wide.time_to and start.hour >= 12:
            start = start.replace(hour=start.hour - 12)
        return Window(day.date_from, day.date_to, start, start)
    hours = a if a.has_time else b
    return Window(day.date_from, day.date_to, hours.time_from, hours.time_to)


def _with_time(window: Window, hours: Window) -> Window:
    return replace(window, time_from=hours.time_from, time_to=hours.time_to)


def _with_date(window: Window, day: Window) -> Window:
    return replace(window, date_from=day.date_from, date_to=day.date_to)


def to_when(mentions: Sequence[Mention], phrase: str, zone: str) -> When | None:
    """What the patient wants and what they do not; None when no day or hour was named."""
    windows = [
        w for mention in mentions if not (mention.excluded or mention.is_source) for w in mention.windows
    ]
    excluded = [w for mention in mentions if mention.excluded for w in mention.windows]
    if not windows and not excluded:
        return None
    return When(phrase, tuple(dict.fromkeys(windows)), tuple(dict.fromkeys(excluded)), zone)
