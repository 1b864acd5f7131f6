"""Campaigns, reminders and their visits as rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, select, update

from calls.appointment import Appointment, Patient
from calls.outcome import Outcome
from calls.reminder import Reminder
from storage.attempts import attempts_by_reminder
from storage.database import insert_new
from storage.errors import UnknownRecord
from storage.records import Campaign, CampaignState, ReminderStatus
from storage.tables import campaigns, reminders, visits


def save_campaign(connection: Connection, campaign: Campaign) -> None:
    """Insert it, or rename the one that has this key; its state and its birth stay."""
    if insert_new(connection, campaigns, [_campaign_row(campaign)]):
        return
    names = {"name": campaign.name, "scenario": campaign.scenario}
    connection.execute(update(campaigns).where(campaigns.c.key == campaign.key).values(names))


def all_campaigns(connection: Connection) -> list[Campaign]:
    rows = connection.execute(select(campaigns).order_by(campaigns.c.created_at, campaigns.c.key))
    return [Campaign(**row) for row in rows.mappings()]


def set_campaign_state(connection: Connection, key: str, state: CampaignState) -> None:
    changed = connection.execute(update(campaigns).where(campaigns.c.key == key).values(state=state))
    if not changed.rowcount:
        raise UnknownRecord(f"There is no campaign {key!r}.")


def add_reminder(connection: Connection, reminder: Reminder) -> bool:
    """False when the key is there already; nothing changes then."""
    row = {
        "key": reminder.key,
        "campaign": reminder.campaign,
        "scenario": reminder.scenario,
        "starts_at": reminder.starts_at,
    }
    if not insert_new(connection, reminders, [row]):
        return False
    insert_new(
        connection,
        visits,
        [
            {"reminder": reminder.key, "position": position, **_visit_row(appointment)}
            for position, appointment in enumerate(reminder.appointments)
        ],
    )
    return True


def reminder_statuses(connection: Connection, where: ColumnElement[bool]) -> list[ReminderStatus]:
    """The reminders that fit, by the time of their first visit."""
    rows = connection.execute(
        select(reminders).where(where).order_by(reminders.c.starts_at, reminders.c.key)
    ).mappings()
    keys = select(reminders.c.key).where(where)
    visits_of = defaultdict(list)
    for visit in connection.execute(
        select(visits).where(visits.c.reminder.in_(keys)).order_by(visits.c.position)
    ).mappings():
        visits_of[visit["reminder"]].append(visit)
    attempts_of = attempts_by_reminder(connection, keys)
    return [_status(row, visits_of[row["key"]], attempts_of.get(row["key"], ())) for row in rows]


def set_next_attempt(connection: Connection, key: str, when: datetime | None) -> None:
    _change_reminder(connection, key, {"next_at": when})


def finish_reminder(connection: Connection, key: str, outcome: Outcome, now: datetime) -> bool:
    """The first outcome stays; False when there was one."""
    row = connection.execute(select(reminders.c.outcome).where(reminders.c.key == key)).one_or_none()
    if row is not None and row.outcome is not None:
        return False
    _change_reminder(connection, key, {"outcome": outcome, "ended_at": now, "next_at": None})
    return True


def appointment_of(visit: RowMapping) -> Appointment:
    patient = Patient(
        reference=visit["patient"],
        name=visit["patient_name"],
        sex=visit["patient_sex"],
        born=visit["patient_born"],
        language=visit["language"],
        zone=visit["zone"],
        wish=visit["wish"],
    )
    return Appointment(
        reference=visit["appointment"],
        patient=patient,
        phone=visit["patient_phone"],
        starts_at=visit["starts_at"],
        **{name: visit[name] for name in _PLAIN_FACTS},
    )


_PLAIN_FACTS = (
    *("doctor", "speciality", "branch", "address", "service", "preparation", "first_visit", "version"),
)


def _visit_row(appointment: Appointment) -> dict[str, Any]:
    patient = appointment.patient
    return {
        "appointment": appointment.reference,
        "starts_at": appointment.starts_at,
        "patient": patient.reference,
        "patient_name": patient.name,
        "patient_phone": appointment.phone,
        "patient_sex": patient.sex,
        "patient_born": patient.born,
        "language": patient.language,
        "zone": patient.zone,
        "wish": patient.wish,
        **{name: getattr(appointment, name) for name in _PLAIN_FACTS},
    }


def _campaign_row(campaign: Campaign) -> dict[str, Any]:
    return {name: getattr(campaign, name) for name in Campaign.__dataclass_fields__}


def _status(row: RowMapping, visit_rows: Sequence[RowMapping], attempts: Any) -> ReminderStatus:
    reported = [visit["reported_at"] for visit in visit_rows]
    return ReminderStatus(
        reminder=Reminder(
            key=row["key"],
            campaign=row["campaign"],
            scenario=row["scenario"],
            appointments=tuple(appointment_of(visit) for visit in visit_rows),
        ),
        outcome=row["outcome"],
        attempts=tuple(attempts),
        next_at=row["next_at"],
        reported_at=None if None in reported else max(reported),
        ended_at=row["ended_at"],
    )


def _change_reminder(connection: Connection, key: str, values: Mapping[str, Any]) -> None:
    changed = connection.execute(update(reminders).where(reminders.c.key == key).values(**values))
    if not changed.rowcount:
        raise UnknownRecord(f"There is no reminder {key!r}.")
