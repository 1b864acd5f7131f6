"""A table as it was read from a file or a database: headers, rows of texts, and the lines that broke."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from crm_sync.port import RejectedRow

IsHeader = Callable[[Sequence[str]], bool]

HEADER_WITHIN = 20
"""Headers are looked for in so many rows: exports like to begin with a title."""


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is what the person sees beside the row: a line of the file, a row of the sheet."""

    number: int
    cells: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """`source` is the file's or table's name, for messages."""

    source: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    broken: tuple[RejectedRow, ...] = ()


def below_header(source: str, rows: Sequence[Row], is_header: IsHeader) -> Table:
    """The table under the first row that is a header; under the first row when none looks like one."""
    filled = [row for row in rows if any(row.cells)]
    if not filled:
        return Table(source, ())
    place = next((index for index, row in enumerate(filled[:HEADER_WITHIN]) if is_header(row.cells)), 0)
    return Table(source, filled[place].cells, tuple(filled[place + 1 :]))


def cell_text(value: Any) -> str:
    """A typed cell of a sheet or a database as a person would write it; times in ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _to_second(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return _to_second(datetime.combine(date.min, value)).strftime("%H:%M:%S")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, float | Decimal) and isfinite(value) and value == int(value):
        return str(int(value))
    return str(value).replace("\u00a0", " ").strip()


def _to_second(moment: datetime) -> datetime:
    """Spreadsheets keep times as fractions of a day: 9:05 may come as 9:04:59.999."""
    up = moment.microsecond >= 500_000 and moment < datetime.max.replace(tzinfo=moment.tzinfo, microsecond=0)
    return moment.replace(microsecond=0) + timedelta(seconds=up)
