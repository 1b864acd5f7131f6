"""An attempt that was stopped before its INVITE, on the real durable queue."""

from dataclasses import replace
from pathlib import Path

from calls.outcome import Outcome
from calls.reminder import AttemptResult, Reminder, attempt_key
from crm_sync.connectors.fake import FakeCrm
from tests.integration.campaigns.clinic import RunningClock, ScriptedCaller, opened, visit


class StoppedOnce(ScriptedCaller):
    """The first call is stopped before its INVITE."""

    async def call(self, reminder: Reminder, attempt: str) -> AttemptResult:
        result = await super().call(reminder, attempt)
        if len(self.made) > 1:
            return result
        return replace(result, outcome=Outcome.INTERRUPTED, may_have_rung=False)


async def test_an_attempt_stopped_before_its_invite_is_dialled_later_and_counts_once(
    tmp_path: Path,
) -> None:
    crm, caller = FakeCrm([visit(1)]), StoppedOnce(RunningClock())
    async with opened(tmp_path, crm, caller) as clinic:
        await clinic.finish()
        [status] = await clinic.run.progress()
    assert caller.attempts == [attempt_key(status.reminder.key, 1)] * 2
    assert [attempt.outcome for attempt in status.attempts] == [Outcome.CONFIRMED]
    assert len(crm.deliveries) == 1
