"""A made-up visit for trials, so that a scenario can be heard without a patient."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from calls.appointment import Appointment, Patient, Sex
from calls.reminder import Reminder


def sample_reminder(phone: str, now: datetime, zone: ZoneInfo, scenario: str, trial: str) -> Reminder:
    """Tomorrow at 9:30 with a made-up doctor; `trial` makes its key unlike every other's."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    visit = Appointment(
        reference="sample",
        patient=Patient("sample", "Иванова Анна Петровна", Sex.FEMALE),
        phone=phone,
        starts_at=datetime(tomorrow.year, tomorrow.month, tomorrow.day, 9, 30, tzinfo=zone),
        doctor="Петров Сергей Иванович",
        speciality="терапевт",
        branch="Центральный",
        service="приём терапевта",
    )
    return Reminder(f"trial-{trial}", "trial", scenario, (visit,))
