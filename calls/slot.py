"""A free time that the clinic's CRM offers."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """One bookable time; `starts_at` is aware UTC. See FHIR R4 Slot."""

    reference: str
    starts_at: datetime
    doctor: str = field(default="", repr=False)
    branch: str = ""
