"""`end: outcome` — settle, say goodbye and hang up."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from calls.outcome import Outcome
from scenarios.exchange import Finish
from scenarios.schema import Body, Next, StepBase, Word
from scenarios.talk import Talk
from scenarios.text import Text

# What a conversation itself can end in; the rest is for the line and the campaign to say.
SPOKEN_OUTCOMES = (
    *(Outcome.CONFIRMED, Outcome.CANCELLED, Outcome.RESCHEDULED, Outcome.WANTS_RESCHEDULE),
    *(
        Outcome.ANSWERED,
        Outcome.CALLBACK_AT,
        Outcome.WANTS_OPERATOR,
        Outcome.WRONG_NUMBER,
        Outcome.DO_NOT_CALL,
    ),
    *(Outcome.DECEASED, Outcome.NOT_UNDERSTOOD, Outcome.SILENT, Outcome.VOICEMAIL),
)


class End(Body):
    """Чем закончился разговор."""

    short: ClassVar[str] = "outcome"

    outcome: Outcome | None = Field(
        default=None,
        strict=False,
        description="Итог: " + ", ".join(SPOKEN_OUTCOMES) + "; без него — общий итог визитов (шаг visit)",
    )
    say: Text | None = Field(default=None, description="Прощание")
    task: Text | None = Field(default=None, description="Задача для человека")
    tags: list[Word] = Field(default_factory=list, description="Метки разговора")

    @field_validator("outcome")
    @classmethod
    def _spoken(cls, value: Outcome | None) -> Outcome | None:
        if value is not None and value not in SPOKEN_OUTCOMES:
            raise PydanticCustomError(
                "outcome",
                "разговор не может закончиться так; итоги: {known}",
                {"known": ", ".join(SPOKEN_OUTCOMES)},
            )
        return value


class Step(StepBase):
    """Подвести итог, попрощаться и положить трубку."""

    falls_through: ClassVar[bool] = False

    end: End

    def enter(self, talk: Talk) -> Next:
        for tag in self.end.tags:
            talk.tag(tag)
        if self.end.task:
            talk.task = talk.note(self.end.task)
        said = talk.commands.pop() if talk.commands and talk.commands[-1] is talk.last_said else None
        outcome = self.end.outcome or talk.heaviest() or Outcome.NOT_UNDERSTOOD
        if self.end.outcome is None:
            talk.leave_open_visits()
        talk.settle(outcome)
        if said is not None:
            talk.command(said)
        talk.say(self.end.say)
        talk.command(Finish())
        talk.over = True
        return None

    def texts(self) -> Iterator[tuple[str, Text]]:
        if self.end.say:
            yield "end.say", self.end.say

    def notes(self) -> Iterator[tuple[str, Text]]:
        if self.end.task:
            yield "end.task", self.end.task
