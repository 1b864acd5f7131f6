"""The shape of a scenario file; its JSON Schema is published for editors."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from scenarios.exchange import DialogueEvent
from scenarios.text import LANGUAGE, Text
from scenarios.understanding import Meaning, Topic

if TYPE_CHECKING:
    from scenarios.facts import Facts
    from scenarios.talk import Talk

LABEL = re.compile(r"[^\W\d]\w*", re.UNICODE)
RANGE = re.compile(r"(\d{1,4})(?:\s*-\s*(\d{1,4}))?")
KEYS = "0123456789*#"

Label = Annotated[str, StringConstraints(pattern=rf"^{LABEL.pattern}$", max_length=60)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Key = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9*#]$"),
    BeforeValidator(lambda value: str(value) if type(value) is int else value),
    WithJsonSchema(
        {
            "description": "Клавиша телефона, которая значит то же самое",
            "anyOf": [
                {"type": "string", "pattern": "^[0-9*#]$"},
                {"type": "integer", "minimum": 0, "maximum": 9},
            ],
        }
    ),
]

ALWAYS_EXTRA = ("unclear", "silence", "hearing_lost")
ANSWER_EXTRA = ("date", "number", "anything")


class Model(BaseModel):
    """Nothing unknown is accepted, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Body(Model):
    """What stands behind a key; where `short` names a field, a bare text stands for that field alone."""

    short: ClassVar[str] = ""

    @model_validator(mode="before")
    @classmethod
    def _from_bare_text(cls, value: Any) -> Any:
        bare = isinstance(value, str | list) or (
            isinstance(value, dict) and value.keys().isdisjoint(cls.model_fields) and _by_language(value)
        )
        return {cls.short: value} if cls.short and bare else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        full = handler.resolve_ref_schema(handler(schema))
        if not cls.short:
            return full
        bare = full["properties"][cls.short]
        return {"anyOf": [bare, full]}


class Answer(Body):
    """Where an answer leads. In YAML a bare label is enough: `confirm: thanks`."""

    short: ClassVar[str] = "go"

    go: Label = Field(description="Шаг, к которому ведёт ответ")
    key: Key | None = Field(default=None, description="Клавиша телефона, которая значит то же самое")
    say: Text | None = Field(default=None, description="Что сказать перед переходом")
    tag: Word | None = Field(default=None, description="Метка, с которой разговор попадёт в отчёт и в CRM")


@dataclass(frozen=True, slots=True)
class Resume:
    """Come back to a step that waits: with its whole text, or in silence with patience, or briefly."""

    label: str
    whole: bool = False
    patience_s: float = 0.0


Next = str | Resume | None


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a step: `name` is the answer's name in the file, `caption` its name for people."""

    name: str
    caption: str
    target: str


class StepBase(Model):
    """A step of a scenario. Its kind is the name of its module and of its key in the file."""

    falls_through: ClassVar[bool] = True
    waits: ClassVar[bool] = False

    go: Label | None = Field(default=None, description="Следующий шаг; без него — тот, что записан ниже")

    @property
    def kind(self) -> str:
        return type(self).__module__.rpartition(".")[2]

    def enter(self, talk: "Talk") -> Next:
        """Do what the step does; the next label, or None to wait for an event (or when all is over)."""
        raise NotImplementedError

    def hear(self, talk: "Talk", event: DialogueEvent) -> Next:
        """What happened while the step waited; the next label, or None to wait on."""
        return None

    def resume(self, talk: "Talk", how: Resume) -> Next:
        """Come back from a side question; shorter than entering anew."""
        return self.enter(talk)

    def exits(self) -> Iterator[Exit]:
        """Every label this step may lead to by itself, global intents left out."""
        if self.go and self.falls_through:
            yield Exit("go", "", self.go)

    def targets(self, facts: "Facts | None") -> tuple[str, ...]:
        """The labels this step may lead to, narrowed by the facts of one call where there are any."""
        return tuple(exit_.target for exit_ in self.exits())

    def texts(self) -> Iterator[tuple[str, Text]]:
        """Every spoken text with the path of its place in the file."""
        yield from ()

    def notes(self) -> Iterator[tuple[str, Text]]:
        """Texts that are written, not spoken (tasks, messages), with their places."""
        yield from ()

    def answers_expected(self) -> dict[str, Answer]:
        return {}


class Limits(Model):
    """When the robot gives up and hands over to a person."""

    misunderstandings: int = Field(
        default=3, ge=1, le=5, description="Сколько раз подряд можно не понять ответ"
    )
    silences: int = Field(default=3, ge=1, le=5, description="Сколько раз подряд можно промолчать")
    turns: int = Field(
        default=30, ge=5, le=100, description="Сколько всего реплик пациента допускает разговор"
    )


class Scenario(Model):
    """One conversation, checked and ready to be carried on."""

    name: str
    title: str
    about: str
    languages: tuple[str, ...]
    start: str
    always: dict[str, Answer]
    phrases: dict[str, dict[str, tuple[str, ...]]]
    limits: Limits
    steps: dict[str, StepBase]
    own: frozenset[str]

    @property
    def main_language(self) -> str:
        return self.languages[0]


class ScenarioFile(Model):
    """A scenario as it is written; steps are read by the module of their kind."""

    scenario: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)] = Field(
        description="Имя сценария латиницей: confirm-visit"
    )
    title: Annotated[str, StringConstraints(min_length=1, max_length=120)] = Field(
        description="Название для людей: «Подтверждение визита»"
    )
    about: str = Field(default="", description="Для чего сценарий")
    languages: list[Annotated[str, StringConstraints(pattern=f"^{LANGUAGE.pattern}$")]] = Field(
        default=["ru"], min_length=1, description="Языки сценария; первый — основной"
    )
    uses: list[Label] = Field(
        default=["everyday"], description="Общие части: everyday («кто это?», «повторите», оператор …)"
    )
    start: Label | None = Field(default=None, description="С какого шага начать; без него — с первого")
    always: dict[str, Answer] = Field(
        default_factory=dict, description="Что бы ни спросил робот: operator, repeat, do_not_call …"
    )
    phrases: dict[str, dict[str, list[str]]] = Field(
        default_factory=dict, description="Свои выражения пациентов: {ru: {confirm: [«как штык»]}}"
    )
    limits: Limits = Field(default_factory=Limits, description="Когда позвать человека")
    steps: dict[str, Any] = Field(min_length=1, description="Шаги по порядку: имя шага и что он делает")


class SharedFile(Model):
    """Steps and global intents that many scenarios use."""

    part: Label
    about: str = ""
    always: dict[str, Answer] = Field(default_factory=dict)
    steps: dict[str, Any] = Field(default_factory=dict)


def _by_language(value: dict[Any, Any]) -> bool:
    """Whether a dictionary is a text in several languages, not a step's body."""
    return bool(value) and all(isinstance(key, str) and LANGUAGE.fullmatch(key) for key in value)


def answer_names() -> tuple[str, ...]:
    """Everything that may stand as an answer's name, numbers and ranges left out."""
    topics = tuple(f"question.{topic}" for topic in Topic)
    return (*(meaning.value for meaning in Meaning if meaning is not Meaning.UNCLEAR), *topics, *ANSWER_EXTRA)


def number_range(name: str) -> range | None:
    """The numbers an answer name such as `7` or `0-6` stands for; None for any other name."""
    match = RANGE.fullmatch(name)
    if not match:
        return None
    first = int(match[1])
    return range(first, int(match[2] or first) + 1)
