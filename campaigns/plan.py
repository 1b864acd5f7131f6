"""Tomorrow's calls from the CRM's appointments: who will be phoned when, and why others will not."""

import hashlib
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from calls.appointment import Appointment
from calls.policy import CallAt, CallPolicy, DoNotCall
from calls.reminder import Reminder


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One reminder and what the policy says of it."""

    reminder: Reminder
    decision: CallAt | DoNotCall


def reminders_of(appointments: Iterable[Appointment], campaign: str, scenario: str) -> list[Reminder]:
    """One reminder for each patient's visits on one phone and day, in the order of the first visit."""
    groups: dict[tuple[str, str, str], list[Appointment]] = defaultdict(list)
    for visit in appointments:
        groups[visit.phone, visit.patient.reference, visit.starts_at.date().isoformat()].append(visit)
    reminders = []
    for visits in groups.values():
        ordered = tuple(sorted(visits, key=lambda visit: (visit.starts_at, visit.reference)))
        reminders.append(Reminder(reminder_key(campaign, ordered), campaign, scenario, ordered))
    return sorted(reminders, key=lambda reminder: (reminder.starts_at, reminder.key))


def reminder_key(campaign: str, visits: Sequence[Appointment]) -> str:
    """The same visits at the same times give the same key; nothing personal is in it."""
    facts = "|".join(f"{visit.reference}@{visit.starts_at.isoformat()}" for visit in visits)
    return f"{campaign}-{hashlib.sha256(facts.encode()).hexdigest()[:16]}"


def plan_calls(
    reminders: Iterable[Reminder],
    policy: CallPolicy,
    now: datetime,
    rng: random.Random,
    is_opted_out: Callable[[str], bool],
) -> list[PlannedCall]:
    """What the policy says of each reminder's first call."""
    return [
        PlannedCall(reminder, policy.next_attempt(now, reminder, (), rng, is_opted_out(reminder.phone)))
        for reminder in reminders
    ]
