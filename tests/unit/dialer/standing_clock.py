"""A clock for tests in which no time passes by itself."""

from datetime import UTC, datetime

from calls.clock import ManualClock


def standing_clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
