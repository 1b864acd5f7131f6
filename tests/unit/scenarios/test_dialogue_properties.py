"""Whatever happens in a call, the dialogue neither raises nor goes on for ever, and never invents a yes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.outcome import Outcome
from calls.slot import Slot
from calls.transcript import Transcript
from scenarios.dialogue import Dialogue, understander_for
from scenarios.example import Example, ExampleVisit
from scenarios.exchange import (
    Began,
    DialogueCommand,
    DialogueEvent,
    Finish,
    Heard,
    HearingLost,
    Listen,
    MachineAnswered,
    Pressed,
    Say,
    Settle,
    SlotBooked,
    SlotsFound,
    StayedSilent,
    Transfer,
    TransferFailed,
)
from scenarios.loader import load, ready_made
from tts.spoken import check_speakable

NOW = datetime(2027, 3, 1, 7, tzinfo=UTC)
TALK = (
    "да|нет|приду|не приду|нет не отменяйте я приду|перенесите|давайте в пятницу|повторите|"
    "кто это|по какому адресу|позовите оператора|не туда попали|больше не звоните|он умер|"
    "второй|это его жена|я передам|опоздаю|приду но опоздаю|перезвоните завтра в пять|"
    "подождите|десять|ноль|крокодил|[unk]|оставьте сообщение после сигнала|наверное|"
    "в среду после обеда|угу|"
).split("|")
SLOTS = tuple(Slot(f"s{day}", NOW + timedelta(days=day, hours=3), "Иванов Пётр") for day in range(1, 5))
EVENTS: st.SearchStrategy[DialogueEvent] = st.one_of(
    st.sampled_from(TALK).map(lambda text: Heard(Transcript.of(text))),
    st.sampled_from("0123456789*#").map(Pressed),
    st.just(StayedSilent()),
    st.sampled_from((MachineAnswered(True), MachineAnswered(False), HearingLost(), TransferFailed())),
    st.sampled_from((SlotsFound(()), SlotsFound(SLOTS), SlotBooked(True), SlotBooked(False))),
)
EXAMPLES = (
    Example(),
    Example(operator="100"),
    Example(visits=[ExampleVisit(at=datetime(2027, 3, 2, hour)) for hour in (9, 11, 15)]),
)
CONFIRMING = frozenset({"confirm", "late", "yes"})


def dialogue_for(name: str, example: Example) -> Dialogue:
    scenario = load(name)
    facts = example.facts_for(scenario)
    return Dialogue(scenario, facts, understander_for(scenario, facts.language), facts.now)


@pytest.mark.parametrize("name", ready_made())
@settings(max_examples=12)
@given(events=st.lists(EVENTS, max_size=40), example=st.sampled_from(EXAMPLES))
def test_any_events_lead_to_one_settlement_and_an_end(
    name: str, events: list[DialogueEvent], example: Example
) -> None:
    dialogue = dialogue_for(name, example)
    given_: list[DialogueCommand] = list(dialogue.handle(Began()))
    tail: list[DialogueEvent] = [TransferFailed(), SlotsFound(()), SlotBooked(False), StayedSilent()]
    for event in [*events, *tail * 40]:
        commands = dialogue.handle(event)
        assert not (dialogue.over and not commands and _settlements(given_) != 1)
        given_.extend(commands)
    assert dialogue.over
    assert _settlements(given_) == 1
    assert isinstance(given_[-1], Finish)
    after = given_[[isinstance(command, Settle) for command in given_].index(True) + 1 :]
    assert all(isinstance(command, Say | Finish) for command in after)
    assert dialogue.handle(Pressed("1")) == ()


@pytest.mark.parametrize("name", ready_made())
@settings(max_examples=20)
@given(events=st.lists(EVENTS, max_size=12), example=st.sampled_from(EXAMPLES))
def test_nothing_is_confirmed_or_cancelled_without_the_patients_word(
    name: str, events: list[DialogueEvent], example: Example
) -> None:
    dialogue = dialogue_for(name, example)
    dialogue.handle(Began())
    said: set[str] = set()
    for event in events:
        before = dialogue.label
        for command in dialogue.handle(event):
            if isinstance(event, Heard | Pressed):
                said |= {branch for label, branch, _ in dialogue.path if label == before}
            if isinstance(command, Settle) and command.outcome is Outcome.CONFIRMED:
                assert said & CONFIRMING
            if isinstance(command, Settle) and command.outcome is Outcome.CANCELLED:
                assert "cancel" in said


@pytest.mark.parametrize("name", ready_made())
@given(events=st.lists(EVENTS, max_size=12))
@settings(max_examples=6)
def test_everything_said_can_be_spoken_and_the_same_call_is_the_same_again(
    name: str, events: list[DialogueEvent]
) -> None:
    first, second = dialogue_for(name, EXAMPLES[2]), dialogue_for(name, EXAMPLES[2])
    for event in [Began(), *events]:
        commands = first.handle(event)
        assert commands == second.handle(event)
        for command in commands:
            if isinstance(command, Say):
                assert command.sentences
                for sentence in command.sentences:
                    check_speakable(sentence, first.language)
            if isinstance(command, Transfer):
                assert command.target == "100" or command.target


@pytest.mark.parametrize("name", ready_made())
def test_every_waiting_dialogue_listens(name: str) -> None:
    dialogue = dialogue_for(name, Example())
    commands = dialogue.handle(Began())
    assert isinstance(commands[0], Say)
    assert isinstance(commands[-1], Listen)
    assert "0" in commands[-1].keys


@pytest.mark.parametrize("name", ready_made())
def test_sentences_to_render_hold_what_is_said_first(name: str) -> None:
    dialogue = dialogue_for(name, Example())
    ready = dialogue.sentences()
    for command in dialogue.handle(Began()):
        if isinstance(command, Say):
            assert set(command.sentences) <= set(ready)
    for sentence in ready:
        check_speakable(sentence, dialogue.language)


def _settlements(commands: list[DialogueCommand]) -> int:
    return sum(isinstance(command, Settle) for command in commands)
