"""What is known of one call before it begins: patient, visits, clinic; and how it is spoken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from calls.appointment import Appointment, Patient
from calls.errors import BadInput, ZvonarError
from calls.reminder import Reminder
from scenarios.text import SLOT, SlotName, slots_of
from tts.spoken import Person, SpokenForms, check_speakable, spoken_forms

CHILD_UNTIL = 18  # years
ELDERLY_FROM = 65
UNKNOWN = "—"

# Slot → (kind of spoken form, style when none is asked for, what it is, for people)
FIXED_SLOTS: Mapping[str, tuple[str, str, str]] = {
    "patient.name": ("person", "polite", "имя и отчество пациента"),
    "patient.full_name": ("person", "full", "фамилия, имя и отчество пациента"),
    "visit.date": ("date", "relative", "день визита: «завтра, в среду, третьего марта»"),
    "visit.time": ("time", "hours", "час визита: «в девять часов»"),
    "visit.branch": ("text", "", "филиал"),
    "visit.address": ("address", "", "адрес филиала"),
    "visit.service": ("text", "", "услуга"),
    "visit.preparation": ("text", "", "подготовка к визиту"),
    "doctor": ("person", "full", "врач; падеж: {doctor:dative}"),
    "speciality": ("speciality", "", "специальность врача; падеж: {speciality:dative}"),
    "visits.count": ("number", "masculine", "сколько визитов в этом звонке"),
}
# Known only once the call is under way.
CALL_SLOTS: Mapping[str, tuple[str, str, str]] = {
    "offer.number": ("number", "masculine", "номер предложенного варианта"),
    "offer.date": ("date", "plain", "день предложенного времени"),
    "offer.time": ("time", "hours", "час предложенного времени"),
    "offer.doctor": ("person", "full", "врач предложенного времени"),
    "callback.date": ("date", "relative", "день, когда просили перезвонить"),
    "callback.time": ("time", "hours", "час, когда просили перезвонить"),
}
CLINIC_KINDS: Mapping[str, str] = {"phone": "phone", "address": "address"}
CONDITIONS = {
    "language": "язык пациента",
    "sex": "пол: male, female",
    "age_group": "возраст: child, adult, elderly",
    "branch": "филиал",
    "service": "услуга",
    "speciality": "специальность врача",
    "doctor": "врач",
    "visits": "сколько визитов в звонке: one, several",
    "preparation": "текст подготовки",
    "first_visit": "первый ли это визит: yes, no",
    "weekday": "день недели визита: monday … sunday",
}

VALUES: Mapping[str, tuple[str, ...]] = {
    "sex": ("male", "female"),
    "age_group": ("child", "adult", "elderly"),
    "visits": ("one", "several"),
    "first_visit": ("yes", "no"),
    "weekday": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
}


class MissingFact(ZvonarError):
    """A text needs something that is not known of this call."""

    def __init__(self, slot: str) -> None:
        super().__init__(f"не известно: {{{slot}}}", hint="Добавьте сведение в CRM или в настройки клиники.")
        self.slot = slot


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic as patients hear of it. `facts` answer their questions: name, phone, address, price …"""

    facts: Mapping[str, str] = field(default_factory=dict)
    zone: str = "Europe/Moscow"
    operator: str = ""
    pronunciation: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class Facts:
    """Everything a scenario may say or ask about before the first word is spoken. Never shows in `repr`."""

    reminder: Reminder
    clinic: Clinic
    language: str
    now: datetime
    zone: ZoneInfo
    forms: SpokenForms

    @classmethod
    def of(cls, reminder: Reminder, clinic: Clinic, language: str, now: datetime) -> "Facts":
        """Facts of a reminder; times are spoken in the clinic's zone, for that is where the visit is."""
        forms = spoken_forms(language)
        with_pronunciation = getattr(forms, "with_pronunciation", None)
        if clinic.pronunciation and with_pronunciation:
            forms = with_pronunciation(clinic.pronunciation)
        return cls(reminder, clinic, language, now, ZoneInfo(clinic.zone), forms)

    @property
    def visits(self) -> tuple[Appointment, ...]:
        return self.reminder.appointments

    def fill(self, variant: str, visit: int = 0, extra: Mapping[str, object] | None = None) -> str:
        """The text with every slot spoken; MissingFact names the first one that is not known."""
        text = variant
        for slot in slots_of(variant):
            written = "{" + slot.name + (f":{slot.case}" if slot.case else "")
            written += (f"|{slot.style}" if slot.style else "") + "}"
            text = text.replace(written, self.spoken(slot, visit, extra or {}))
        return _sentence(text)

    def write(self, variant: str, visit: int = 0, extra: Mapping[str, object] | None = None) -> str:
        """The text with every slot as people write it: 03.03.2027, 9:05; what is not known is a dash."""
        known = extra or {}
        return SLOT.sub(lambda match: self._written(match["name"], visit, known), variant)

    def can_write(self, variant: str, visit: int, extra: Mapping[str, object]) -> bool:
        """Whether every slot of a written text has a value."""
        return all(self._written(slot.name, visit, extra) != UNKNOWN for slot in slots_of(variant))

    def _written(self, name: str, visit: int, extra: Mapping[str, object]) -> str:
        value = extra[name] if name in extra else self.value(name, visit)
        if isinstance(value, datetime):
            local = value.astimezone(self.zone)
            return f"{local:%d.%m.%Y}" if name.endswith(".date") else f"{local.hour}:{local:%M}"
        if isinstance(value, Person | Patient):
            return value.name
        return str(value) if value not in (None, "") else UNKNOWN

    def spoken(self, slot: SlotName, visit: int, extra: Mapping[str, object]) -> str:
        """One slot in words."""
        value = extra[slot.name] if slot.name in extra else self.value(slot.name, visit)
        if value is None or value == "":
            raise MissingFact(slot.name)
        try:
            kind, style = slot_kind(slot.name)
            words = self.forms.slot(kind, value, slot.style or style, slot.case, now=self.now, zone=self.zone)
            check_speakable(words, self.language)
        except ZvonarError as error:
            raise MissingFact(slot.name) from error
        return words

    def value(self, name: str, visit: int = 0) -> object:
        """The raw value behind a slot; None where nothing is known."""
        appointment = self.visits[min(visit, len(self.visits) - 1)]
        if name.startswith("clinic."):
            return self.clinic.facts.get(name.removeprefix("clinic."))
        values: dict[str, object] = {
            "patient.name": appointment.patient,
            "patient.full_name": appointment.patient,
            "visit.date": appointment.starts_at,
            "visit.time": appointment.starts_at,
            "visit.branch": appointment.branch,
            "visit.address": appointment.address or self.clinic.facts.get("address", ""),
            "visit.service": appointment.service,
            "visit.preparation": appointment.preparation,
            "doctor": Person(appointment.doctor) if appointment.doctor else None,
            "speciality": appointment.speciality,
            "visits.count": len(self.visits),
        }
        return values.get(name)

    def condition(self, name: str, visit: int = 0) -> str:
        """The value a `when` step compares; empty where nothing is known."""
        appointment = self.visits[min(visit, len(self.visits) - 1)]
        local = appointment.starts_at.astimezone(self.zone)
        if name.startswith("clinic."):
            return self.clinic.facts.get(name.removeprefix("clinic."), "")
        return {
            "language": self.language,
            "sex": appointment.patient.sex.value if appointment.patient.sex else "",
            "age_group": _age_group(appointment.patient.born, local.date()),
            "branch": appointment.branch,
            "service": appointment.service,
            "speciality": appointment.speciality,
            "doctor": appointment.doctor,
            "visits": "several" if len(self.visits) > 1 else "one",
            "preparation": appointment.preparation,
            "first_visit": _yes_no(appointment.first_visit),
            "weekday": local.strftime("%A").lower(),
        }.get(name, "")


def slot_kind(name: str) -> tuple[str, str]:
    """The kind of spoken form behind a slot and its usual style; BadInput for an unknown slot."""
    if name.startswith("clinic."):
        return CLINIC_KINDS.get(name.removeprefix("clinic."), "text"), ""
    if name.startswith("answer."):
        return "text", ""
    known = FIXED_SLOTS.get(name) or CALL_SLOTS.get(name)
    if known is None:
        raise BadInput(f"неизвестная вставка {{{name}}}")
    return known[0], known[1]


def known_in_call_only(name: str) -> bool:
    """Whether the slot gets its value from what happens in the call."""
    return name in CALL_SLOTS or name.startswith("answer.")


def language_of(languages: tuple[str, ...], reminder: Reminder) -> str:
    """The patient's language where the scenario speaks it, else the scenario's main one."""
    wanted = reminder.appointments[0].patient.language
    return wanted if wanted in languages else languages[0]


def _yes_no(known: bool | None) -> str:
    return "" if known is None else "yes" if known else "no"


def _age_group(born: date | None, day: date) -> str:
    if born is None:
        return ""
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return "child" if years < CHILD_UNTIL else "elderly" if years >= ELDERLY_FROM else "adult"


def _sentence(text: str) -> str:
    """A slot at the beginning of a text begins with a capital letter."""
    return text[:1].upper() + text[1:]
