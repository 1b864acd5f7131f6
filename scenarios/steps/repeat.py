"""`repeat: text` — say the question again, whole; it does not count as a misunderstanding."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from scenarios.schema import Next, Resume, StepBase
from scenarios.talk import Talk
from scenarios.text import Text


class Step(StepBase):
    """Повторить вопрос целиком."""

    falls_through: ClassVar[bool] = False

    repeat: Text = Field(description="Что сказать перед повтором: «Повторяю.»")

    def enter(self, talk: Talk) -> Next:
        talk.say(self.repeat)
        talk.branch = "back"
        target = talk.return_to or talk.scenario.start
        return target if isinstance(target, str) else Resume(target.label, whole=True)

    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "repeat", self.repeat
