"""A visit to the clinic as the CRM knows it. Names and numbers never show in `repr`."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Sex(StrEnum):
    """HL7 administrative gender, as far as Russian grammar needs it."""

    MALE = "male"
    FEMALE = "female"


class ContactWish(StrEnum):
    """How the patient asked to be reached."""

    CALL = "call"
    MESSAGE_ONLY = "message_only"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Patient:
    """Whom the clinic expects. `name` is «Фамилия Имя Отчество»; `zone` an IANA name or none."""

    reference: str
    name: str = field(repr=False)
    sex: Sex | None = None
    born: date | None = field(default=None, repr=False)
    language: str = "ru"
    zone: str | None = None
    wish: ContactWish = ContactWish.CALL


@dataclass(frozen=True, slots=True)
class Appointment:
    """One booked visit; `phone` is E.164, `starts_at` is aware UTC. See FHIR R4 Appointment."""

    reference: str
    patient: Patient
    phone: str = field(repr=False)
    starts_at: datetime
    doctor: str = field(default="", repr=False)
    speciality: str = ""
    branch: str = ""
    address: str = ""
    service: str = ""
    preparation: str = ""
    first_visit: bool | None = None
    version: str = ""

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None:
            raise ValueError("an appointment starts at an aware time")
