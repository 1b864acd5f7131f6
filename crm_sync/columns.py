"""Which column of a table holds what: by configuration, else by the headers that clinics use."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from calls.errors import BadInput


class Field(StrEnum):
    """What a column may hold; the names are the keys of `columns:` in the configuration."""

    REFERENCE = "reference"
    PATIENT = "patient"
    NAME = "name"
    SURNAME = "surname"
    FIRST_NAME = "first_name"
    PATRONYMIC = "patronymic"
    PHONE = "phone"
    START = "start"
    DATE = "date"
    TIME = "time"
    DOCTOR = "doctor"
    SPECIALITY = "speciality"
    BRANCH = "branch"
    ADDRESS = "address"
    SERVICE = "service"
    PREPARATION = "preparation"
    FIRST_VISIT = "first_visit"
    SEX = "sex"
    BORN = "born"
    LANGUAGE = "language"
    ZONE = "zone"
    WISH = "wish"
    STATUS = "status"
    TAKEN = "taken"


HEADERS: Mapping[Field, tuple[str, ...]] = {
    Field.REFERENCE: (
        *("номер записи", "№ записи", "код записи", "ид записи", "id записи", "запись", "номер приема"),
        *("appointment id", "appointment", "reference", "id", "№"),
    ),
    Field.PATIENT: (
        *("номер карты", "№ карты", "карта", "медкарта", "номер медкарты", "код пациента", "id пациента"),
        *("patient id", "patient reference"),
    ),
    Field.NAME: (
        *("пациент", "фио", "фио пациента", "ф и о", "имя пациента", "клиент"),
        *("patient name", "full name", "patient", "name"),
    ),
    Field.SURNAME: ("фамилия", "last name", "surname"),
    Field.FIRST_NAME: ("имя", "first name"),
    Field.PATRONYMIC: ("отчество", "middle name", "patronymic"),
    Field.PHONE: (
        *("телефон", "телефон пациента", "мобильный телефон", "номер телефона", "контактный телефон"),
        *("мобильный", "сотовый", "тел", "phone", "phone number", "mobile", "mobile phone"),
    ),
    Field.START: (
        *("дата и время", "дата и время приема", "дата время", "начало", "начало приема"),
        *("starts at", "start", "date and time", "date time", "datetime"),
    ),
    Field.DATE: ("дата приема", "дата визита", "дата", "день", "appointment date", "visit date", "date"),
    Field.TIME: (
        *("время приема", "время визита", "время начала", "время"),
        *("appointment time", "visit time", "start time", "time"),
    ),
    Field.DOCTOR: ("врач", "доктор", "фио врача", "специалист", "doctor"),
    Field.SPECIALITY: ("специальность", "специализация", "должность", "speciality", "specialty"),
    Field.BRANCH: ("филиал", "клиника", "отделение", "подразделение", "branch", "clinic", "location"),
    Field.ADDRESS: ("адрес", "адрес филиала", "адрес клиники", "address"),
    Field.SERVICE: ("услуга", "услуги", "процедура", "service"),
    Field.PREPARATION: ("подготовка", "как подготовиться", "preparation"),
    Field.FIRST_VISIT: (
        *("первичный", "первичный приём", "первичный прием", "первый визит", "первично"),
        *("first visit", "new patient"),
    ),
    Field.SEX: ("пол", "sex", "gender"),
    Field.BORN: ("дата рождения", "д р", "др", "date of birth", "birth date", "birthdate", "born"),
    Field.LANGUAGE: ("язык", "язык общения", "language"),
    Field.ZONE: ("часовой пояс", "пояс", "time zone", "timezone", "zone"),
    Field.WISH: (
        *("связь", "способ связи", "желаемая связь", "предпочтительная связь"),
        *("contact", "contact preference", "wish"),
    ),
    Field.STATUS: ("статус", "статус записи", "состояние", "status"),
    Field.TAKEN: ("занято", "кем занято", "бронь", "taken", "booked"),
}

_LOOKS_LIKE = 0.75


@dataclass(frozen=True, slots=True)
class Columns:
    """The place of each field that the table has, and the header it stands under."""

    places: Mapping[Field, int]
    headers: Mapping[Field, str]

    @classmethod
    def of(cls, headers: Sequence[str], names: Mapping[Field, Sequence[str]]) -> "Columns":
        """Configured names win; the others are found by the usual headers. Nothing is required here."""
        plain = [normalised(header) for header in headers]
        places: dict[Field, int] = {}
        for field in Field:
            wanted = [normalised(name) for name in names.get(field, HEADERS[field])]
            found = next((plain.index(name) for name in wanted if name in plain), None)
            if found is not None:
                places[field] = found
        return cls(places, {field: headers[place] for field, place in places.items()})

    def pick(self, cells: Sequence[str]) -> dict[Field, str]:
        """The row's cells by field; what is missing at its end is empty."""
        return {field: cells[place] if place < len(cells) else "" for field, place in self.places.items()}

    def has(self, *fields: Field) -> bool:
        return all(field in self.places for field in fields)

    @property
    def missing_for_visits(self) -> tuple[Field, ...]:
        """What a table of visits lacks: each needs a phone and a time."""
        missing = () if self.has(Field.PHONE) else (Field.PHONE,)
        return missing + self.missing_for_times

    @property
    def missing_for_times(self) -> tuple[Field, ...]:
        if self.has(Field.START) or self.has(Field.DATE):
            return ()
        return (Field.DATE,)


def normalised(header: str) -> str:
    """Case, ё, punctuation and spaces do not matter; nor do underscores."""
    plain = header.strip().lower().replace("ё", "е")
    return " ".join(re.sub(r"[^\w№]|_", " ", plain).split())


def refuse_missing(
    source: str, headers: Sequence[str], missing: Sequence[Field], names: Mapping[Field, Sequence[str]]
) -> None:
    """BadInput that names what is missing; of the file it quotes only headers that look like one it knows."""
    absent = [
        (field, name)
        for field, given in names.items()
        for name in given
        if normalised(name) not in {normalised(header) for header in headers}
    ]
    if not missing and not absent:
        return
    wanted = list(dict.fromkeys(field for field, _ in absent)) or list(missing)
    suggestions = [text for field in wanted for text in _suggest(field, headers)]
    if absent:
        message = f"{source}: нет столбца «{absent[0][1]}»"
    else:
        message = f"{source}: нет столбца для {' и '.join(missing)}"
    examples = "; ".join(f"{field}: {HEADERS[field][0]!r}" for field in wanted)
    raise BadInput(
        message + "".join(suggestions) + ".",
        hint=f"Есть ли заголовки? Назовите столбцы в `crm: columns:`, например {{{examples}}}.",
    )


def _suggest(field: Field, headers: Sequence[str]) -> list[str]:
    known = HEADERS[field]
    return [
        f" (может быть, «{header}»?)"
        for header in headers
        if difflib.get_close_matches(normalised(header), known, n=1, cutoff=_LOOKS_LIKE)
    ][:1]
