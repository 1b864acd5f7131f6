"""The days and hours that a patient named, resolved against the clinic's calendar."""

from dataclasses import dataclass
from datetime import date, time
from typing import TypedDict


class WindowJson(TypedDict):
    """ISO dates and HH:MM times; null is an open end."""

    date_from: str | None
    date_to: str | None
    time_from: str | None
    time_to: str | None


class WhenJson(TypedDict):
    phrase: str
    windows: list[WindowJson]
    excluded: list[WindowJson]
    zone: str


@dataclass(frozen=True, slots=True)
class Window:
    """Days and, on each of them, hours, both ends included; None is an open end.

    An exact moment has equal ends. No date at all means that only hours were named.
    """

    date_from: date | None = None
    date_to: date | None = None
    time_from: time | None = None
    time_to: time | None = None

    @property
    def has_date(self) -> bool:
        return self.date_from is not None or self.date_to is not None

    @property
    def has_time(self) -> bool:
        return self.time_from is not None or self.time_to is not None

    @property
    def is_exact(self) -> bool:
        """One day and one time of day."""
        day_known = self.date_from is not None and self.date_from == self.date_to
        return day_known and self.time_from is not None and self.time_from == self.time_to

    def covers(self, day: date, at: time) -> bool:
        """Whether a slot at this local time lies inside."""
        return (
            (self.date_from is None or self.date_from <= day)
            and (self.date_to is None or day <= self.date_to)
            and (self.time_from is None or self.time_from <= at)
            and (self.time_to is None or at <= self.time_to)
        )

    def to_json(self) -> WindowJson:
        def iso(value: date | None) -> str | None:
            return value.isoformat() if value else None

        def clock(value: time | None) -> str | None:
            return value.strftime("%H:%M") if value is not None else None

        return {
            "date_from": iso(self.date_from),
            "date_to": iso(self.date_to),
            "time_from": clock(self.time_from),
            "time_to": clock(self.time_to),
        }


@dataclass(frozen=True, slots=True, repr=False)
class When:
    """Alternatives and exclusions in `zone`'s local time; no window means any time but the excluded ones."""

    phrase: str
    windows: tuple[Window, ...]
    excluded: tuple[Window, ...] = ()
    zone: str = "UTC"

    def allows(self, day: date, at: time) -> bool:
        """Whether a slot at this local time suits the patient."""
        wanted = not self.windows or any(window.covers(day, at) for window in self.windows)
        return wanted and not any(window.covers(day, at) for window in self.excluded)

    def to_json(self) -> WhenJson:
        return {
            "phrase": self.phrase,
            "windows": [window.to_json() for window in self.windows],
            "excluded": [window.to_json() for window in self.excluded],
            "zone": self.zone,
        }

    def __repr__(self) -> str:
        return f"<When {len(self.windows)} windows, {len(self.excluded)} excluded>"
