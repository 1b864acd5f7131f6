"""Makes one call of a campaign: facts, dialogue, prompts, then the session; knows the calls under way."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog

from asr.port import Ears
from calls.clock import Clock
from calls.machine import CallState
from calls.outcome import Outcome
from calls.reminder import AttemptResult, Reminder
from dialer.desk import ClinicDesk
from dialer.port import CallBackend, DialRequest
from dialer.prompts import Prompts
from dialer.session import CallLimits, CallParts, CallSession
from scenarios.dialogue import Dialogue
from storage.store import Store
from tts.port import Mouth, Voice

log = structlog.get_logger(__name__)

ATTEMPT_HEADER = "X-Attempt"


@dataclass(slots=True)
class LiveCall:
    """One call under way, for whoever watches."""

    attempt: str
    reminder: Reminder = field(repr=False)
    began_at: datetime
    state: CallState = CallState.PLANNED


@dataclass(frozen=True, slots=True)
class Services:
    """What every call shares."""

    backend: CallBackend
    ears: Ears
    mouth: Mouth
    desk_for: Callable[[Reminder], ClinicDesk]
    store: Store
    clock: Clock


class Telephone:
    """Implements `campaigns.caller.Caller` over the real line."""

    def __init__(
        self,
        services: Services,
        make_dialogue: Callable[[Reminder], Dialogue],
        voice_of: Callable[[str], Voice],
        limits: CallLimits,
        recordings: Path | None,
    ) -> None:
        self._services, self._make_dialogue, self._voice_of = services, make_dialogue, voice_of
        self._limits, self._recordings = limits, recordings
        self._sessions: dict[str, CallSession] = {}
        self._stopping = False
        self.live: dict[str, LiveCall] = {}

    @property
    def capacity(self) -> int:
        """How many calls can be made at once."""
        return self._services.backend.capacity

    async def prepare(self, reminder: Reminder) -> None:
        """Have the prompts spoken, so that they lie in the voice's cache when the call is made."""
        try:
            await self._prompts_of(self._make_dialogue(reminder))
        except Exception as error:  # noqa: BLE001 - whatever it is, the call itself will say it in its outcome
            log.warning("prompts_not_ready", action="let_the_call_tell", error=type(error).__name__)

    async def _prompts_of(self, dialogue: Dialogue) -> Prompts:
        prompts = Prompts(self._services.mouth, self._voice_of(dialogue.language))
        await prompts.prepare(dialogue.sentences())
        return prompts

    async def call(self, reminder: Reminder, attempt: str) -> AttemptResult:
        """Phone the patient once. A call that cannot be prepared ends as `failed`, and nobody is rung."""
        now = self._services.clock.now()
        if self._stopping:
            return AttemptResult(attempt, Outcome.INTERRUPTED, now, now, may_have_rung=False)
        self.live[attempt] = LiveCall(attempt, reminder, now)
        try:
            return await self._call(reminder, attempt)
        except Exception as error:  # noqa: BLE001 - a fault in one call must end in an outcome, never in a hang
            log.error("call_not_prepared", action="fail", attempt=attempt, error=type(error).__name__)
            return AttemptResult(attempt, Outcome.FAILED, now, self._services.clock.now())
        finally:
            self._sessions.pop(attempt, None)
            del self.live[attempt]

    def stop(self) -> None:
        """End every call politely and begin no other."""
        self._stopping = True
        for session in self._sessions.values():
            session.stop()

    async def _call(self, reminder: Reminder, attempt: str) -> AttemptResult:
        dialogue = self._make_dialogue(reminder)
        prompts = await self._prompts_of(dialogue)
        parts = CallParts(
            backend=self._services.backend,
            ears=self._services.ears,
            prompts=prompts,
            desk=self._services.desk_for(reminder),
            clock=self._services.clock,
            limits=self._limits,
            moved=lambda state: self._moved(attempt, state),
        )
        request = DialRequest(attempt, reminder.phone, ((ATTEMPT_HEADER, attempt),))
        session = CallSession(request, dialogue, parts, self._recording_of(attempt))
        self._sessions[attempt] = session
        if self._stopping:
            session.stop()
        return await session.run()

    async def _moved(self, attempt: str, state: CallState) -> None:
        self.live[attempt].state = state
        await asyncio.to_thread(self._services.store.move_attempt, attempt, state, self._services.clock.now())

    def _recording_of(self, attempt: str) -> Path | None:
        return self._recordings / f"{attempt.replace(':', '-')}.wav" if self._recordings else None
