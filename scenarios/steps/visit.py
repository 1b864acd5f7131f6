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

    outcome: Outcome = Field(strict=False, description="Итог визита: " + ", ".join(BY_WEIGHT))
    next: Label = Field(description="Куда идти, если в этом звонке есть ещё визит")

    @field_validator("outcome")
    @classmethod
    def _of_a_visit(cls, value: Outcome) -> Outcome:
        if value not in BY_WEIGHT:
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
        talk.visit_outcomes[visits[talk.visit].reference] = self.visit.outcome
        if talk.visit + 1 < len(visits):
            talk.visit += 1
            talk.branch = "next"
            return self.visit.next
        return self.go

    def exits(self) -> Iterator[Exit]:
        yield Exit("next", "есть ещё визит", self.visit.next)
        if self.go:
            yield Exit("go", "визитов больше нет", self.go)
