"""`transfer: {…}` — hand the patient over to a person."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from scenarios.exchange import DialogueEvent, Transfer, TransferFailed
from scenarios.schema import Body, Exit, Label, Next, StepBase
from scenarios.talk import Talk
from scenarios.text import Text


class TransferBody(Body):
    """Кому и с какими словами передать разговор."""

    to: str | None = Field(
        default=None, description="Номер или SIP-адрес; без него — оператор из настроек клиники"
    )
    say: Text | None = Field(default=None, description="Что сказать пациенту перед соединением")
    whisper: Text | None = Field(default=None, description="Что шепнуть оператору: кто звонит и зачем")
    failed: Label = Field(description="Куда идти, если никто не взял трубку или оператор не настроен")


class Step(StepBase):
    """Соединить с человеком."""

    falls_through: ClassVar[bool] = False
    waits: ClassVar[bool] = True

    transfer: TransferBody

    def enter(self, talk: Talk) -> Next:
        target = self.transfer.to or talk.facts.clinic.operator
        if not target:
            talk.branch = "failed"
            return self.transfer.failed
        talk.say(self.transfer.say)
        whisper = " ".join(talk.words(self.transfer.whisper)) if self.transfer.whisper else ""
        talk.command(Transfer(target, whisper))
        return None

    def hear(self, talk: Talk, event: DialogueEvent) -> Next:
        if not isinstance(event, TransferFailed):
            return None
        talk.branch = "failed"
        return self.transfer.failed

    def exits(self) -> Iterator[Exit]:
        yield Exit("failed", "никто не ответил", self.transfer.failed)

    def texts(self) -> Iterator[tuple[str, Text]]:
        if self.transfer.say:
            yield "transfer.say", self.transfer.say
        if self.transfer.whisper:
            yield "transfer.whisper", self.transfer.whisper
