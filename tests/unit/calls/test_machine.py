"""The call's life: every rule, no way out without exactly one outcome."""

import random
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.errors import IllegalEvent
from calls.events import (
    Answered,
    CallEvent,
    Conclude,
    DialAsked,
    EarlyMedia,
    FarewellSaid,
    HangUp,
    LineFailed,
    MediaLost,
    PeerHungUp,
    PlaceCall,
    Refer,
    Rejected,
    Released,
    ResumeDialogue,
    Ringing,
    RingTimedOut,
    Settled,
    StopAsked,
    TransferAccepted,
    TransferAsked,
    TransferRefused,
)
from calls.machine import RULES, CallState, transition
from calls.outcome import Outcome

SAMPLES: dict[type, CallEvent] = {
    Rejected: Rejected(486, 17, Outcome.BUSY),
    MediaLost: MediaLost(5.0),
    LineFailed: LineFailed("child died"),
    Settled: Settled(Outcome.CONFIRMED),
    TransferAsked: TransferAsked("sip:operator@127.0.0.1"),
}
EVENTS: list[CallEvent] = [SAMPLES.get(kind) or kind() for kind in get_args(CallEvent)]
BY_KIND = {type(event): event for event in EVENTS}


def play(*events: CallEvent) -> tuple[CallState, list[object]]:
    state = CallState.PLANNED
    done: list[object] = []
    for event in events:
        state, commands = transition(state, event)
        done.extend(commands)
    return state, done


def outcomes(commands: list[object]) -> list[Outcome]:
    return [command.outcome for command in commands if isinstance(command, Conclude)]


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ([Ringing(), Answered(), Settled(Outcome.CONFIRMED), FarewellSaid(), Released()], Outcome.CONFIRMED),
        ([Ringing(), Rejected(486, 17, Outcome.BUSY)], Outcome.BUSY),
        ([Ringing(), RingTimedOut(), Rejected(487, None, Outcome.NO_ANSWER)], Outcome.NO_ANSWER),
        ([RingTimedOut(), Released()], Outcome.UNREACHABLE),
        ([EarlyMedia(), Rejected(480, 20, Outcome.UNREACHABLE)], Outcome.UNREACHABLE),
        ([Ringing(), Answered(), PeerHungUp()], Outcome.HUNG_UP),
        ([Ringing(), Answered(), MediaLost(5.0), Released()], Outcome.LINE_LOST),
        ([Ringing(), Answered(), Settled(Outcome.CANCELLED), PeerHungUp()], Outcome.CANCELLED),
        ([Ringing(), Answered(), TransferAsked("x"), TransferAccepted(), Released()], Outcome.TRANSFERRED),
        ([Ringing(), Answered(), LineFailed("x")], Outcome.FAILED),
        ([Ringing(), StopAsked(), Released()], Outcome.INTERRUPTED),
    ],
)
def test_a_call_ends_in_its_outcome(events: list[CallEvent], outcome: Outcome) -> None:
    state, commands = play(DialAsked(), *events)
    assert state is CallState.ENDED
    assert outcomes(commands) == [outcome]


def test_an_answer_that_crosses_our_cancel_is_hung_up_at_once() -> None:
    state, commands = play(DialAsked(), Ringing(), RingTimedOut(), Answered())
    assert state is CallState.RELEASING
    assert commands[-1] == HangUp()


def test_a_refused_transfer_brings_the_dialogue_back() -> None:
    state, commands = play(DialAsked(), Answered(), TransferAsked("sip:op"), TransferRefused())
    assert state is CallState.TALKING
    assert commands[-2:] == [Refer("sip:op"), ResumeDialogue()]


def test_an_illegal_event_names_event_and_state() -> None:
    with pytest.raises(IllegalEvent, match="Answered in state planned"):
        transition(CallState.PLANNED, Answered())


def test_only_a_planned_call_is_placed() -> None:
    placing = [key for key, rule in RULES.items() if PlaceCall() in rule.commands(BY_KIND[key[1]])]
    assert placing == [(CallState.PLANNED, DialAsked)]


def test_whatever_the_network_repeats_after_the_end_changes_nothing() -> None:
    for event in EVENTS:
        if not isinstance(event, DialAsked):
            assert transition(CallState.ENDED, event) == (CallState.ENDED, ())


@settings(max_examples=1000)
@given(st.integers(0, 2**32))
def test_every_way_to_the_end_gives_exactly_one_outcome(seed: int) -> None:
    rng = random.Random(seed)
    state, commands = play(DialAsked())
    for _ in range(60):
        legal = [event for event in EVENTS if (state, type(event)) in RULES]
        state, done = transition(state, rng.choice(legal))
        commands.extend(done)
        if state is CallState.ENDED:
            break
    assert len(outcomes(commands)) <= 1
    if state in (CallState.ENDED, CallState.CLOSING, CallState.RELEASING):
        assert len(outcomes(commands)) == 1
    assert commands.count(PlaceCall()) == 1
