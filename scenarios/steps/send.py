"""`send: {channel, text}` — send the patient an SMS or an e-mail."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from scenarios.exchange import SendMessage
from scenarios.schema import Body, Next, StepBase
from scenarios.talk import Talk
from scenarios.text import Text


class Send(Body):
    """Сообщение пациенту."""

    channel: Literal["sms", "email"] = Field(default="sms", description="sms или email")
    text: Text = Field(description="Текст сообщения; вставки пишутся цифрами: 03.03.2027, 9:05")


class Step(StepBase):
    """Послать сообщение и идти дальше."""

    send: Send

    def enter(self, talk: Talk) -> Next:
        talk.command(SendMessage(self.send.channel, talk.note(self.send.text)))
        return self.go

    def notes(self) -> Iterator[tuple[str, Text]]:
        yield "send.text", self.send.text
