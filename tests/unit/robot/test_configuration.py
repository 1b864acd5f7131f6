"""The configuration's own words: durations, windows, secrets, relative paths."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from calls.errors import BadInput
from calls.outcome import Group, Outcome
from calls.policy import Refusal
from robot.cli.campaign import REFUSALS
from robot.configuration import CallingSection, Configuration
from robot.configuration_file import load
from robot.live_table import GROUPS, OUTCOMES, STATES
from robot.summary import percentile
from robot.wiring import anchored_url

SMALL = "clinic: {name: Ромашка}\ncrm: {kind: csv, path: a.csv}\nline: {kind: pjsua2}\n"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("10m", 600),
        ("2h", 7200),
        ("1d", 86400),
        ("1h 30m", 5400),
        ("0.5s", 0.5),
        ("1d2h", 93600),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert CallingSection(lead_time=text).lead_time == timedelta(seconds=seconds)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "10", "скоро", "5 минут", "-1h"])
def test_other_words_are_no_duration(text: str) -> None:
    with pytest.raises(ValidationError, match="90s"):
        CallingSection(lead_time=text)  # type: ignore[arg-type]


@pytest.mark.parametrize("window", ["9-20", "20:00-09:00", "09:00-25:00", "09:70-20:00", "09:00-09:00"])
def test_windows_that_are_none(window: str) -> None:
    with pytest.raises(ValidationError):
        CallingSection(windows=[window])


def test_a_window_may_last_all_day() -> None:
    policy = CallingSection(windows=["00:00-24:00"], holidays="").policy("UTC", range(2027, 2028))
    assert policy.windows[0].closes_minute == 24 * 60
    assert policy.holidays == frozenset()


def test_russian_holidays_are_kept() -> None:
    policy = CallingSection().policy("Europe/Moscow", range(2027, 2028))
    assert any((day.month, day.day) == (1, 1) for day in policy.holidays)


def test_secrets_come_from_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "zvonar.yaml"
    path.write_text(SMALL + "database: ${DB}\n", encoding="utf-8")
    assert load(tmp_path, {"DB": "sqlite:///x"}).configuration.database == "sqlite:///x"
    with pytest.raises(BadInput, match=r"zvonar.yaml:4:\d+: .*DB не задана"):
        load(path, {})


def test_yaml_of_the_eleventh_kind_is_no_trap(tmp_path: Path) -> None:
    (tmp_path / "zvonar.yaml").write_text(SMALL + "schedule: {at: 18:00}\n", encoding="utf-8")
    assert load(tmp_path).configuration.schedule.at == "18:00"


def test_relative_databases_lie_beside_the_configuration() -> None:
    folder = Path("/etc/zvonar")
    assert anchored_url("sqlite:///z.sqlite", folder) == "sqlite:////etc/zvonar/z.sqlite"
    for url in ("sqlite:////var/z.sqlite", "sqlite:///file:/z?mode=ro&uri=true", "postgresql://u@h/n"):
        assert anchored_url(url, folder) == url


def test_the_sample_of_init_is_sound(tmp_path: Path) -> None:
    text = (Path("robot") / "templates" / "zvonar.yaml").read_text(encoding="utf-8")
    (tmp_path / "zvonar.yaml").write_text(text, encoding="utf-8")
    configuration = load(tmp_path, {"ZVONAR_TRUNK_PASSWORD": "x"}).configuration
    assert configuration.crm.kind == "csv"
    assert Configuration.model_json_schema()["properties"]["clinic"]


def test_there_are_words_for_everything() -> None:
    assert OUTCOMES.keys() == set(Outcome)
    assert GROUPS.keys() == set(Group)
    assert REFUSALS.keys() == set(Refusal)
    assert len(set(STATES)) == len(STATES) == 9


def test_percentiles_are_of_the_nearest_rank() -> None:
    values = [float(value) for value in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile([7.0], 0.95)) == (50.0, 95.0, 7.0)
