"""`back: text` — having answered the patient's own question, return to ours."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from scenarios.schema import Body, Next, Resume, StepBase
from scenarios.talk import Talk
from scenarios.text import Text


class Back(Body):
    """Возврат к вопросу, на котором пациент отвлёкся."""

    short: ClassVar[str] = "say"

    say: Text | None = Field(default=None, description="Что сказать перед возвратом")
    wait_s: float = Field(
        default=0.0,
        ge=0,
        le=60,
        strict=False,
        description="Не повторять вопрос, а молча ждать столько секунд",
    )
    whole: bool = Field(default=False, description="Повторить вопрос целиком, а не только последнюю фразу")


class Step(StepBase):
    """Вернуться к своему вопросу."""

    falls_through: ClassVar[bool] = False

    back: Back

    def enter(self, talk: Talk) -> Next:
        talk.say(self.back.say)
        talk.branch = "back"
        target = talk.return_to or talk.scenario.start
        if isinstance(target, str):
            return target
        return Resume(target.label, self.back.whole, self.back.wait_s)

    def texts(self) -> Iterator[tuple[str, Text]]:
        if self.back.say:
            yield "back.say", self.back.say
