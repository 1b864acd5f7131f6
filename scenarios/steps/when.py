"""`when: [{fact, is, go}, …]` — branch on what is known; the first condition that holds is taken."""

from collections.abc import Iterator

from pydantic import Field

from scenarios.facts import Facts
from scenarios.schema import Exit, Label, Model, Next, StepBase
from scenarios.talk import Talk


class Condition(Model):
    """Одно условие."""

    fact: str = Field(description="Сведение: language, sex, age_group, branch, visits, preparation, answer.…")
    is_: str | list[str] | None = Field(
        default=None, alias="is", description="Каким должно быть; без этого — просто известно"
    )
    go: Label = Field(description="Куда идти, если условие верно")

    def holds(self, value: str) -> bool:
        if self.is_ is None:
            return bool(value)
        wanted = [self.is_] if isinstance(self.is_, str) else self.is_
        return value.casefold() in (item.casefold() for item in wanted)

    @property
    def caption(self) -> str:
        if self.is_ is None:
            return f"{self.fact} известно"
        return f"{self.fact}: " + ", ".join([self.is_] if isinstance(self.is_, str) else self.is_)


class Step(StepBase):
    """Ветвление по сведениям о пациенте, визите и ответах."""

    when: list[Condition] = Field(min_length=1)

    def enter(self, talk: Talk) -> Next:
        for index, condition in enumerate(self.when):
            if condition.holds(self._value(talk, condition.fact)):
                talk.branch = str(index + 1)
                return condition.go
        return self.go

    def _value(self, talk: Talk, fact: str) -> str:
        if fact.startswith("answer."):
            return talk.results.get(fact.removeprefix("answer."), "")
        if fact.startswith("tag."):
            return "yes" if fact.removeprefix("tag.") in talk.tags else ""
        return talk.facts.condition(fact, talk.visit)

    def targets(self, facts: Facts | None) -> tuple[str, ...]:
        everywhere = super().targets(facts)
        if facts is None or any(_of_the_call(condition.fact) for condition in self.when):
            return everywhere
        return tuple(self._target(facts, visit) for visit in range(len(facts.visits)))

    def _target(self, facts: Facts, visit: int) -> str:
        for condition in self.when:
            if condition.holds(facts.condition(condition.fact, visit)):
                return condition.go
        return self.go or ""

    def exits(self) -> Iterator[Exit]:
        for index, condition in enumerate(self.when):
            yield Exit(str(index + 1), condition.caption, condition.go)
        if self.go:
            yield Exit("go", "иначе", self.go)


def _of_the_call(fact: str) -> bool:
    return fact.startswith(("answer.", "tag."))
