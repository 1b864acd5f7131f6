"""Windows and their JSON."""

import json
from datetime import date, time

from scenarios.understanding import When, Window

MONDAY = date(2026, 11, 23)
MORNING = Window(MONDAY, MONDAY, time(8), time(12))


def test_window_covers_its_ends_and_nothing_beyond() -> None:
    assert MORNING.covers(MONDAY, time(8))
    assert MORNING.covers(MONDAY, time(12))
    assert not MORNING.covers(MONDAY, time(12, 1))
    assert not MORNING.covers(date(2026, 11, 24), time(9))


def test_exclusion_outranks_a_window() -> None:
    week = Window(MONDAY, date(2026, 11, 29))
    when = When("", (week,), (Window(date(2026, 11, 25), date(2026, 11, 25)),))
    assert when.allows(MONDAY, time(9))
    assert not when.allows(date(2026, 11, 25), time(9))


def test_only_an_exclusion_allows_everything_else() -> None:
    when = When("", (), (MORNING,))
    assert when.allows(MONDAY, time(15))
    assert not when.allows(MONDAY, time(9))


def test_json_has_iso_dates_and_open_ends() -> None:
    when = When("после пяти", (Window(time_from=time(17)),), zone="Europe/Moscow")
    assert json.loads(json.dumps(when.to_json(), ensure_ascii=False)) == {
        "phrase": "после пяти",
        "windows": [{"date_from": None, "date_to": None, "time_from": "17:00", "time_to": None}],
        "excluded": [],
        "zone": "Europe/Moscow",
    }


def test_exact_moment() -> None:
    assert Window(MONDAY, MONDAY, time(9), time(9)).is_exact
    assert not MORNING.is_exact


def test_what_was_said_never_shows_in_repr() -> None:
    assert "пяти" not in repr(When("после пяти", (MORNING,)))
