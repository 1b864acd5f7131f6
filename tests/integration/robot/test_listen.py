"""`zvonar listen`, `say`, `hear` and `scenario recordings`: real files, scripted voices."""

import wave
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from calls.appointment import Appointment, Patient
from calls.audio import interleave, silence, write_wav
from calls.outcome import Outcome
from calls.reminder import AnswerDelay, AttemptResult, Conversation, Reminder, Turn, attempt_key
from robot.cli import listen
from robot.listening import player
from robot.listening.png import png_of
from storage.records import Campaign
from storage.store import Store
from tests.integration.robot.project import Answer, Project

Command = Callable[..., Answer]
NOW = datetime(2027, 3, 2, 7, 30, tzinfo=UTC)
KEY = attempt_key("r1", 2)
PNG = b"\x89PNG"
TURNS = (
    Turn("robot", "Вы придёте?", 0.5, 1.5),
    Turn("patient", "да приду", 2.0, 2.6, "confirm"),
    Turn("robot", "Отлично!", 3.0, 3.8, "", AnswerDelay(0.3, 0.02, 0.01, 0.07)),
)


def appointment() -> Appointment:
    return Appointment("З-7", Patient("p1", "Иванова Анна"), "+79000000001", NOW + timedelta(days=1))


def result(number: int, outcome: Outcome, recording: str = "", *turns: Turn) -> AttemptResult:
    began_at = NOW + timedelta(hours=number)
    ended_at = began_at + timedelta(seconds=5)
    said = Conversation(turns)
    return AttemptResult(
        attempt_key("r1", number), outcome, began_at, ended_at, recording=recording, conversation=said
    )


@pytest.fixture(autouse=True)
def fonts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine that has a font, whatever this one has."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    (folder / "font.ttf").touch()
    monkeypatch.setattr(listen, "png_of", lambda svg: png_of(svg, (folder,)))
    return folder


@pytest.fixture
def recording(project: Project) -> Path:
    """Two attempts are in the store: nobody answered the first one, the second was recorded."""
    path = project.folder / "recordings" / "r1-2.wav"
    path.parent.mkdir()
    write_wav(path, interleave(silence(4.0), silence(2.0) + b"\0\x20" * 4800), channels=2)
    with Store.open(f"sqlite:///{project.folder / 'zvonar.sqlite'}") as store:
        store.save_campaign(Campaign("c1", "Завтра", "confirm-visit", NOW))
        store.add_reminders([Reminder("r1", "c1", "confirm-visit", (appointment(),))])
        for each in (result(1, Outcome.NO_ANSWER), result(2, Outcome.CONFIRMED, str(path), *TURNS)):
            number = int(each.attempt[-1])
            store.begin_attempt(each.attempt, "r1", number, each.began_at)
            store.finish_attempt(each)
    return path


@pytest.mark.parametrize("call", [KEY, "З-7"])
def test_a_call_is_listened_to_by_its_key_or_its_visit(
    command: Command, recording: Path, tmp_path: Path, call: str
) -> None:
    answer = command("listen", call, "--to", str(tmp_path / "room"))
    assert answer.status == 0, answer.err
    assert "да приду" in answer.out and "ответ через 0.40 с" in answer.out
    files = {path.suffix: path for path in (tmp_path / "room").iterdir()}
    assert files.keys() == {".wav", ".svg", ".png"}
    assert files[".wav"].read_bytes() == recording.read_bytes()
    assert files[".png"].read_bytes().startswith(PNG)
    words = "".join(ElementTree.parse(files[".svg"]).getroot().itertext())
    assert "приду" in words and "Отлично!" in words and "0,40 с" in words


def test_without_a_font_the_other_files_are_made(
    command: Command, recording: Path, tmp_path: Path, fonts: Path
) -> None:
    (fonts / "font.ttf").unlink()
    answer = command("listen", KEY, "--to", str(tmp_path / "room"))
    assert answer.status == 0
    assert "PNG не сделан" in answer.out and "fonts-dejavu-core" in answer.out
    assert {path.suffix for path in (tmp_path / "room").iterdir()} == {".wav", ".svg"}


def test_a_recording_alone_is_heard_and_stays_where_it_is(
    command: Command, recording: Path, tmp_path: Path
) -> None:
    answer = command("listen", str(recording), "--to", str(tmp_path / "room"))
    assert answer.status == 0, answer.err
    assert {path.suffix for path in (tmp_path / "room").iterdir()} == {".svg", ".png"}
    assert str(recording) in answer.out


def test_a_recording_is_played(
    command: Command, recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "PLAYERS", (("cp", "-t", str(tmp_path)),))
    assert command("listen", KEY, "--play", "--to", str(tmp_path / "room")).status == 0
    assert (tmp_path / "r1-2.wav").is_file()


def test_without_a_player_the_files_are_there_all_the_same(
    command: Command, recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "PLAYERS", (("no-such-player",),))
    answer = command("listen", KEY, "--play", "--to", str(tmp_path / "room"))
    assert answer.status == 2 and "проигрывателя нет" in answer.err
    assert (tmp_path / "room" / "r1-2.svg").is_file()


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (attempt_key("r1", 1), "записи этого звонка нет"),
        ("З-8", "звонка с таким ключом"),
        ("нет.wav", "такого файла нет"),
    ],
)
def test_what_cannot_be_listened_to_is_told(command: Command, recording: Path, call: str, told: str) -> None:
    answer = command("listen", call)
    assert answer.status == 2
    assert told in answer.err


def test_a_text_is_said_as_the_telephone_would_hear_it(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "привет.wav"
    answer = command("say", "Здравствуйте!", "--to", str(path), "--voice", "hum")
    assert answer.status == 0, answer.err
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
    assert "громкость речи -19" in answer.out


def test_digits_are_refused_with_the_reason(command: Command, tmp_path: Path) -> None:
    answer = command("say", "в 5 часов", "--voice", "hum", "--to", str(tmp_path / "a.wav"))
    assert answer.status == 2
    assert "«5»" in answer.err and "словами" in answer.err
    assert not (tmp_path / "a.wav").exists()


def test_a_recording_is_heard_with_times_and_decision(command: Command, recording: Path) -> None:
    answer = command("hear", str(recording), "--channel", "left")
    assert answer.status == 0, answer.err
    assert "реплик 0" in answer.out
    assert command("hear", str(recording), "--question", "nonsense").status == 2


def test_the_announcer_is_told_what_is_missing(command: Command, tmp_path: Path) -> None:
    todo = command("scenario", "recordings", "confirm-visit")
    assert todo.status == 1
    assert "Вы придёте?" in todo.out.splitlines()
    assert not any("{" in line for line in todo.out.splitlines())
    folder = tmp_path / "диктор"
    folder.mkdir()
    write_wav(folder / "1.wav", b"\0\x20\0\xe0" * 4000)
    (folder / "1.txt").write_text("Вы придёте?", encoding="utf-8")
    rest = command("scenario", "recordings", "confirm-visit", "--folder", str(folder))
    assert "Вы придёте?" not in rest.out.splitlines()
    assert len(rest.out.splitlines()) == len(todo.out.splitlines()) - 1
