"""One call from the INVITE to its outcome, whatever the callee, the ears or the mouth do."""

import wave
from pathlib import Path

import pytest

from calls.machine import CallState
from calls.outcome import Outcome
from calls.reminder import AttemptResult
from demo.person import beep
from dialer.backends.fake import (
    Answer,
    FailLine,
    FakeLeg,
    HangUp,
    HearOut,
    LoseMedia,
    PlayEarlyMedia,
    Press,
    Reject,
    Ring,
    Say,
    Wait,
)
from dialer.port import DialRequest
from dialer.prompts import APOLOGIES
from scenarios.dialogue import Dialogue
from scenarios.exchange import DialogueCommand, DialogueEvent, Pressed
from tests.unit.dialer.session_rig import OPERATOR, HummingMouth, Rig, ScriptedEars, dialogue, speech
from tests.unit.dialer.standing_clock import standing_clock

HELLO = (Ring(0.2), Answer())


def robot_said(result: AttemptResult) -> list[str]:
    return [turn.text for turn in result.conversation.turns if turn.speaker == "robot"]


def patient_said(result: AttemptResult) -> list[tuple[str, str]]:
    turns = result.conversation.turns
    return [(turn.text, turn.meaning) for turn in turns if turn.speaker == "patient"]


async def test_a_yes_after_the_prompt(tmp_path: Path) -> None:
    recording = tmp_path / "call.wav"
    ears = ScriptedEars(["да приду"])
    rig = Rig(*HELLO, HearOut(), Say(speech(0.8)), ears=ears, recording=recording)
    result = await rig.live()
    assert result.outcome is Outcome.CONFIRMED
    assert patient_said(result) == [("да приду", "confirm")]
    assert robot_said(result)[-1].startswith("Спасибо")
    assert rig.states == [
        CallState.DIALING,
        CallState.RINGING,
        CallState.TALKING,
        CallState.CLOSING,
        CallState.RELEASING,
        CallState.ENDED,
    ]
    assert rig.leg.hung_up_with == 16
    with wave.open(str(recording)) as file:
        assert file.getnchannels() == 2
        assert file.getnframes() / 8000 == pytest.approx(len(rig.leg.heard) * 0.02, abs=0.5)


async def test_the_patient_interrupts_the_prompt() -> None:
    ears = ScriptedEars(["да я приду"])
    rig = Rig(*HELLO, Wait(2.0), Say(speech(1.0)), ears=ears)
    result = await rig.live()
    assert result.outcome is Outcome.CONFIRMED
    answer = next(turn for turn in result.conversation.turns if turn.speaker == "patient")
    before = [turn for turn in result.conversation.turns if turn.start_s < answer.start_s]
    assert not any("Вы придёте" in turn.text for turn in before), "the question had not been asked yet"
    assert before[-1].end_s - answer.start_s < 0.1, "the robot falls silent at once"


async def test_a_listener_who_only_hums_hears_the_rest() -> None:
    ears = ScriptedEars(["угу", "да приду"])
    rig = Rig(*HELLO, Wait(2.0), Say(speech(0.4)), HearOut(), Say(speech(0.8)), ears=ears)
    result = await rig.live()
    assert result.outcome is Outcome.CONFIRMED
    assert patient_said(result) == [("угу", "backchannel"), ("да приду", "confirm")]
    assert any("Вы придёте" in text for text in robot_said(result))


async def test_a_key_answers_at_once() -> None:
    rig = Rig(*HELLO, Wait(3.0), Press("1"))
    result = await rig.live()
    assert result.outcome is Outcome.CONFIRMED
    [key] = [turn for turn in result.conversation.turns if turn.meaning == "key"]
    reply = next(turn for turn in result.conversation.turns if turn.start_s >= key.start_s)
    after = [
        turn for turn in result.conversation.turns if turn.start_s > key.start_s and turn.speaker == "robot"
    ]
    assert reply.text == "1"
    assert after[0].start_s - key.start_s < 0.3


async def test_silence_is_asked_about_and_then_accepted() -> None:
    result = await Rig(*HELLO).live()
    assert result.outcome is Outcome.SILENT
    assert any("слышите" in text for text in robot_said(result))
    assert patient_said(result) == []


async def test_lost_hearing_leaves_the_keys() -> None:
    ears = ScriptedEars(dies_after_s=1.0)
    rig = Rig(*HELLO, HearOut(), Wait(1.0), Press("1"), ears=ears)
    result = await rig.live()
    assert result.outcome is Outcome.CONFIRMED
    assert any("нажмите один" in text for text in robot_said(result))


async def test_ears_that_cannot_be_opened_leave_the_keys() -> None:
    rig = Rig(*HELLO, HearOut(), Wait(1.0), Press("1"), ears=ScriptedEars(refuses=True))
    result = await rig.live()
    assert result.outcome is Outcome.CONFIRMED
    assert any("нажмите один" in text for text in robot_said(result))


async def test_a_voice_that_breaks_apologises() -> None:
    mouth = HummingMouth()
    rig = Rig(*HELLO, mouth=mouth)
    await rig.prompts.prepare(())
    mouth.is_broken = True
    result = await rig.live()
    assert (result.outcome, bool(result.conversation.task)) == (Outcome.FAILED, True)
    assert mouth.spoken == [APOLOGIES["ru"]]
    assert any(any(frame) for frame in rig.leg.heard), "never silence"
    assert rig.leg.hung_up_with == 16


class Broken(Dialogue):
    """A dialogue with a fault of ours."""

    def handle(self, event: DialogueEvent) -> tuple[DialogueCommand, ...]:
        if isinstance(event, Pressed):
            raise RuntimeError("a fault of ours")
        return super().handle(event)


async def test_a_fault_of_ours_apologises() -> None:
    talk = dialogue(standing_clock())
    talk.__class__ = Broken
    rig = Rig(*HELLO, HearOut(), Press("1"), talk=talk)
    result = await rig.live()
    assert (result.outcome, bool(result.conversation.task)) == (Outcome.FAILED, True)
    last = result.conversation.turns[-1]
    assert last.speaker == "robot" and last.end_s - last.start_s > 1.0, "the apology was said to its end"
    assert rig.leg.is_over


async def test_nobody_answers() -> None:
    rig = Rig(Ring(float("inf")))
    result = await rig.live()
    assert (result.outcome, result.answered_at) == (Outcome.NO_ANSWER, None)
    assert rig.leg.hung_up_with == 16
    assert (result.ended_at - result.began_at).total_seconds() == pytest.approx(20, abs=0.5)


@pytest.mark.parametrize(
    ("act", "outcome"),
    [
        (Reject(486, 17), Outcome.BUSY),
        (Reject(603, 21), Outcome.DECLINED),
        (Reject(404, 1), Outcome.INVALID_NUMBER),
        (FailLine(), Outcome.FAILED),
    ],
)
async def test_the_network_says_no(act: Reject | FailLine, outcome: Outcome) -> None:
    result = await Rig(Ring(0.2), act).live()
    assert result.outcome is outcome
    if isinstance(act, Reject):
        assert (result.sip_code, result.q850_cause) == (act.sip_code, act.q850_cause)


async def test_an_announcement_before_the_answer_ends_the_call() -> None:
    ears = ScriptedEars(["аппарат абонента выключен"])
    result = await Rig(PlayEarlyMedia(speech(2.0) + bytes(16000)), Wait(20.0), ears=ears).live()
    assert result.outcome is Outcome.UNREACHABLE


@pytest.mark.parametrize(
    ("act", "outcome"),
    [
        (HangUp(), Outcome.HUNG_UP),
        (LoseMedia(), Outcome.LINE_LOST),
        (FailLine(), Outcome.FAILED),
    ],
)
async def test_the_call_breaks_off(act: HangUp | LoseMedia | FailLine, outcome: Outcome) -> None:
    result = await Rig(*HELLO, Wait(2.0), act).live()
    assert result.outcome is outcome
    assert result.answered_at is not None


async def test_an_answer_survives_a_line_that_breaks_in_the_farewell() -> None:
    ears = ScriptedEars(["да приду"])
    result = await Rig(*HELLO, HearOut(), Say(speech(0.8)), Wait(1.2), HangUp(), ears=ears).live()
    assert result.outcome is Outcome.CONFIRMED


@pytest.mark.parametrize("state", [CallState.DIALING, CallState.RINGING, CallState.TALKING])
async def test_it_stops_politely(state: CallState) -> None:
    rig = Rig(Ring(1.0), Answer())
    result = await rig.live(stop_in=state)
    assert result.outcome is Outcome.INTERRUPTED
    assert all(leg.is_over for leg in rig.backend.legs)


async def test_a_call_stopped_while_it_waits_for_a_line_has_rung_nobody() -> None:
    rig = Rig(*HELLO, HearOut(), lines=1)
    await rig.backend.place(rig.session._request)
    result = await rig.live(stop_in=CallState.DIALING)
    assert result.outcome is Outcome.INTERRUPTED
    assert not result.may_have_rung


async def test_a_call_stopped_before_it_began_has_rung_nobody() -> None:
    rig = Rig(*HELLO)
    rig.session.stop()
    result = await rig.live()
    assert result.outcome is Outcome.INTERRUPTED
    assert not result.may_have_rung
    assert rig.backend.legs == []


@pytest.mark.parametrize("state", [CallState.RINGING, CallState.TALKING])
async def test_a_call_stopped_after_its_invite_may_have_rung(state: CallState) -> None:
    result = await Rig(Ring(1.0), Answer()).live(stop_in=state)
    assert result.may_have_rung


async def test_a_call_stopped_while_its_invite_is_sent_may_have_rung() -> None:
    rig = Rig(*HELLO)
    place = rig.backend.place

    async def place_slowly(request: DialRequest) -> FakeLeg:
        rig.session.stop()
        await rig.clock.sleep(1.0)
        return await place(request)

    rig.backend.place = place_slowly  # type: ignore[method-assign]
    result = await rig.live()
    assert result.outcome is Outcome.INTERRUPTED
    assert result.may_have_rung


async def test_an_operator_takes_over() -> None:
    ears = ScriptedEars(["соедините с оператором"])
    rig = Rig(*HELLO, HearOut(), Say(speech(1.0)), ears=ears)
    result = await rig.live()
    assert result.outcome is Outcome.TRANSFERRED
    assert rig.leg.transferred_to == OPERATOR


async def test_nobody_takes_over_and_the_robot_goes_on() -> None:
    ears = ScriptedEars(["соедините с оператором"])
    rig = Rig(*HELLO, HearOut(), Say(speech(1.0)), ears=ears, takes_transfers=False)
    result = await rig.live()
    assert rig.leg.transferred_to == OPERATOR
    assert result.outcome is Outcome.WANTS_OPERATOR
    assert result.conversation.task


async def test_a_machine_is_known_by_its_beep() -> None:
    ears = ScriptedEars(["здравствуйте оставьте сообщение после сигнала"])
    rig = Rig(*HELLO, Wait(0.2), Say(speech(4.0)), Say(beep(0.5)), ears=ears)
    result = await rig.live()
    assert result.outcome is Outcome.VOICEMAIL


async def test_a_busy_line_is_waited_for() -> None:
    rig = Rig(*HELLO, HearOut(), Press("1"), lines=1)
    other = await rig.backend.place(rig.session._request)
    other.hang_up()
    result = await rig.live()
    assert result.outcome is Outcome.CONFIRMED


@pytest.mark.parametrize("thinks_s", [0.3, 0.5, 0.8, 1.2, 1.6, 1.9])
async def test_a_yes_that_turns_into_a_no_is_never_a_yes(thinks_s: float) -> None:
    ears = ScriptedEars(["да", "ой нет не приду", "да отмените"])
    acts = (HearOut(), Say(speech(0.4)), Wait(thinks_s), Say(speech(1.0)), HearOut(), Press("2"))
    result = await Rig(*HELLO, *acts, ears=ears).live()
    assert result.outcome is not Outcome.CONFIRMED


async def test_hearing_lost_before_the_first_word_leaves_the_keys() -> None:
    rig = Rig(*HELLO, HearOut(), Wait(1.0), Press("1"), ears=ScriptedEars(dies_after_s=0.1))
    result = await rig.live()
    assert result.outcome is Outcome.CONFIRMED
    assert any("нажмите один" in text for text in robot_said(result))


async def test_a_talker_without_end_is_left_to_a_person() -> None:
    ears = ScriptedEars(["кошка спит на подоконнике"] * 60)
    acts = [act for _ in range(60) for act in (Say(speech(2.0)), Wait(0.1))]
    result = await Rig(*HELLO, *acts, ears=ears).live()
    assert result.outcome in (Outcome.NOT_UNDERSTOOD, Outcome.VOICEMAIL)


async def test_a_television_does_not_hold_up_the_farewell() -> None:
    ears = ScriptedEars(["да приду", "в эфире новости"])
    acts = (HearOut(), Say(speech(0.8)), Wait(1.5), Say(speech(40.0)))
    result = await Rig(*HELLO, *acts, ears=ears).live()
    assert result.outcome is Outcome.CONFIRMED


async def test_a_hesitating_patient_is_waited_for() -> None:
    ears = ScriptedEars(["ну", "да приду"])
    acts = (HearOut(), Say(speech(0.3)), Wait(0.3), Say(speech(0.8)))
    result = await Rig(*HELLO, *acts, ears=ears).live()
    assert result.outcome is Outcome.CONFIRMED
    assert [meaning for _, meaning in patient_said(result)][-1] == "confirm"
