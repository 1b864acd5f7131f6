"""Who is phoned about what: one reminder for each patient and day, with a key that says nothing personal."""

from datetime import UTC, datetime, timedelta

from calls.appointment import Appointment, Patient
from campaigns.plan import reminders_of

DAY = datetime(2027, 3, 3, 8, 0, tzinfo=UTC)


def visit(reference: str, patient: str = "P1", phone: str = "+79000000001", hours: float = 0) -> Appointment:
    return Appointment(reference, Patient(patient, "Иванова Анна"), phone, DAY + timedelta(hours=hours))


def references(*visits: Appointment) -> list[list[str]]:
    return [[each.reference for each in reminder.appointments] for reminder in reminders_of(visits, "c", "s")]


def test_visits_of_one_patient_are_one_reminder_in_their_order() -> None:
    assert references(visit("late", hours=3), visit("early")) == [["early", "late"]]


def test_other_patients_phones_and_days_are_other_reminders() -> None:
    four = (visit("a"), visit("b", patient="P2"), visit("c", phone="+79000000002"), visit("d", hours=24))
    assert sorted(references(*four)) == [["a"], ["b"], ["c"], ["d"]]


def test_the_same_visits_have_the_same_key_and_moved_ones_another() -> None:
    [first] = reminders_of([visit("a"), visit("b", hours=1)], "c", "s")
    [again] = reminders_of([visit("b", hours=1), visit("a")], "c", "s")
    [moved] = reminders_of([visit("a"), visit("b", hours=2)], "c", "s")
    assert first.key == again.key != moved.key
    assert "79000000001" not in first.key and "Иванова" not in first.key
