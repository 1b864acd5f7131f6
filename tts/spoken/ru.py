"""The spoken forms of Russian."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from calls.appointment import Sex
from tts.errors import UnknownForm
from tts.spoken import ru_addresses, ru_dates, ru_names, ru_numbers
from tts.spoken.dictionary import PronunciationDictionary
from tts.spoken.grammar import Case, Gender, Person, case_of
from tts.spoken.values import day_of, time_of, whole_number

# Abbreviations that every clinic uses, as people say them.
ABBREVIATIONS = PronunciationDictionary(
    {
        "УЗИ": "узи",
        "МРТ": "эм эр тэ",
        "КТ": "ка тэ",
        "МСКТ": "эм эс ка тэ",
        "ЭКГ": "э ка гэ",
        "ЭЭГ": "э э гэ",
        "ЭХО-КГ": "эхо ка гэ",
        "ЭхоКГ": "эхо ка гэ",
        "ФГДС": "эф гэ дэ эс",
        "ЭГДС": "э гэ дэ эс",
        "ФГС": "эф гэ эс",
        "ЛФК": "эл эф ка",
        "ЛОР": "лор",
        "ПЦР": "пэ цэ эр",
        "ВИЧ": "вич",
        "ОАК": "общий анализ крови",
        "ОАМ": "общий анализ мочи",
        "ОМС": "о эм эс",
        "ДМС": "дэ эм эс",
        "СНИЛС": "снилс",
        "ОРВИ": "о эр вэ и",
        "УВЧ": "у вэ че",
        "УЗДГ": "у зэ дэ гэ",
        "ХМ-ЭКГ": "холтер",
        "СМАД": "смад",
        "ЭКО": "эко",
        "ООО": "о о о",
        "и т.д.": "и так далее",
        "т.е.": "то есть",
    }
)

Say = Callable[[object, str, str | None, datetime, ZoneInfo], str]


class RussianForms:
    """Implements `tts.spoken.SpokenForms`; `pronunciation` is the clinic's own dictionary."""

    speakable = re.compile(r"[А-Яа-яЁё\u0301+\s.,!?;:…«»\"()–—-]")
    styles: Mapping[str, tuple[str, ...]] = {
        "date": ru_dates.DATE_STYLES,
        "time": ru_dates.TIME_STYLES,
        "person": ru_names.PERSON_STYLES,
        "speciality": ("",),
        "number": ("masculine", "feminine", "neuter"),
        "ordinal": ("masculine", "feminine", "neuter"),
        "money": ("",),
        "phone": ("",),
        "digits": ("",),
        "address": ("",),
        "text": ("",),
    }

    def __init__(self, pronunciation: Mapping[str, str] | None = None) -> None:
        self._spoken = ABBREVIATIONS.with_entries(pronunciation or {})
        self._kinds: dict[str, Say] = {
            "date": self._date_slot,
            "time": self._time_slot,
            "person": self._person_slot,
            "speciality": lambda value, style, case, now, zone: self.speciality(str(value), case),
            "number": self._number_slot,
            "ordinal": self._ordinal_slot,
            "money": lambda value, style, case, now, zone: ru_numbers.money(value, case_of(case)),
            "phone": lambda value, style, case, now, zone: ru_numbers.phone(value),
            "digits": lambda value, style, case, now, zone: ru_numbers.digit_by_digit(value),
            "address": lambda value, style, case, now, zone: self._spoken(
                ru_addresses.address_words(self._spoken(str(value)))
            ),
            "text": lambda value, style, case, now, zone: self._spoken(str(value)),
        }

    def with_pronunciation(self, entries: Mapping[str, str]) -> "RussianForms":
        """The same forms with a clinic's dictionary."""
        return RussianForms(entries)

    def slot(
        self,
        kind: str,
        value: object,
        style: str = "",
        case: str | None = None,
        *,
        now: datetime,
        zone: ZoneInfo,
    ) -> str:
        if kind not in self._kinds:
            raise UnknownForm(f"подстановки вида «{kind}» нет", hint="Есть: " + ", ".join(self._kinds))
        known = self.styles[kind]
        if style and style not in known:
            raise UnknownForm(
                f"у подстановки «{kind}» нет вида «{style}»",
                hint="Есть: " + ", ".join(name for name in known if name),
            )
        if value is None or value == "":
            raise UnknownForm(f"для подстановки «{kind}» нет значения")
        return self._kinds[kind](value, style or known[0], case, now, zone)

    def date(self, day: date, now_day: date, relative: bool = True) -> str:
        return ru_dates.date_words(day, now_day, "relative" if relative else "plain")

    def time(self, at: time, style: str = "") -> str:
        return ru_dates.time_words(at, style or "exact")

    def person(
        self,
        name: str,
        case: str | None = None,
        sex: Sex | None = None,
        style: str = "",
        initials: bool = False,
    ) -> str:
        return ru_names.person_words(name, case_of(case), sex, style or "full", initials)

    def speciality(self, text: str, case: str | None = None) -> str:
        return self._spoken(ru_names.speciality_words(text, case_of(case)))

    def number(
        self, n: int, case: str | None = None, gender: Gender = Gender.MASCULINE, *, ordinal: bool = False
    ) -> str:
        say = ru_numbers.ordinal if ordinal else ru_numbers.cardinal
        return say(n, case_of(case), gender)

    def plural(self, n: int, one: str, few: str, many: str) -> str:
        return ru_numbers.plural(n, one, few, many)

    def _date_slot(self, value: object, style: str, case: str | None, now: datetime, zone: ZoneInfo) -> str:
        return ru_dates.date_words(
            day_of(value, zone), now.astimezone(zone).date(), style, case_of(case, Case.GENITIVE)
        )

    def _time_slot(self, value: object, style: str, case: str | None, now: datetime, zone: ZoneInfo) -> str:
        return ru_dates.time_words(time_of(value, zone), style, case_of(case, Case.ACCUSATIVE))

    def _person_slot(self, value: object, style: str, case: str | None, now: datetime, zone: ZoneInfo) -> str:
        person = Person.of(value)
        return self.person(person.name, case, person.sex, style)

    def _number_slot(self, value: object, style: str, case: str | None, now: datetime, zone: ZoneInfo) -> str:
        return self.number(whole_number(value), case, Gender(style))

    def _ordinal_slot(
        self, value: object, style: str, case: str | None, now: datetime, zone: ZoneInfo
    ) -> str:
        return self.number(whole_number(value), case, Gender(style), ordinal=True)


FORMS = RussianForms()
