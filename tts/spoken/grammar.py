"""The grammatical terms that slots are asked for, common to all languages."""

from dataclasses import dataclass, field
from enum import StrEnum

from calls.appointment import Patient, Sex
from tts.errors import UnknownForm


class Case(StrEnum):
    """The grammatical cases of Russian; other languages take any of them and change nothing."""

    NOMINATIVE = "nominative"
    GENITIVE = "genitive"
    DATIVE = "dative"
    ACCUSATIVE = "accusative"
    INSTRUMENTAL = "instrumental"
    PREPOSITIONAL = "prepositional"


class Gender(StrEnum):
    """The grammatical gender that a numeral agrees with."""

    MASCULINE = "masculine"
    FEMININE = "feminine"
    NEUTER = "neuter"


@dataclass(frozen=True, slots=True)
class Person:
    """A name «Фамилия Имя Отчество» with the sex, where somebody knows it."""

    name: str = field(repr=False)
    sex: Sex | None = None

    @classmethod
    def of(cls, value: object) -> "Person":
        """A person from a name or a patient; UnknownForm for anything else."""
        if isinstance(value, Person):
            return value
        if isinstance(value, Patient):
            return cls(value.name, value.sex)
        if isinstance(value, str):
            return cls(value)
        raise UnknownForm(f"имя не может быть типа {type(value).__name__}")


def case_of(name: str | None, default: Case = Case.NOMINATIVE) -> Case:
    """The case of that name; UnknownForm lists the cases there are."""
    if not name:
        return default
    try:
        return Case(name)
    except ValueError:
        raise UnknownForm(f"падежа «{name}» нет", hint="Есть: " + ", ".join(Case)) from None
