"""Robot and patient in time: pick-up, coughs, «алло», and what the minutes say of it."""

import pytest

from calls.outcome import Outcome
from calls.reminder import AttemptResult, Turn
from dialer.backends.fake import Answer, HearOut, Ring, Say, Wait
from tests.unit.dialer.session_rig import Rig, ScriptedEars, speech

HELLO = (Ring(0.2), Answer())
COUGH = ""


def turns_of(result: AttemptResult, speaker: str) -> list[Turn]:
    return [turn for turn in result.conversation.turns if turn.speaker == speaker]


async def test_the_robot_speaks_within_a_second_of_the_pick_up() -> None:
    result = await Rig(*HELLO, HearOut(), Say(speech(0.5)), ears=ScriptedEars(["да приду"])).live()
    assert turns_of(result, "robot")[0].start_s < 1.0


async def test_hello_is_let_finish_and_is_no_answer() -> None:
    ears = ScriptedEars(["алло слушаю вас", "да приду"])
    rig = Rig(*HELLO, Wait(0.1), Say(speech(1.2)), HearOut(), Say(speech(0.5)), ears=ears)
    result = await rig.live()
    hello, answer = turns_of(result, "patient")
    assert (hello.text, hello.meaning) == ("алло слушаю вас", "aside")
    first = turns_of(result, "robot")[0]
    assert hello.end_s < first.start_s < hello.end_s + 0.5
    assert (answer.text, answer.meaning) == ("да приду", "confirm")
    assert answer.start_s > first.end_s
    assert result.outcome is Outcome.CONFIRMED


async def test_a_talkative_hello_is_not_waited_for_without_end() -> None:
    ears = ScriptedEars(["алло кто это говорит", "да приду"])
    rig = Rig(*HELLO, Say(speech(4.0)), HearOut(), Say(speech(0.5)), ears=ears)
    result = await rig.live()
    assert turns_of(result, "robot")[0].start_s < 3.0


async def test_a_cough_stops_the_robot_only_for_a_moment() -> None:
    ears = ScriptedEars([COUGH, "да приду"])
    rig = Rig(*HELLO, Wait(2.0), Say(speech(0.3)), HearOut(), Say(speech(0.5)), ears=ears)
    result = await rig.live()
    said = turns_of(result, "robot")
    cut = next(turn for turn in said if turn.meaning == "cut")
    again = said[said.index(cut) + 1]
    assert again.text == cut.text
    assert again.start_s - cut.end_s < 1.2
    assert again.answer_delay is None, "a cough is not answered"
    assert [turn.text for turn in turns_of(result, "patient")] == ["да приду"]
    assert result.outcome is Outcome.CONFIRMED


@pytest.mark.parametrize("pause_s", [0.3, 0.6, 0.9])
async def test_a_patient_who_goes_on_after_a_pause_is_heard_to_the_end(pause_s: float) -> None:
    ears = ScriptedEars(["да", "только перенесите на пятницу", "да"])
    acts = (HearOut(), Say(speech(0.3)), Wait(pause_s), Say(speech(1.2)), HearOut(), Say(speech(0.3)))
    result = await Rig(*HELLO, *acts, ears=ears).live()
    assert result.outcome is Outcome.WANTS_RESCHEDULE
    assert turns_of(result, "patient")[0].text == "да только перенесите на пятницу"


async def test_thanks_in_the_farewell_are_in_the_minutes() -> None:
    ears = ScriptedEars(["да приду", "спасибо"])
    acts = (HearOut(), Say(speech(0.5)), Wait(1.6), Say(speech(0.4)))
    result = await Rig(*HELLO, *acts, ears=ears).live()
    assert result.outcome is Outcome.CONFIRMED
    assert [(turn.text, turn.meaning) for turn in turns_of(result, "patient")][-1] == ("спасибо", "aside")


async def test_a_change_of_mind_takes_back_the_answer_and_not_the_thanks_between() -> None:
    ears = ScriptedEars(["да приду", "спасибо", "нет не приду", "нет"])
    acts = (HearOut(), Say(speech(0.5)), Wait(1.6), Say(speech(0.1)), Wait(0.55), Say(speech(0.6)))
    result = await Rig(*HELLO, *acts, HearOut(), Say(speech(0.3)), ears=ears).live()
    said = turns_of(result, "patient")
    assert [turn.text for turn in said[:2]] == ["да приду нет не приду", "спасибо"]
    assert said[1].meaning == "aside"


async def test_every_answer_has_its_delay_and_the_words_their_times() -> None:
    ears = ScriptedEars(["да приду"])
    result = await Rig(*HELLO, HearOut(), Say(speech(0.5)), ears=ears).live()
    [answer] = turns_of(result, "patient")
    reply = next(turn for turn in turns_of(result, "robot") if turn.start_s > answer.end_s)
    assert reply.answer_delay is not None
    assert reply.answer_delay.total_s == pytest.approx(reply.start_s - answer.end_s)
    assert [word.text for word in answer.words] == ["да", "приду"]
    assert all(answer.start_s <= word.start_s <= answer.end_s for word in answer.words)
