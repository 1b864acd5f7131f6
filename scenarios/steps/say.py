"""`say: text` — speak and go on."""

from collections.abc import Iterator

from pydantic import Field

from scenarios.schema import Next, StepBase
from scenarios.talk import Talk
from scenarios.text import Text


class Step(StepBase):
    """Сказать и идти дальше."""

    say: Text = Field(description="Что сказать")

    def enter(self, talk: Talk) -> Next:
        talk.say(self.say)
        return self.go

    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "say", self.say
