"""Campaigns over real SIP and RTP: recognition, voices, database and queue as a clinic runs them."""

import asyncio
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from calls.audio import level_dbfs
from demo.clock import ProcessClock
from demo.town_process import TownOptions, TownProcess
from tests.acceptance.neighbourhood import DOCTOR, FAMILY, Clinic, interrupt, kill, phone

pytestmark = [pytest.mark.calls, pytest.mark.voice]

NOT_NO, KEY, NO, BUSY = phone(3), phone(5), phone(10), phone(9)
AUDIBLE_DBFS = -50.0


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownProcess]:
    town = TownProcess(TownOptions(tmp_path_factory.mktemp("town")), ProcessClock())
    asyncio.run(town.start())
    yield town
    asyncio.run(town.stop())


@dataclass(frozen=True, slots=True)
class Finished:
    """A campaign that has been run to its end."""

    clinic: Clinic
    status: int
    out: str
    err: str


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, town: TownProcess) -> Finished:
    clinic = Clinic(tmp_path_factory.mktemp("campaign") / "clinic", town)
    clinic.open({"not-no": NOT_NO, "key": KEY, "no": NO, "busy": BUSY})
    return Finished(clinic, *clinic.run())


def test_the_campaign_ends_as_its_patients_played(finished: Finished) -> None:
    assert finished.status == 0, finished.err
    rows = {row["Номер записи"]: row for row in finished.clinic.results()}
    outcomes = {reference: row["Код итога"] for reference, row in rows.items()}
    assert outcomes == {
        "not-no": "confirmed",
        "key": "confirmed",
        "no": "cancelled",
        "busy": "confirmed",
    }
    tries = {reference: int(row["Попыток"]) for reference, row in rows.items()}
    assert tries == {"not-no": 1, "key": 1, "no": 1, "busy": 3}
    assert len(finished.clinic.results()) == 4


def test_each_attempt_rang_once(finished: Finished) -> None:
    assert sorted(finished.clinic.invites().values()) == [1] * 6


def test_both_sides_are_on_the_recordings(finished: Finished) -> None:
    rows = {row["Номер записи"]: row["Запись разговора"] for row in finished.clinic.results()}
    for reference in ("not-no", "no", "busy"):
        with wave.open(rows[reference]) as file:
            assert (file.getnchannels(), file.getframerate()) == (2, 8000)
            stereo = file.readframes(file.getnframes())
        left = b"".join(stereo[at : at + 2] for at in range(0, len(stereo), 4))
        right = b"".join(stereo[at + 2 : at + 4] for at in range(0, len(stereo), 4))
        assert level_dbfs(left) > AUDIBLE_DBFS, f"the robot is not heard: {reference}"
        assert level_dbfs(right) > AUDIBLE_DBFS, f"the patient is not heard: {reference}"


def test_the_output_is_fit_for_a_pipe(finished: Finished) -> None:
    assert "\x1b" not in finished.out + finished.err
    assert "Готово 4 из 4" in finished.out


def test_nothing_personal_is_logged(finished: Finished) -> None:
    log = finished.err.casefold()
    assert "call_moved" in log, "this is the log of everything"
    numbers = [number.removeprefix("+7") for number in (NOT_NO, KEY, NO, BUSY)]
    for canary in (FAMILY[:-1], DOCTOR, "кенар", *numbers, "здравствуйте", "приду", "приём"):
        assert canary.casefold() not in log, canary


def test_run_again_it_rings_nobody(finished: Finished) -> None:
    before = finished.clinic.invites()
    results = finished.clinic.results()
    status, _, err = finished.clinic.run()
    assert status == 0, err
    assert finished.clinic.invites() == before
    assert finished.clinic.results() == results


def test_stopped_and_killed_it_goes_on(tmp_path: Path, town: TownProcess) -> None:
    clinic = Clinic(tmp_path / "clinic", town)
    clinic.open({"key": KEY, "not-no": NOT_NO})
    status, cut = clinic.stop_while_talking(interrupt)
    assert status == 130
    [call] = clinic.calls(cut)
    assert call["ending"] == "robot_hung_up", "Ctrl-C says goodbye with a BYE"
    status, killed = clinic.stop_while_talking(kill)
    assert status == -9 and killed != cut
    status, _, err = clinic.run()
    assert status == 0, err
    assert set(clinic.invites().values()) == {1}
    rows = {row["Номер записи"]: row["Код итога"] for row in clinic.results()}
    assert len(clinic.results()) == 2 and set(rows) == {"key", "not-no"}
    assert all(rows.values())
