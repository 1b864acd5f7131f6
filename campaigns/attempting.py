"""One attempt, step by step: is the call still wanted, the fence, the dial, what comes next.

Each method is one durable step of the workflow in `campaigns.engine`; it may run again after a crash and then
does no harm.
"""

import asyncio
import random
from dataclasses import dataclass

import structlog

from calls.clock import Clock
from calls.errors import BadInput
from calls.outcome import Group, Outcome
from calls.policy import CallAt, CallPolicy, Refusal
from calls.reminder import AttemptResult, Reminder, attempt_key
from campaigns.caller import Caller
from crm_sync.errors import CrmError
from crm_sync.port import CrmConnector
from storage.records import Task
from storage.store import Store

log = structlog.get_logger(__name__)

OUTCOME_OF_REFUSAL = {
    Refusal.OPTED_OUT: Outcome.OPTED_OUT,
    Refusal.WISH: Outcome.OPTED_OUT,
    Refusal.UNKNOWN_ZONE: Outcome.FAILED,
    Refusal.TOO_LATE: Outcome.EXPIRED,
}
CRM_RETRY_S = 30.0
GIVEN_BACK_S = 2.0
GROUPS_FOR_A_PERSON = frozenset({Group.NEEDS_PERSON, Group.TO_RESCHEDULE})


@dataclass(frozen=True, slots=True)
class Go:
    """Dial now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: look again in `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """No call: the reminder ends with this outcome."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Again:
    """Another attempt in `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Over:
    """The reminder has ended with this outcome."""

    outcome: Outcome


class Attempting:
    """The rules around one dial, over the store, the CRM and the policy."""

    def __init__(
        self,
        store: Store,
        connector: CrmConnector,
        policy: CallPolicy,
        caller: Caller,
        clock: Clock,
        rng: random.Random,
    ) -> None:
        self._store, self._connector, self._policy = store, connector, policy
        self._caller, self._clock, self._rng = caller, clock, rng

    async def check(self, reminder: Reminder) -> Go | Wait | GiveUp:
        """Made just before each dial: opt-out, the appointment itself, the calling window."""
        if self._store.is_opted_out(reminder.phone):
            return GiveUp(Outcome.OPTED_OUT)
        try:
            if await self._is_stale(reminder):
                return GiveUp(Outcome.SUPERSEDED)
        except (CrmError, BadInput) as error:
            log.warning("reread_failed", action="wait", error=type(error).__name__)
            return self._wait_for_crm(reminder)
        now = self._clock.now()
        if self._policy.may_ring(now, reminder):
            return Go()
        zone = self._policy.zone_of(reminder)
        if zone is None:
            return GiveUp(Outcome.FAILED)
        opening = self._policy.next_opening(now, zone)
        if opening is None or opening > reminder.starts_at - self._policy.lead_time:
            return GiveUp(Outcome.EXPIRED)
        return Wait((opening - now).total_seconds())

    async def dial(self, reminder: Reminder, number: int, *, anyway: bool = False) -> Outcome | Wait:
        """The fence, then the call. A fence that stands already means: fate unknown, never dial again.

        The attempt is given back (the fence goes, the same attempt is to be checked and dialled later) when
        it was interrupted and, for certain, no INVITE was sent; and, unless `anyway`, when the patient may
        no longer be rung: a crash or slow prompts may lie between the check and this moment.
        """
        key = attempt_key(reminder.key, number)
        await self._caller.prepare(reminder)
        now = self._clock.now()
        if not await asyncio.to_thread(self._store.begin_attempt, key, reminder.key, number, now):
            return self._settle_unknown(key)
        if not (anyway or self._may_still_ring(reminder)) and await self._give_back(key):
            return Wait(GIVEN_BACK_S)
        result = await self._caller.call(reminder, key)
        never_rang = result.outcome is Outcome.INTERRUPTED and not result.may_have_rung
        if never_rang and await self._give_back(key):
            return Wait(GIVEN_BACK_S)
        await asyncio.to_thread(self._write_down, reminder, result)
        return result.outcome

    def _may_still_ring(self, reminder: Reminder) -> bool:
        opted_out = self._store.is_opted_out(reminder.phone)
        return not opted_out and self._policy.may_ring(self._clock.now(), reminder)

    async def _give_back(self, key: str) -> bool:
        """False when the attempt was settled as of unknown fate meanwhile: then it counts."""
        given_back = await asyncio.to_thread(self._store.give_back_attempt, key)
        if given_back:
            log.info("attempt_given_back", action="check_again", attempt=key)
        return given_back

    def _write_down(self, reminder: Reminder, result: AttemptResult) -> None:
        """The opt-out first: a crash between the two must not lose it."""
        if Outcome.DO_NOT_CALL in (result.outcome, *result.conversation.tags):
            self._store.opt_out(reminder.phone, Outcome.DO_NOT_CALL, self._clock.now())
        self._store.finish_attempt(result)

    def decide(self, reminder: Reminder) -> Again | Over:
        """What follows the last attempt, by the policy."""
        history = self._store.attempts(reminder.key)
        decision = self._policy.next_attempt(
            self._clock.now(), reminder, history, self._rng, self._store.is_opted_out(reminder.phone)
        )
        if isinstance(decision, CallAt):
            self._store.set_next_attempt(reminder.key, decision.when)
            return Again(max(0.0, (decision.when - self._clock.now()).total_seconds()))
        last = history[-1].outcome if history else None
        return Over(last or OUTCOME_OF_REFUSAL.get(decision.reason, Outcome.FAILED))

    def refuse(self, reminder: Reminder, reason: Refusal) -> None:
        """The plan says no call at all."""
        self.finish(reminder, OUTCOME_OF_REFUSAL.get(reason, Outcome.FAILED))

    def finish(self, reminder: Reminder, outcome: Outcome) -> None:
        """Write the reminder's end; a person gets a task where the outcome asks for one."""
        now = self._clock.now()
        self._store.finish_reminder(reminder.key, outcome, now)
        if outcome.group in GROUPS_FOR_A_PERSON:
            self._store.add_task(Task(reminder.key, outcome.value, self._task_text(reminder), now))
        log.info("reminder_over", action="finish", reminder=reminder.key, outcome=outcome)

    def _settle_unknown(self, key: str) -> Outcome:
        known = self._store.attempt_result(key)
        if known is not None:
            return known.outcome
        now = self._clock.now()
        self._store.finish_attempt(AttemptResult(key, Outcome.INTERRUPTED, now, now))
        log.warning("attempt_fate_unknown", action="count_as_attempt", attempt=key)
        return Outcome.INTERRUPTED

    def _wait_for_crm(self, reminder: Reminder) -> Wait | GiveUp:
        """A visit that may have been cancelled is not phoned about: better late than wrong."""
        if self._clock.now() > reminder.starts_at - self._policy.lead_time:
            return GiveUp(Outcome.EXPIRED)
        return Wait(CRM_RETRY_S)

    async def _is_stale(self, reminder: Reminder) -> bool:
        """Whether any of the visits was cancelled or moved since the plan was made."""
        for visit in reminder.appointments:
            current = await self._connector.reread(visit.reference)
            if current is None or current.starts_at != visit.starts_at:
                return True
        return False

    def _task_text(self, reminder: Reminder) -> str:
        for attempt in reversed(self._store.attempts(reminder.key)):
            result = self._store.attempt_result(attempt.key)
            if result and result.conversation.task:
                return result.conversation.task
        return ""
