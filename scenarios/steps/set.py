"""`set: {results, tags, task, alert}` — note something for the CRM, the report or a person."""

from collections.abc import Iterator

from pydantic import Field

from scenarios.schema import Body, Next, StepBase, Word
from scenarios.talk import Talk
from scenarios.text import Text


class SetBody(Body):
    """Что отметить."""

    results: dict[Word, Text] = Field(default_factory=dict, description="Поля результата для CRM")
    tags: list[Word] = Field(default_factory=list, description="Метки разговора")
    task: Text | None = Field(default=None, description="Задача для человека")
    alert: Text | None = Field(
        default=None, description="Срочно сообщить ответственному: жалоба, врач, филиал"
    )


class Step(StepBase):
    """Отметить и идти дальше."""

    set: SetBody

    def enter(self, talk: Talk) -> Next:
        for name, text in self.set.results.items():
            talk.results[name] = talk.note(text)
        for tag in self.set.tags:
            talk.tag(tag)
        if self.set.task:
            talk.task = talk.note(self.set.task)
        if self.set.alert:
            talk.results["alert"] = talk.note(self.set.alert)
            talk.tag("alert")
        return self.go

    def notes(self) -> Iterator[tuple[str, Text]]:
        yield from ((f"set.results.{name}", text) for name, text in self.set.results.items())
        for field, text in (("task", self.set.task), ("alert", self.set.alert)):
            if text:
                yield f"set.{field}", text
