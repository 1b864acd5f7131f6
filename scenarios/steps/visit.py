"""`visit: {outcome, next}` — settle the visit spoken of, and take up the next one of this call."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from calls.outcome import Outcome
from scenarios.schema import Body, Exit, Label, Next, StepBase
from scenarios.talk import BY_WEIGHT, Talk


class Visit(Body):
    """Итог одного визита."""

    short: ClassVar[str] = "outcome"

    outcome: Outcome | None = Field(
        default=None, strict=False, description="Отметить итог визита: " + ", ".join(BY_WEIGHT)
    )
    next: Label | None = Field(
        default=None, description="Если в этом звонке есть ещё визит, взяться за него и пойти сюда"
    )

    @field_validator("outcome")
    @classmethod
    def _of_a_visit(cls, value: Outcome | None) -> Outcome | None:
        if value is not None and value not in BY_WEIGHT:
            raise PydanticCustomError(
                "outcome", "у визита не бывает такого итога; итоги: {known}", {"known": ", ".join(BY_WEIGHT)}
            )
        return value


class Step(StepBase):
    """Отметить итог визита и перейти к следующему визиту пациента."""

    visit: Visit

    falls_through: ClassVar[bool] = True

    def enter(self, talk: Talk) -> Next:
        visits = talk.facts.visits
        if self.visit.outcome:
            talk.visit_outcomes[visits[talk.visit].reference] = self.visit.outcome
        if self.visit.next and talk.visit + 1 < len(visits):
            talk.visit += 1
            talk.branch = "next"
            return self.visit.next
        return self.go

    def exits(self) -> Iterator[Exit]:
        if self.visit.next:
            yield Exit("next", "есть ещё визит", self.visit.next)
        if self.go:
            yield Exit("go", "визитов больше нет" if self.visit.next else "", self.go)
