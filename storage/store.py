"""The program's memory. Each method is one transaction, on the disk when it returns; call it in a thread."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from calls.machine import CallState
from calls.outcome import Outcome
from calls.reminder import Attempt, AttemptResult, Reminder, attempt_key
from storage import attempts, keys, outbox, people, reminders
from storage.database import Database, open_database
from storage.records import Campaign, CampaignState, ReminderStatus, Task, Unreported, Untaken
from storage.tables import reminders as reminder_table


class Store:
    """Campaigns, reminders, attempts, opt-outs and tasks.

    `owner` names this process: attempts of an owner that is no more are of unknown fate. All methods are
    safe to call from several threads; all times are aware. Errors: `storage.errors`.
    """

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self.owner = owner

    @classmethod
    def open(cls, url: str, owner: str = "") -> Self:
        """Open and upgrade the database; DatabaseUnusable (a BadInput) when that cannot be done."""
        return cls(open_database(url), owner)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def key(self, name: str, new: bytes) -> bytes:
        """The secret key of this name, made once: `new` only where none stands yet."""
        with self._database.write() as connection:
            return keys.standing_key(connection, name, new)

    # --- campaigns and reminders

    def save_campaign(self, campaign: Campaign) -> None:
        """Idempotent by key: a second save changes name and scenario only."""
        with self._database.write() as connection:
            reminders.save_campaign(connection, campaign)

    def campaigns(self) -> list[Campaign]:
        with self._database.read() as connection:
            return reminders.all_campaigns(connection)

    def set_campaign_state(self, key: str, state: CampaignState) -> None:
        with self._database.write() as connection:
            reminders.set_campaign_state(connection, key, CampaignState(state))

    def add_reminders(self, new: Sequence[Reminder]) -> int:
        """Idempotent by key, all or nothing; how many were new."""
        with self._database.write() as connection:
            return sum(reminders.add_reminder(connection, reminder) for reminder in new)

    def reminders(self, campaign: str) -> list[ReminderStatus]:
        """By the time of the first visit."""
        with self._database.read() as connection:
            return reminders.reminder_statuses(connection, reminder_table.c.campaign == campaign)

    def reminder(self, key: str) -> ReminderStatus | None:
        with self._database.read() as connection:
            found = reminders.reminder_statuses(connection, reminder_table.c.key == key)
            return found[0] if found else None

    def set_next_attempt(self, reminder: str, when: datetime | None) -> None:
        with self._database.write() as connection:
            reminders.set_next_attempt(connection, reminder, when)

    def finish_reminder(self, key: str, outcome: Outcome, now: datetime) -> bool:
        """The first outcome stays and puts the visits into the outbox; False when there was one."""
        with self._database.write() as connection:
            return reminders.finish_reminder(connection, key, outcome, now)

    # --- attempts

    def begin_attempt(self, key: str, reminder: str, number: int, now: datetime) -> bool:
        """The fence: call it before the INVITE. False: begun before, its fate is unknown, never dial it."""
        if key != attempt_key(reminder, number):
            raise ValueError("an attempt's key is made of its reminder and its number")
        with self._database.write() as connection:
            return attempts.begin_attempt(connection, reminder, number, self.owner, now)

    def give_back_attempt(self, key: str) -> bool:
        """For an attempt of ours of which it is certain that no INVITE was sent: as if never begun.

        False when it has ended, or was settled as of unknown fate, meanwhile: then it counts.
        """
        with self._database.write() as connection:
            return attempts.give_back_attempt(connection, key, self.owner)

    def move_attempt(self, key: str, state: CallState, now: datetime) -> None:
        with self._database.write() as connection:
            attempts.move_attempt(connection, key, state, now)

    def finish_attempt(self, result: AttemptResult) -> bool:
        """Idempotent, the first end stays, unless it was only assumed (`settle_unknown`); False then."""
        with self._database.write() as connection:
            return attempts.finish_attempt(connection, result)

    def attempts(self, reminder: str) -> tuple[Attempt, ...]:
        with self._database.read() as connection:
            return tuple(attempts.attempts_by_reminder(connection, [reminder]).get(reminder, ()))

    def attempt_result(self, key: str) -> AttemptResult | None:
        """How it ended and what was said; none while it goes on or when it was never begun."""
        with self._database.read() as connection:
            return attempts.attempt_result(connection, key)

    def last_attempt_of(self, appointment: str) -> Attempt | None:
        """The latest dial about the visit with this reference of the CRM."""
        with self._database.read() as connection:
            return attempts.last_attempt_of(connection, appointment)

    def orphaned_attempts(self, owner: str) -> list[Attempt]:
        """Attempts that this (dead) owner left unended."""
        with self._database.read() as connection:
            return attempts.open_attempts(connection, attempts.owned_by(owner))

    def settle_unknown(
        self, now: datetime, older_than: timedelta | None = None, alive: Collection[str] = ()
    ) -> list[Attempt]:
        """End as FAILED every open attempt whose owner is neither this process nor `alive`.

        They count as attempts, for the phone may have rung. With `older_than`, those that moved since are
        left alone.
        """
        moved_before = None if older_than is None else now - older_than
        with self._database.write() as connection:
            return attempts.settle(connection, attempts.abandoned(self.owner, alive, moved_before), now)

    # --- results on their way to the CRM

    def unreported(self, now: datetime | None = None, limit: int | None = None) -> list[Unreported]:
        """Visits of ended reminders that the CRM has not got, oldest first; with `now`, only those due."""
        with self._database.read() as connection:
            return outbox.unreported(connection, now, limit)

    def unreported_visit(self, key: str, appointment: str) -> Unreported | None:
        """One visit of the reminder `key`; none when the CRM has it, will never take it, or all goes on."""
        with self._database.read() as connection:
            return outbox.unreported_visit(connection, key, appointment)

    def mark_reported(self, key: str, appointment: str, now: datetime) -> None:
        """The CRM has the result of this visit of the reminder `key`. Idempotent."""
        with self._database.write() as connection:
            outbox.mark_reported(connection, key, appointment, now)

    def untaken(self, campaign: str) -> list[Untaken]:
        """Every result of a campaign that the CRM has not got: waiting, given up, or refused for good."""
        with self._database.read() as connection:
            return outbox.untaken(connection, campaign)

    def postpone_report(self, key: str, appointment: str, until: datetime, problem: str) -> None:
        """A delivery has failed: count it and try again at `until`; `problem` holds nothing personal."""
        with self._database.write() as connection:
            outbox.postpone_report(connection, key, appointment, until, problem)

    def give_up_report(self, key: str, appointment: str, now: datetime, problem: str) -> None:
        """The last try has failed: the result stays in the outbox until `renew_report`."""
        with self._database.write() as connection:
            outbox.give_up_report(connection, key, appointment, now, problem)

    def renew_report(self, key: str, appointment: str) -> None:
        """Begin the tries anew. Idempotent."""
        with self._database.write() as connection:
            outbox.renew_report(connection, key, appointment)

    def refuse_report(self, key: str, appointment: str, reason: str) -> None:
        """The CRM will never take it: out of the outbox, with a reason that holds nothing personal."""
        with self._database.write() as connection:
            outbox.refuse_report(connection, key, appointment, reason)

    # --- people

    def opt_out(self, phone: str, reason: str, now: datetime) -> None:
        """No more calls to this number (E.164). Idempotent."""
        with self._database.write() as connection:
            people.opt_out(connection, phone, reason, now)

    def opt_in(self, phone: str) -> bool:
        with self._database.write() as connection:
            return people.opt_in(connection, phone)

    def is_opted_out(self, phone: str) -> bool:
        with self._database.read() as connection:
            return people.is_opted_out(connection, phone)

    def add_task(self, task: Task) -> bool:
        """Idempotent by the task's key; False when it was there."""
        with self._database.write() as connection:
            return people.add_task(connection, task)

    def tasks(self, open_only: bool = True) -> list[Task]:
        with self._database.read() as connection:
            return people.all_tasks(connection, open_only)

    def close_task(self, key: str, now: datetime) -> bool:
        with self._database.write() as connection:
            return people.close_task(connection, key, now)
