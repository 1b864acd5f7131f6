"""The nightly trigger: once a day by the clinic's own clock, on both days of the year when it jumps, too."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from campaigns.trigger import NightlyTrigger


@pytest.mark.parametrize(
    ("zone", "now", "fires"),
    [
        ("Europe/Moscow", datetime(2027, 3, 2, 14, 59, tzinfo=UTC), datetime(2027, 3, 2, 15, 0, tzinfo=UTC)),
        ("Europe/Moscow", datetime(2027, 3, 2, 15, 1, tzinfo=UTC), datetime(2027, 3, 3, 15, 0, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2027, 3, 27, 18, 0, tzinfo=UTC), datetime(2027, 3, 28, 16, 0, tzinfo=UTC)),
        (
            "Europe/Berlin",
            datetime(2027, 10, 30, 17, 0, tzinfo=UTC),
            datetime(2027, 10, 31, 17, 0, tzinfo=UTC),
        ),
    ],
)
def test_it_fires_at_six_in_the_evening(zone: str, now: datetime, fires: datetime) -> None:
    assert NightlyTrigger(18, 0, ZoneInfo(zone)).next_after(now) == fires
