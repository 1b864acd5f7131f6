"""The commands on a clinic's folder, their output a pipe: nobody is rung."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from calls.outcome import Outcome
from robot.cli import main
from robot.heartbeat import Heartbeat
from robot.wiring import SystemClock
from storage.store import Store
from tests.integration.robot.project import DATE, Answer, Project

Command = Callable[..., Answer]


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """A command that knows no folder."""

    def run(*arguments: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["zvonar", *arguments])
        with pytest.raises(SystemExit) as leaving:
            main()
        printed = capsys.readouterr()
        assert isinstance(leaving.value.code, int | None)
        return Answer(leaving.value.code or 0, printed.out, printed.err)

    return run


def test_init_makes_a_folder_and_overwrites_nothing(tmp_path: Path, plain: Command) -> None:
    folder = tmp_path / "клиника"
    assert plain("init", str(folder)).status == 0
    assert {path.name for path in folder.iterdir()} == {
        "appointments.csv",
        "zvonar.schema.json",
        "zvonar.yaml",
    }
    assert json.loads((folder / "zvonar.schema.json").read_text(encoding="utf-8"))["properties"]["clinic"]
    before = (folder / "zvonar.yaml").read_bytes()
    again = plain("init", str(folder))
    assert again.status == 2 and "уже есть" in again.err
    assert (folder / "zvonar.yaml").read_bytes() == before


@pytest.mark.parametrize(
    "command", [(), ("campaign",), ("campaign", "run"), ("check",), ("serve",), ("report",), ("call",)]
)
def test_every_command_explains_itself(plain: Command, command: tuple[str, ...]) -> None:
    answer = plain(*command, "--help")
    assert answer.status == 0
    assert "Usage" in answer.out and "\x1b" not in answer.out


def test_a_wrong_option_is_status_2(plain: Command) -> None:
    assert plain("check", "--nonsense").status == 2
    assert plain("no-such-command").status == 2


def test_the_project_is_checked_part_by_part(project: Project, command: Command) -> None:
    answer = command("check")
    assert (answer.status, answer.out.count("✓")) == (0, 6)
    assert answer.err == ""


def test_a_dry_run_stores_nothing_and_a_plan_does(project: Project, command: Command) -> None:
    assert command("campaign", "plan", "--dry-run", *DATE).status == 0
    assert command("campaign", "status", *DATE).status == 2
    assert "записан" in command("campaign", "plan", *DATE).out
    status = command("campaign", "status", *DATE)
    assert status.status == 0 and "Иванова А. П." in status.out
    table = project.folder / "report.csv"
    assert command("report", *DATE, "--csv", str(table)).status == 0
    assert "2099-03-03" in table.read_text(encoding="utf-8-sig")
    assert not (project.folder / "results.csv").exists()


def test_results_that_the_crm_has_not_taken_are_told_with_the_reason(
    project: Project, command: Command
) -> None:
    command("campaign", "plan", *DATE)
    now = SystemClock().now()
    with Store.open(f"sqlite:///{project.folder / 'zvonar.sqlite'}") as store:
        [campaign] = store.campaigns()
        [status] = store.reminders(campaign.key)
        assert "нет в CRM" not in command("campaign", "status", *DATE).out
        store.finish_reminder(status.reminder.key, Outcome.CONFIRMED, now)
        store.give_up_report(status.reminder.key, "1", now, "Файл [results.csv] занят.")
    told = command("campaign", "status", *DATE).out
    assert "Результаты, которых нет в CRM" in told
    [row] = [line for line in told.splitlines() if "Файл [results.csv] занят." in line]
    assert "1" in row and "повторим при следующем запуске" in row


def test_a_bad_row_is_named_and_the_good_ones_go_on(project: Project, command: Command) -> None:
    with project.csv.open("a", encoding="utf-8") as file:
        file.write("2;03.03.2099;10:00;спросить;Петров Пётр Петрович;Сидоров\n")
    answer = command("campaign", "plan", "--dry-run", *DATE)
    assert answer.status == 0
    assert "Иванова А. П." in answer.out and "не удалось прочесть" in answer.out


def test_health_looks_for_a_fresh_beat(project: Project, command: Command) -> None:
    assert command("health").status == 1
    Heartbeat(project.folder).beat(SystemClock().now())
    assert command("health").status == 0


def test_understand_tells_what_it_makes_of_words(plain: Command) -> None:
    answer = plain("understand", "нет, не отменяйте, я приду", "до свидания")
    first, second = (json.loads(line) for line in answer.out.splitlines())
    assert first["class"] == "confirm" and second["class"] != "confirm"
    assert plain("understand", "--question", "weather", "да").status == 2
    assert plain("understand", "--zone", "Moon/Sea", "да").status == 2
    assert plain("understand", "--now", "вчера", "да").status == 2
