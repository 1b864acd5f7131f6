"""Turns that were taken too early: when the patient goes on, the robot's reply is taken back.

«Да… нет, не приду» must never end as a yes. So a copy of the dialogue is kept from before each turn, and
nothing is settled before the farewell has been said.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from calls.reminder import Turn
from calls.transcript import Transcript
from scenarios.dialogue import Dialogue
from scenarios.exchange import BookSlot, DialogueCommand, Heard, Listen, SendMessage, Settle, Transfer

# A person who speaks before this much of the reply was heard is still answering the question before it.
UNHEARD_REPLY_S = 1.0
IRREVOCABLE = (BookSlot, SendMessage, Transfer)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How things stood when the patient was answering; `noted` is the answer as the minutes have it."""

    dialogue: Dialogue
    listen: Listen
    transcript: Transcript
    noted: Turn

    def changes_its_mind(self, more: Transcript) -> bool:
        """Whether these further words make another answer of the turn."""
        first, second = self.dialogue.copy(), self.dialogue.copy()
        before = first.handle(Heard(self.transcript))
        after = second.handle(Heard(self.transcript + more))
        return _outcomes(before) != _outcomes(after)


def may_be_taken_back(commands: Sequence[DialogueCommand]) -> bool:
    """Whether nothing outside the call has been changed by these commands."""
    return not any(isinstance(command, IRREVOCABLE) for command in commands)


def _outcomes(commands: Sequence[DialogueCommand]) -> list[object]:
    return [command.outcome for command in commands if isinstance(command, Settle)]
