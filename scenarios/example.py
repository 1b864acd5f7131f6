"""A made-up call for trials, tests and rehearsals; everything in it can be changed in YAML."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from calls.appointment import Appointment, Patient, Sex
from calls.reminder import Reminder
from calls.slot import Slot
from scenarios.facts import Clinic, Facts, language_of
from scenarios.schema import Model, Scenario

NOBODYS_PHONE = "+70000000000"


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _iso_date(value: Any) -> Any:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise PydanticCustomError("day", 'день пишется так: "1950-01-31"') from None


def _moment(value: Any) -> Any:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise PydanticCustomError("moment", 'время пишется так: "2027-03-02 09:00"') from None


Text_ = Annotated[str, BeforeValidator(_text)]
Day = Annotated[date, BeforeValidator(_iso_date)]
Moment = Annotated[datetime, BeforeValidator(_moment)]


class ExamplePatient(Model):
    """Пациент."""

    name: str = "Кузнецова Анна Сергеевна"
    sex: Sex | None = Field(default=None, strict=False)
    born: Day | None = None
    language: str = "ru"


class ExampleVisit(Model):
    """Визит; время местное."""

    at: Moment = Field(description="Местное время: 2027-03-02 09:00")
    doctor: str = "Иванов Пётр Сергеевич"
    speciality: str = "терапевт"
    branch: str = "Центральный"
    address: str = "ул. Садовая, д. 5"
    service: str = "приём терапевта"
    preparation: str = ""
    first_visit: bool | None = None


class ExampleSlot(Model):
    """Свободное время; местное."""

    at: Moment
    doctor: str = "Иванов Пётр Сергеевич"
    taken: bool = Field(default=False, description="Кто-то успеет занять его раньше")


class Example(Model):
    """Всё, что известно о примерном звонке."""

    now: Moment = Field(default=datetime(2027, 3, 1, 10, 0), description="Местное время звонка")
    zone: str = "Europe/Moscow"
    patient: ExamplePatient = Field(default_factory=ExamplePatient)
    visits: list[ExampleVisit] = Field(
        default_factory=lambda: [ExampleVisit(at=datetime(2027, 3, 2, 9, 0))], min_length=1
    )
    clinic: dict[str, Text_] = Field(
        default_factory=lambda: {
            "name": "Ромашка",
            "phone": "+7 495 000-00-00",
            "price": "Приём терапевта стоит две тысячи рублей.",
            "documents": "Возьмите с собой паспорт и полис.",
        }
    )
    operator: Text_ = Field(default="", description="Номер оператора; пусто — переводить некому")
    slots: list[ExampleSlot] = Field(
        default_factory=lambda: [
            ExampleSlot(at=datetime(2027, 3, day, hour, minute))
            for day, hour, minute in ((3, 10, 0), (4, 12, 30), (5, 17, 0), (9, 9, 0), (10, 18, 30))
        ]
    )

    @field_validator("zone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise PydanticCustomError("zone", "такого часового пояса нет; бывает Europe/Moscow") from None
        return value

    @property
    def began_at(self) -> datetime:
        return self._aware(self.now)

    def facts_for(self, scenario: Scenario) -> Facts:
        """Facts as the campaign would hand them to the dialogue."""
        reminder = self.reminder(scenario.name)
        language = language_of(scenario.languages, reminder)
        clinic = Clinic(facts=self.clinic_in(language), zone=self.zone, operator=self.operator)
        return Facts.of(reminder, clinic, language, self.began_at)

    def reminder(self, scenario: str) -> Reminder:
        who = self.patient
        patient = Patient("example", who.name, who.sex, who.born, who.language)
        visits = tuple(
            Appointment(
                f"visit-{number}",
                patient,
                NOBODYS_PHONE,
                self._aware(visit.at),
                visit.doctor,
                visit.speciality,
                visit.branch,
                visit.address,
                visit.service,
                visit.preparation,
                visit.first_visit,
            )
            for number, visit in enumerate(self.visits, 1)
        )
        return Reminder("example", "example", scenario, visits)

    def free_slots(self) -> tuple[tuple[Slot, bool], ...]:
        """Slots, each with whether booking it fails."""
        return tuple(
            (Slot(f"slot-{number}", self._aware(slot.at), slot.doctor), slot.taken)
            for number, slot in enumerate(self.slots, 1)
        )

    def clinic_in(self, language: str) -> dict[str, str]:
        """The clinic's facts; an example in another language has its own."""
        if language == "ru" or "clinic" in self.model_fields_set:
            return self.clinic
        return _ENGLISH_CLINIC

    def _aware(self, moment: datetime) -> datetime:
        local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(self.zone))
        return local.astimezone(UTC)


_ENGLISH_CLINIC = {
    "name": "Camomile Clinic",
    "price": "The visit costs thirty pounds.",
    "documents": "Please bring your insurance card.",
}
ENGLISH = Example(
    patient=ExamplePatient(name="Anna Smith", sex=Sex.FEMALE, language="en"),
    visits=[
        ExampleVisit(
            at=datetime.combine(date(2027, 3, 1) + timedelta(days=1), time(9)),
            doctor="John Brown",
            speciality="general practitioner",
            branch="Central",
            address="Garden Street",
            service="consultation",
        )
    ],
)
BASES: Mapping[str, Example] = {"ru": Example(), "en": ENGLISH}


def example_with(changes: dict[str, Any], language: str = "ru") -> Example:
    """The example call with some facts changed; ValidationError for facts that do not exist."""
    base = BASES[language].model_dump()
    visit = base["visits"][0]
    merged = _merged(base, changes)
    if isinstance(changes.get("visits"), list):
        merged["visits"] = [_merged(visit, item) for item in changes["visits"]]
    if language == "en" and "clinic" not in changes:
        merged["clinic"] = BASES["en"].clinic_in("en")
    return Example.model_validate(merged)


def _merged(base: dict[str, Any], changes: Any) -> Any:
    if not isinstance(changes, dict):
        return changes
    both = dict(base)
    for key, value in changes.items():
        inner = base.get(key)
        both[key] = _merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return both
