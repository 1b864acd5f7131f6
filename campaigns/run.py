"""One campaign from the CRM's appointments to reported results; begun again, it goes on where it stopped."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from calls.clock import Clock
from calls.outcome import Outcome
from calls.policy import CallAt, CallPolicy
from calls.reminder import Reminder
from campaigns.attempting import Attempting
from campaigns.engine import Engine
from campaigns.plan import PlannedCall, plan_calls, reminders_of
from crm_sync.port import CrmConnector, Pull, VisitResult
from storage.records import Campaign, CampaignState, ReminderStatus, ReportStage, Untaken
from storage.store import Store

log = structlog.get_logger(__name__)

POLL_S = 0.5
PHONE_FIELD = "phone"


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """What a pull came to: calls to make or not, and rows of the CRM that could not be read."""

    calls: tuple[PlannedCall, ...]
    pull: Pull


class CampaignRun:
    """Plans, queues and watches one campaign."""

    def __init__(
        self,
        campaign: Campaign,
        store: Store,
        connector: CrmConnector,
        policy: CallPolicy,
        clock: Clock,
        rng: random.Random,
    ) -> None:
        self.campaign = campaign
        self._store, self._connector, self._policy = store, connector, policy
        self._clock, self._rng = clock, rng

    async def plan(self, earliest: datetime, latest: datetime) -> CampaignPlan:
        """Pull the appointments that begin between two instants and ask the policy; nothing is stored."""
        pull = await self._connector.upcoming(earliest, latest)
        reminders = reminders_of(pull.appointments, self.campaign.key, self.campaign.scenario)
        calls = plan_calls(reminders, self._policy, self._clock.now(), self._rng, self._store.is_opted_out)
        return CampaignPlan(tuple(calls), pull)

    async def save(self, plan: CampaignPlan) -> None:
        """Store the plan; nobody is called."""
        await asyncio.to_thread(self._save, [call.reminder for call in plan.calls])

    async def begin(self, plan: CampaignPlan, engine: Engine, attempting: Attempting) -> None:
        """Store the plan and queue its calls. What is stored or queued already stays as it is."""
        await self.save(plan)
        await self._report_bad_phones(plan.pull)
        await asyncio.to_thread(self._store.set_campaign_state, self.campaign.key, CampaignState.RUNNING)
        statuses = {status.reminder.key: status for status in await self.progress()}
        for call in plan.calls:
            status = statuses[call.reminder.key]
            if status.outcome is None and not status.attempts:
                await self._queue_first(call, engine, attempting)

    async def progress(self) -> list[ReminderStatus]:
        return await asyncio.to_thread(self._store.reminders, self.campaign.key)

    async def finished(self) -> bool:
        """Every reminder has its outcome, and no result is on its way to the CRM."""
        if not all(status.outcome for status in await self.progress()):
            return False
        return all(result.stage is not ReportStage.WAITING for result in await self.untaken())

    async def untaken(self) -> list[Untaken]:
        """Results that the CRM has not taken yet, or will not."""
        return await asyncio.to_thread(self._store.untaken, self.campaign.key)

    async def wait(self) -> None:
        """Until it is finished."""
        while not await self.finished():
            await self._clock.sleep(POLL_S)
        await asyncio.to_thread(self._store.set_campaign_state, self.campaign.key, CampaignState.FINISHED)

    def _save(self, reminders: Sequence[Reminder]) -> None:
        self._store.save_campaign(self.campaign)
        new = self._store.add_reminders(reminders)
        log.info("campaign_planned", action="save", campaign=self.campaign.key, new=new, all=len(reminders))

    async def _report_bad_phones(self, pull: Pull) -> None:
        """A visit without a usable phone is told to the CRM at once: a person must ask for another."""
        for row in pull.rejected:
            if row.reference and row.field == PHONE_FIELD:
                now = self._clock.now()
                note = "Номер телефона не читается, звонка не было."
                await self._connector.report(
                    VisitResult(row.reference, self.campaign.key, Outcome.INVALID_NUMBER, now, 0, note)
                )

    async def _queue_first(self, call: PlannedCall, engine: Engine, attempting: Attempting) -> None:
        if isinstance(call.decision, CallAt):
            delay_s = (call.decision.when - self._clock.now()).total_seconds()
            await engine.enqueue_call(call.reminder, 1, max(0.0, delay_s))
        else:
            await asyncio.to_thread(attempting.refuse, call.reminder, call.decision.reason)
            await engine.enqueue_report(call.reminder)


class SideBySide:
    """Campaigns that run at the same time on the same lines."""

    def __init__(self, campaigns: Sequence[tuple[CampaignRun, CampaignPlan]]) -> None:
        self._campaigns = campaigns

    async def begin(self, engine: Engine, attempting: Attempting) -> None:
        for campaign, plan in self._campaigns:
            await campaign.begin(plan, engine, attempting)

    async def wait(self) -> None:
        """Until all are finished."""
        await asyncio.gather(*(campaign.wait() for campaign, _ in self._campaigns))

    async def progress(self) -> list[ReminderStatus]:
        return [status for campaign, _ in self._campaigns for status in await campaign.progress()]
