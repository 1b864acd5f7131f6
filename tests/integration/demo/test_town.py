"""The simulated patients answer real SIP and RTP over loopback, called by a telephone of the tests' own."""

import json
import random
from pathlib import Path

import pytest
from tests.integration.demo.raw_phone import RawPhone, tone

from demo.clock import ProcessClock
from demo.person import (
    Announce,
    Answer,
    CutIn,
    GoDead,
    HangUp,
    HearOut,
    KeyPath,
    NeverAnswer,
    Person,
    Press,
    Reject,
    Ring,
    Say,
    Wait,
)
from demo.town import Town

PEOPLE = {
    "+7 900 000-00-01": Person(((Ring(0.1), Answer(), HearOut(), Say("да")),)),
    "busy": Person(((Reject(486, "Q.850;cause=17"),), (Answer(), HearOut(), Say("да")))),
    "never": Person(((NeverAnswer(),),)),
    "early": Person(((Announce("абонент недоступен"), Reject(480)),)),
    "keys": Person(((Answer(), HearOut(), Press("12")),)),
    "info": Person(((Answer(), HearOut(), Press("3", KeyPath.INFO)),)),
    "barge": Person(((Answer(), CutIn(0.3), Say("да"), HearOut(), Say("спасибо")),)),
    "hangup": Person(((Answer(), CutIn(0.2), HangUp()),)),
    "dead": Person(((Answer(), Wait(0.1), GoDead()),)),
    "quiet": Person(((Answer(),),), transfer_code=603),
}


def voices(_: str, text: str) -> bytes:
    return tone(0.1 * len(text.split()) + 0.2, 700)


@pytest.fixture
async def town(tmp_path: Path):
    people = Town(
        PEOPLE,
        voices,
        ProcessClock(),
        random.Random(1),
        recordings=tmp_path / "recordings",
        state=tmp_path / "state.json",
    )
    async with people as opened:
        yield opened


def phone(town: Town, number: str, attempt: str = "a:1") -> RawPhone:
    return RawPhone(town.host, town.port, number, attempt)


async def test_a_patient_hears_the_prompt_out_and_answers(town: Town, tmp_path: Path) -> None:
    async with phone(town, "79000000001") as robot:
        robot.invite()
        await robot.wait_code(200)
        robot.rtp.say(tone(0.5) + bytes(2 * 3200) + tone(0.5))
        await robot.wait_for(lambda: bool(robot.rtp.audio().strip(b"\x08\0")))
        robot.request("BYE")
        await robot.wait_code(200, "BYE")
        await robot.wait_for(lambda: len(town.records) == 1)
    record = town.records[0]
    assert robot.codes() == [100, 180, 200]
    assert town.invites("a:1") == 1
    happened = [entry.what.value for entry in record.journal.entries]
    assert happened.count("robot_began") == 1, "the pause of 0.4 s belongs to the prompt"
    assert record.journal.ending is not None and record.journal.ending.value == "robot_hung_up"
    assert (tmp_path / "recordings" / record.recording).stat().st_size > 1000
    state = json.loads((tmp_path / "state.json").read_text(encoding="utf-8"))
    assert state["attempts"] == {"a:1": 1}
