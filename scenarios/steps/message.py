"""`message: text` — leave a message on an answering machine, after its beep, and hang up."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from calls.outcome import Outcome
from scenarios.exchange import DialogueEvent, Finish, Heard, Listen, MachineAnswered, Pressed, StayedSilent
from scenarios.schema import Next, StepBase
from scenarios.talk import Talk
from scenarios.text import Text
from scenarios.understanding import Meaning, Question

# A greeting of a machine may be taken for many things, but hardly for one of these.
SURELY_HUMAN = frozenset({Meaning.CONFIRM, Meaning.CANCEL, Meaning.RESCHEDULE, Meaning.OPERATOR})
BEEP_WITHIN_S = 8.0
GREETING_AT_MOST = 8  # turns


class Step(StepBase):
    """Оставить сообщение на автоответчике: без медицинских подробностей и без «нажмите один»."""

    falls_through: ClassVar[bool] = False
    waits: ClassVar[bool] = True

    message: Text = Field(description="Что сказать автоответчику после сигнала")

    def enter(self, talk: Talk) -> Next:
        talk.forget()
        return self._leave(talk) if talk.machine_ready else self._wait(talk)

    def hear(self, talk: Talk, event: DialogueEvent) -> Next:
        match event:
            case MachineAnswered(ready=True) | StayedSilent():
                return self._leave(talk)
            case Pressed():
                return talk.scenario.start
            case Heard(transcript):
                understood = talk.understander.understand(
                    transcript, Question.CONFIRM_VISIT, talk.now, talk.facts.zone
                )
                talk.understanding = understood
                if understood.meaning in SURELY_HUMAN:
                    return talk.scenario.start
                talk.memory.misunderstood += 1
                enough = talk.memory.misunderstood >= GREETING_AT_MOST
                return self._leave(talk) if enough else self._wait(talk)
            case _:
                return self._wait(talk)

    def _wait(self, talk: Talk) -> Next:
        """Until the beep, or until the machine has nothing more to say."""
        talk.listen(Listen(Question.CONFIRM_VISIT, frozenset("0123456789*#"), BEEP_WITHIN_S))
        return None

    def _leave(self, talk: Talk) -> Next:
        talk.settle(Outcome.VOICEMAIL)
        talk.say(self.message, final=True)
        talk.command(Finish())
        talk.over = True
        return None

    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "message", self.message
