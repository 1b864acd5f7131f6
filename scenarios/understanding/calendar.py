"""Today, as the clinic sees it: what «next week» and «at the weekend» are."""

import calendar as months
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scenarios.understanding.when import Window

SATURDAY = 5
_DAYS_AHEAD_SEARCHED = 60
_MORNING_HOURS_FROM = 8  # a clinic's «в семь» is the evening, «в восемь» the morning


def monday_to_friday(day: date) -> bool:
    return day.weekday() < SATURDAY


@dataclass(frozen=True, slots=True)
class Calendar:
    """Resolves against `now` (aware, in the clinic's zone) and the clinic's working days."""

    now: datetime
    is_working: Callable[[date], bool] = monday_to_friday

    @property
    def today(self) -> date:
        return self.now.date()

    def in_days(self, days: int) -> Window:
        day = self.today + timedelta(days=days)
        return Window(day, day)

    def in_months(self, count: int) -> Window:
        year, month = divmod(self.today.month - 1 + count, 12)
        year, month = self.today.year + year, month + 1
        last = months.monthrange(year, month)[1]
        day = date(year, month, min(self.today.day, last))
        return Window(day, day)

    def in_minutes(self, minutes: int) -> Window:
        """A moment from now: its day and its minute."""
        at = self.now + timedelta(minutes=minutes)
        moment = at.time().replace(second=0, microsecond=0)
        return Window(at.date(), at.date(), moment, moment)

    def weekday(self, weekday: int, weeks_ahead: int | None = None) -> Window:
        """The nearest such day after today, or the one in the week `weeks_ahead` of this one."""
        monday = self.today - timedelta(days=self.today.weekday())
        if weeks_ahead is not None:
            day = monday + timedelta(weeks=weeks_ahead, days=weekday)
        else:
            day = self.today + timedelta(days=(weekday - self.today.weekday() - 1) % 7 + 1)
        return Window(day, day)

    def day_of_month(self, day: int, month: int | None = None) -> Window | None:
        """The next such date, today included; None for a date that does not exist."""
        for ahead in range(13 if month is None else 36):
            year, index = divmod(self.today.month - 1 + ahead, 12)
            year, index = self.today.year + year, index + 1
            if (month is None or index == month) and 1 <= day <= months.monthrange(year, index)[1]:
                candidate = date(year, index, day)
                if candidate >= self.today:
                    return Window(candidate, candidate)
        return None

    def week(self, weeks_ahead: int) -> Window:
        """The rest of this week or a whole later one."""
        monday = self.today - timedelta(days=self.today.weekday()) + timedelta(weeks=weeks_ahead)
        return Window(max(monday, self.today), monday + timedelta(days=6))

    def week_part(self, part: int, weeks_ahead: int) -> Window:
        """Start (0), middle (1) or end (2) of a week, counted in the clinic's working days."""
        monday = self.today - timedelta(days=self.today.weekday()) + timedelta(weeks=weeks_ahead)
        days = [monday + timedelta(days=at) for at in range(7)]
        working = [day for day in days if self.is_working(day)] or days
        middle = len(working) // 2
        chosen = (working[:2], working[max(middle - 1, 0) : middle + 1], working[-2:])[part]
        if chosen[-1] < self.today:
            return self.week_part(part, weeks_ahead + 1)
        return Window(max(chosen[0], self.today), chosen[-1])

    def weekend(self, weeks_ahead: int | None = None) -> Window:
        if weeks_ahead is None:
            weeks_ahead = 0
        saturday = self.weekday(SATURDAY, weeks_ahead).date_from
        assert saturday is not None
        return Window(max(saturday, self.today), saturday + timedelta(days=1))

    def month(self, month: int) -> Window:
        """A named month: the rest of it if it is now, else the next one."""
        year = self.today.year + (month < self.today.month)
        first = date(year, month, 1)
        return Window(max(first, self.today), date(year, month, months.monthrange(year, month)[1]))

    def month_ahead(self, count: int) -> Window:
        index = self.today.month - 1 + count
        year, month = self.today.year + index // 12, index % 12 + 1
        first = date(year, month, 1)
        return Window(max(first, self.today), date(year, month, months.monthrange(year, month)[1]))

    def part_of(self, window: Window, part: int) -> Window:
        """The first, second or last third of a month."""
        first, last = window.date_from, window.date_to
        assert first is not None and last is not None
        start = first.replace(day=1)
        ends = ((start, start.replace(day=10)), (start.replace(day=11), start.replace(day=20)))
        low, high = (*ends, (start.replace(day=21), last))[part]
        return Window(max(low, self.today), max(high, self.today))

    def working_day(self) -> Window:
        """The nearest working day after today."""
        for ahead in range(1, _DAYS_AHEAD_SEARCHED):
            day = self.today + timedelta(days=ahead)
            if self.is_working(day):
                return Window(day, day)
        return self.in_days(1)

    def working_days(self) -> list[Window]:
        """The working days of the next seven days, one window each."""
        days = (self.today + timedelta(days=ahead) for ahead in range(1, 8))
        return [Window(day, day) for day in days if self.is_working(day)]

    def is_near(self, window: Window) -> bool:
        """Today or tomorrow: it may be an echo of the visit itself."""
        tomorrow = self.today + timedelta(days=1)
        return (
            window.date_from is not None and window.date_from == window.date_to and window.date_to <= tomorrow
        )


def clock(hour: int, minute: int = 0, part: str | None = None) -> time | None:
    """A spoken time of day; `part` is one of morning, day, evening, night, exact; None if impossible.

    Without a part, one to seven are after noon: clinics do not work at three in the morning.
    """
    if hour == 24:
        hour = 0
    if not (0 <= hour <= 23 and 0 <= minute <= 59):
        return None
    if part in ("day", "evening") and 1 <= hour < 12 and not (part == "day" and hour == 11):
        hour += 12
    elif part == "night" and hour == 12:
        hour = 0
    elif part is None and 1 <= hour < _MORNING_HOURS_FROM:
        hour += 12
    return time(hour, minute)
