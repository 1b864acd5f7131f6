"""What a person may get wrong: told in Russian, with its place and a hint, status 2; nothing is lost."""

import asyncio
import os
import random
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from demo.clock import ProcessClock
from demo.digest import Accounts
from demo.town import Town
from robot.cli import EXIT_BAD_INPUT
from robot.single import only_one
from tests.integration.robot.project import DATE, Answer, Project, zvonar

PLAN = ("campaign", "plan", "--dry-run", *DATE)
Command = Callable[..., Answer]


def refused(project: Project, run: Callable[[], Answer], *words: str) -> Answer:
    """The command was refused in Russian, said these words and how to go on, and left the files alone."""
    before = project.files()
    answer = run()
    assert answer.status == EXIT_BAD_INPUT, answer
    assert "Traceback" not in answer.err
    assert re.search("[а-я]{3}", answer.err)
    for word in words:
        assert word in answer.err
    assert len(answer.err.strip().splitlines()) >= 2, "a hint follows the message"
    assert project.files() == before
    return answer


def test_a_sound_project_is_planned(project: Project, command: Command) -> None:
    answer = command(*PLAN)
    assert (answer.status, answer.err) == (0, "")
    assert "Иванова А. П." in answer.out and "\x1b" not in answer.out
    assert not (project.folder / "results.csv").exists()


def test_no_configuration(project: Project, command: Command) -> None:
    project.yaml.unlink()
    refused(project, lambda: command(*PLAN), "zvonar.yaml: такого файла нет", "zvonar init")


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("kind: csv", "kind: [csv", "path:", "скобка не закрыта"),
        ("lead_time", "leadtime", "leadtime", "«lead_time»?"),
        ("kind: csv", "kind: cvs", "kind: cvs", "вида «cvs» нет"),
        ("path: appointments.csv", "pfad: appointments.csv", "pfad", "неизвестное слово «pfad»"),
        ("path: appointments.csv", "encoding: klingon\n  path: x.csv", "encoding", "klingon"),
        ("Europe/Moscow", "Europe/Moskow", "Moskow", "неизвестный часовой пояс"),
        ("09:00-20:00", "20:00-09:00", "20:00-09:00", "открывается раньше"),
        ("holidays: RU", "holidays: XX", "holidays", "праздники страны «XX» неизвестны"),
        ("lead_time: 2h", "lead_time: скоро", "lead_time", "время пишется так"),
        ("lead_time: 2h", "lead_time: ${NO_SUCH}", "NO_SUCH", "NO_SUCH не задана"),
        ("name: Ромашка", "nam: Ромашка", "nam:", "неизвестное слово «nam»"),
    ],
)
def test_mistakes_in_the_configuration_have_their_place(
    project: Project, command: Command, old: str, new: str, place: str, words: str
) -> None:
    project.change(old, new)
    answer = refused(project, lambda: command(*PLAN), words)
    assert re.search(re.escape(project.place(place)) + r"\d+: ошибка", answer.err), answer.err


def test_a_configuration_in_another_encoding(project: Project, command: Command) -> None:
    project.yaml.write_bytes("clinic: {name: Ромашка}\n".encode("cp1251"))
    refused(project, lambda: command(*PLAN), "zvonar.yaml:1:1", "не в кодировке UTF-8")


def missing(path: Path) -> None:
    path.unlink()


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("no-such-file"))


def noise(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(4000))


def foreign(path: Path) -> None:
    path.write_bytes(path.read_text(encoding="utf-8").encode("koi8-r"))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (missing, "нет"),
        (folder, "не читается"),
        (dangling, "нет"),
        (noise, "Кодировка файла appointments.csv"),
        (foreign, "koi8-r"),
    ],
)
def test_an_appointment_file_of_no_use(
    project: Project, command: Command, spoil: Callable[[Path], None], words: str
) -> None:
    spoil(project.csv)
    refused(project, lambda: command(*PLAN), "appointments.csv", words)
    refused(project, lambda: command("campaign", "run", *DATE), "appointments.csv", words)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///appointments.csv/z.sqlite", "создать нельзя"),
        ("sqlite:////tmp", "это папка"),
        ("sqlite:///appointments.csv", "не база SQLite"),
        ("oracle://clinic", "не поддерживаются"),
    ],
)
def test_a_database_of_no_use(project: Project, command: Command, url: str, words: str) -> None:
    project.change("sqlite:///zvonar.sqlite", url)
    refused(project, lambda: command(*PLAN), words, "database:" if "oracle" not in url else "postgresql")


def test_a_read_only_database(project: Project, command: Command) -> None:
    assert command(*PLAN).status == 0
    path = project.folder / "zvonar.sqlite"
    project.change("sqlite:///zvonar.sqlite", f"sqlite:///file:{path}?mode=ro&uri=true")
    refused(project, lambda: command("campaign", "plan", *DATE), "только для чтения", "право писать")


def test_an_unknown_scenario(project: Project, command: Command) -> None:
    project.change("scenario: confirm-visit", "scenario: confirm-visti")
    refused(project, lambda: command(*PLAN), "confirm-visti", "confirm-visit")


def test_a_broken_scenario(project: Project, command: Command) -> None:
    project.change("scenario: confirm-visit", "scenario: own.yaml")
    own = project.folder / "own.yaml"
    own.write_text("scenario: own\ntitle: Свой\nsteps:\n  hello: {sya: Привет}\n", encoding="utf-8")
    refused(project, lambda: command(*PLAN), "own.yaml:4:", "«say»")


def test_a_campaign_that_is_not_there(project: Project, command: Command) -> None:
    refused(project, lambda: command("campaign", "status", *DATE), "ещё нет", "zvonar campaign run")
    refused(project, lambda: command("report", *DATE), "не было", "--date")


@pytest.mark.parametrize("number", ["завтра", "12345678", "+7 900"])
def test_a_number_that_is_none(project: Project, command: Command, number: str) -> None:
    refused(project, lambda: command("call", number), number, "Примеры")


@pytest.mark.parametrize(
    "arguments", [("check",), ("campaign", "run", *DATE), ("call", "+79000000001"), ("serve",)]
)
def test_no_way_to_dial_a_number(project: Project, command: Command, arguments: tuple[str, ...]) -> None:
    project.change("kind: fake\n\nasr", "kind: pjsua2\n\nasr")
    refused(
        project, lambda: command(*arguments), project.place("kind: pjsua2"), "не задан trunk", "trunk: {host"
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("asr: {kind: fake}", "asr: {kind: vosk, engine: {model: no-such-model}}", "no-such-model"),
        ("asr: {kind: fake}", "asr: {kind: telepathy}", "распознавателя «telepathy» нет"),
        ("asr: {kind: fake}", "asr: {kind: vosk, engine: {modle: x}}", "«model»?"),
        ("tts: {kind: fake}", "tts: {kind: parrot, fallback: null}", "синтезатора «parrot» нет"),
        ("tts: {kind: fake}", "tts: {kind: fake, engine: {pitch: 3}}", "неизвестное слово «pitch»"),
    ],
)
def test_ears_and_mouths_that_are_not_there(
    project: Project, command: Command, old: str, new: str, words: str
) -> None:
    project.change(old, new)
    refused(project, lambda: command("check"), words)


@pytest.mark.voice
def test_a_voice_that_is_not_there(project: Project, command: Command) -> None:
    project.change(
        "tts: {kind: fake}", "tts: {kind: espeak_ng, fallback: null}\nvoices:\n  ru:\n    name: Левитан"
    )
    refused(project, lambda: command("check"), project.place("Левитан"), "голоса «Левитан»")
    refused(project, lambda: command("campaign", "run", *DATE), project.place("Левитан"), "голоса «Левитан»")


def test_another_robot_on_the_same_database(project: Project, command: Command) -> None:
    with only_one(project.folder / "zvonar.queue.sqlite.lock"):
        for arguments in (("campaign", "run", *DATE), ("serve",)):
            refused(project, lambda: command(*arguments), "уже работает другой Звонарь")  # noqa: B023


@pytest.mark.calls
def test_a_sip_port_in_use(project: Project, command: Command) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        local = f"local: {{bind_address: 127.0.0.1, sip_port: {port}}}"
        project.change("kind: fake\n\nasr", f"kind: pjsua2\n  trunk: {{host: 127.0.0.1}}\n  {local}\n\nasr")
        refused(project, lambda: command("campaign", "run", *DATE), str(port), "sip_port")


@pytest.mark.calls
async def test_a_trunk_that_refuses_the_password(project: Project) -> None:
    accounts = Accounts({"clinic": "right"})
    async with Town({}, lambda voice, text: b"", ProcessClock(), random.Random(1), accounts=accounts) as town:
        account = "username: clinic, password: '${TRUNK}', register: true"
        trunk = f"{{host: {town.host}, port: {town.port}, {account}}}"
        project.change("kind: fake\n\nasr", f"kind: pjsua2\n  trunk: {trunk}\n\nasr")
        for password, status in (("wrong", EXIT_BAD_INPUT), ("right", 0)):
            environment = {**os.environ, "TRUNK": password}
            answer = await asyncio.to_thread(zvonar, "check", folder=project.folder, environment=environment)
            assert answer.status == status, answer
            assert password not in answer.err + answer.out
            if status:
                assert "отказала" in answer.err and "trunk.password" in answer.err
