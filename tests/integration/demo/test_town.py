"""The simulated patients answer real SIP and RTP over loopback, called by a telephone of the tests' own."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from calls.audio import samples_of
from demo.clock import ProcessClock
from demo.journal import Happening
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
from demo.relay import LineQuality
from demo.sip import Response
from demo.telephone import Telephone
from demo.town import Town
from tests.integration.demo.raw_phone import RawPhone, tone

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
    "far": Person(((Answer(), HearOut(), Say("да")),), quality=LineQuality(loss=0.1, jitter_s=0.04)),
}


def voices(_: str, text: str) -> bytes:
    return tone(0.1 * len(text.split()) + 0.2, 700)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
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


def happenings(call: Telephone) -> list[str]:
    return [entry.what.value for entry in call.journal.entries]


def ending(town: Town) -> str:
    found = town.records[-1].journal.ending
    return found.value if found else ""


def ends(robot: RawPhone) -> list[int]:
    """The keys of the packets that end a press."""
    return [packet[12] for packet in robot.rtp.events() if packet[13] & 0x80]


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


async def test_the_patient_answers_again_after_being_busy(town: Town) -> None:
    async with phone(town, "busy") as robot:
        robot.invite()
        await robot.wait_code(486)
    async with phone(town, "busy", "a:2") as robot:
        robot.invite()
        await robot.wait_code(200)
        robot.request("BYE")
        await robot.wait_code(200, "BYE")
    rejection = next(each for each in robot.messages if isinstance(each, Response))
    assert rejection.code == 100
    assert (town.invites("a:1"), town.invites("a:2"), town.invites("a:3")) == (1, 1, 0)


async def test_a_rejection_names_its_cause(town: Town) -> None:
    async with phone(town, "busy") as robot:
        robot.invite()
        await robot.wait_code(486)
        response = next(each for each in robot.messages if isinstance(each, Response) and each.code == 486)
    assert response.headers.get("reason") == "Q.850;cause=17"


async def test_a_phone_in_use_is_engaged(town: Town) -> None:
    async with phone(town, "quiet") as first, phone(town, "quiet", "b:1") as second:
        first.invite()
        await first.wait_code(200)
        second.invite()
        await second.wait_code(486)
        first.request("BYE")
        await first.wait_code(200, "BYE")


async def test_a_number_that_nobody_has_does_not_exist(town: Town) -> None:
    async with phone(town, "79999999999") as robot:
        robot.invite()
        await robot.wait_code(404)


async def test_a_patient_who_never_answers_is_cancelled(town: Town) -> None:
    async with phone(town, "never") as robot:
        robot.invite()
        await robot.wait_code(180)
        robot.cancel()
        await robot.wait_code(487)
        await robot.wait_for(lambda: len(town.records) == 1)
    assert robot.codes("CANCEL") == [200]
    assert ending(town) == "cancelled"


async def test_retransmissions_are_answered_but_not_counted(town: Town) -> None:
    async with phone(town, "quiet") as robot:
        robot.invite()
        robot.invite()
        robot.invite()
        await robot.wait_code(200)
        robot.request("BYE")
        await robot.wait_code(200, "BYE")
        await robot.wait_for(lambda: len(town.records) == 1)
    assert town.invites("a:1") == 1


async def test_the_network_announces_in_early_media(town: Town) -> None:
    async with phone(town, "early") as robot:
        robot.invite()
        await robot.wait_code(480)
    assert robot.codes() == [100, 183, 480]
    assert max(samples_of(robot.rtp.audio())) > 5000


async def test_keys_come_as_telephone_events(town: Town) -> None:
    async with phone(town, "keys") as robot:
        robot.invite()
        await robot.wait_code(200)
        robot.rtp.say(tone(0.3))
        await robot.wait_for(lambda: ends(robot) == [1, 1, 1, 2, 2, 2])
        robot.request("BYE")
        await robot.wait_code(200, "BYE")
    assert [packet[12] for packet in robot.rtp.events()] == [1] * 11 + [2] * 11
    assert len({packet[4:8] for packet in robot.rtp.events()}) == 2, "one RTP time per press"


async def test_keys_come_by_sip_info(town: Town) -> None:
    async with phone(town, "info") as robot:
        robot.invite()
        await robot.wait_code(200)
        robot.rtp.say(tone(0.3))
        request = await robot.wait_request("INFO")
        robot.request("BYE")
        await robot.wait_code(200, "BYE")
    assert request.body == b"Signal=3\r\nDuration=160\r\n"
    assert request.headers.get("content-type") == "application/dtmf-relay"


async def test_requests_are_repeated_until_they_are_answered(town: Town) -> None:
    async with phone(town, "info") as robot:
        robot.answers_requests = False
        robot.invite()
        await robot.wait_code(200)
        robot.rtp.say(tone(0.3))
        await robot.wait_for(lambda: len(robot.requests("INFO")) >= 2)
        robot.answer(robot.requests("INFO")[0])
        robot.request("BYE")
        await robot.wait_code(200, "BYE")
    assert len({request.branch for request in robot.requests("INFO")}) == 1


async def test_a_patient_talks_over_the_prompt_and_then_hears_the_next_one(town: Town) -> None:
    async with phone(town, "barge") as robot:
        robot.invite()
        await robot.wait_code(200)
        robot.rtp.say(tone(5))
        await robot.wait_for(lambda: "spoke" in happenings(town.active_calls[0]))
        robot.rtp.queue.clear()
        await robot.wait_for(lambda: "fell_silent" in happenings(town.active_calls[0]))
        await robot.wait_for(lambda: "robot_ended" in happenings(town.active_calls[0]))
        robot.rtp.say(tone(0.3))
        await robot.wait_for(lambda: happenings(town.active_calls[0]).count("fell_silent") == 2)
        robot.request("BYE")
        await robot.wait_code(200, "BYE")
        await robot.wait_for(lambda: len(town.records) == 1)
    journal = town.records[0].journal
    spoken = [entry.detail for entry in journal.entries if entry.what is Happening.SPOKE]
    assert spoken == ["да", "спасибо"]
    second = next(e.at_s for e in journal.entries if e.what is Happening.SPOKE and e.detail == "спасибо")
    answered = journal.first(Happening.ROBOT_ANSWERED)
    assert answered is not None and answered.at_s < second


async def test_the_robots_answer_delay_is_measured_at_the_patients_end(town: Town) -> None:
    async with phone(town, "79000000001") as robot:
        robot.invite()
        await robot.wait_code(200)
        robot.rtp.say(tone(0.3))
        await robot.wait_for(lambda: "fell_silent" in happenings(town.active_calls[0]))
        robot.rtp.say(tone(0.3))
        await robot.wait_for(lambda: "robot_answered" in happenings(town.active_calls[0]))
        robot.request("BYE")
        await robot.wait_code(200, "BYE")
        await robot.wait_for(lambda: len(town.records) == 1)
    [delay_s] = town.records[0].journal.answer_delays_s
    assert 0 < delay_s < 5


async def test_a_patient_hangs_up_in_mid_prompt(town: Town) -> None:
    async with phone(town, "hangup") as robot:
        robot.invite()
        await robot.wait_code(200)
        robot.rtp.say(tone(3))
        await robot.wait_request("BYE")
        await robot.wait_for(lambda: len(town.records) == 1)
    assert ending(town) == "hung_up"


async def test_a_dead_line_answers_nothing(town: Town) -> None:
    async with phone(town, "dead") as robot:
        robot.invite()
        await robot.wait_code(200)
        await robot.wait_for(lambda: town.active_calls[0].is_dead)
        received = len(robot.rtp.received)
        robot.request("BYE")
        robot.request("OPTIONS")
        async with phone(town, "busy", "other:1") as other:
            other.invite()
            await other.wait_code(486)
        assert robot.codes("BYE") == []
        assert len(robot.rtp.received) - received <= 2, "at most what was on its way"


async def test_a_transfer_is_reported_by_notify(town: Town) -> None:
    async with phone(town, "quiet") as robot:
        robot.invite()
        await robot.wait_code(200)
        robot.request("REFER", (("Refer-To", "<sip:operator@clinic.example>"),))
        await robot.wait_for(lambda: len(robot.requests("NOTIFY")) == 2)
        robot.request("BYE")
        await robot.wait_code(200, "BYE")
    assert robot.codes("REFER") == [202]
    bodies = [request.body for request in robot.requests("NOTIFY")]
    assert bodies == [b"SIP/2.0 100 Trying\r\n", b"SIP/2.0 603 Failed\r\n"]


async def test_hold_and_resume(town: Town) -> None:
    async with phone(town, "quiet") as robot:
        robot.invite()
        await robot.wait_code(200)
        robot.reinvite("sendonly")
        await robot.wait_for(lambda: robot.codes().count(200) == 2)
        robot.reinvite("sendrecv")
        await robot.wait_for(lambda: robot.codes().count(200) == 3)
        robot.request("BYE")
        await robot.wait_code(200, "BYE")
        await robot.wait_for(lambda: len(town.records) == 1)
    happened = [entry.what.value for entry in town.records[0].journal.entries]
    assert [each for each in happened if each in ("held", "resumed")] == ["held", "resumed"]
    assert town.invites("a:1") == 1, "a re-INVITE rings nobody"


async def test_requests_outside_a_call_are_refused(town: Town) -> None:
    async with phone(town, "quiet") as robot:
        robot.request("BYE")
        await robot.wait_code(481, "BYE")
        robot.request("OPTIONS")
        await robot.wait_code(200, "OPTIONS")
        robot.request("PUBLISH")
        await robot.wait_code(405, "PUBLISH")
        robot.send(b"INVITE nonsense")
        robot.send(b"\xff" * 400)
        robot.request("OPTIONS")
        await robot.wait_for(lambda: robot.codes("OPTIONS") == [200, 200])


async def test_a_stopped_town_says_goodbye(town: Town) -> None:
    async with phone(town, "quiet") as robot:
        robot.invite()
        await robot.wait_code(200)
        async with asyncio.timeout(5):
            await town.close()
        await robot.wait_request("BYE")
        await robot.wait_for(lambda: len(town.records) == 1)
    assert ending(town) == "hung_up"


async def test_a_patient_on_a_bad_line_is_understood_and_understands(town: Town) -> None:
    async with phone(town, "far") as robot:
        robot.invite()
        await robot.wait_code(200)
        robot.rtp.say(tone(1.0))
        await robot.wait_for(lambda: "fell_silent" in happenings(town.active_calls[0]))
        robot.request("BYE")
        await robot.wait_code(200, "BYE")
        await robot.wait_for(lambda: len(town.records) == 1)
    record = town.records[0]
    assert record.counters.lost > 0
    assert len(robot.rtp.received) < record.counters.sent
    assert record.journal.count(Happening.ROBOT_ENDED) == 1
