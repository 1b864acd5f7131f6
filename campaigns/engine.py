"""The durable queue: every attempt and every write-back is a DBOS workflow that outlives a crash.

DBOS runs a step at least once, so what must not happen twice (the ring) is guarded by the fence in
`campaigns.attempting`, and what may happen twice (the write-back) is idempotent at the CRM. Workflows run in
DBOS's threads; everything asynchronous is handed to the program's own event loop.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import structlog
from dbos import DBOS, DBOSConfig, SetEnqueueOptions, SetWorkflowID
from dbos import error as dbos_errors

from calls.appointment import Appointment
from calls.errors import ZvonarError
from calls.outcome import Outcome
from calls.reminder import Reminder, attempt_key
from campaigns.attempting import GIVEN_BACK_S, Again, Attempting, Go, Over, Wait
from campaigns.partitions import partition_of
from campaigns.queue_database import engine_options
from campaigns.writeback import Delivery, WriteBack
from storage.queue_partitions import UNFINISHED, settle_partitions
from storage.store import Store

log = structlog.get_logger(__name__)

Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")

CALLS_QUEUE = "calls"
REPORTS_QUEUE = "reports"
WORKFLOWS_VERSION = "1"
STOPPING_RETRY_S = 2.0
GIVEN_BACK = "given_back"
# A busy database or a full disk may pass; a step that failed for good would leave its reminder hanging.
RETRIES: Mapping[str, Any] = {"retries_allowed": True, "max_attempts": 8, "interval_seconds": 1.0}


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """`lines` calls at once on the whole trunk; `node` names this process among several.

    All that share a database share the `partition_key`.
    """

    database_url: str
    lines: int
    partition_key: bytes = field(repr=False)
    node: str = "zvonar"
    polling_s: float = 0.5
    reports_at_once: int = 4


class Engine:
    """Queues and workflows of one process. There is one per process, because DBOS is."""

    def __init__(
        self, settings: EngineSettings, store: Store, attempting: Attempting, writeback: WriteBack
    ) -> None:
        self._settings, self._store = settings, store
        self._attempting, self._writeback = attempting, writeback
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = threading.Event()
        config: DBOSConfig = {
            "name": "zvonar",
            "system_database_url": settings.database_url,
            "db_engine_kwargs": engine_options(settings.database_url),
            "executor_id": settings.node,
            "application_version": WORKFLOWS_VERSION,
            "enable_otlp": False,
            "log_level": "WARNING",
            "max_executor_threads": settings.lines + settings.reports_at_once + 8,
        }
        DBOS(config=config)
        self._check = DBOS.step(name="check", **RETRIES)(_plain(self._check_step))
        self._dial = DBOS.step(name="dial", **RETRIES)(_plain(self._dial_step))
        self._decide = DBOS.step(name="decide", **RETRIES)(_plain(self._decide_step))
        self._finish = DBOS.step(name="finish", **RETRIES)(_plain(self._finish_step))
        self._deliver = DBOS.step(name="deliver", **RETRIES)(_plain(self._deliver_step))
        self._attempt = DBOS.workflow(name="attempt")(_plain(self._attempt_workflow))
        self._report = DBOS.workflow(name="report")(_plain(self._report_workflow))

    async def start(self) -> None:
        """Take up what was left pending and begin to take from the queues."""
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._launch)
        await asyncio.to_thread(self._renew_reports)

    async def stop(self, finish_within_s: float) -> None:
        """Take nothing new, give running workflows time to end; the rest is taken up at the next start."""
        self._stopping.set()
        await asyncio.to_thread(
            DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=round(finish_within_s)
        )

    async def enqueue_call(self, reminder: Reminder, number: int, delay_s: float) -> None:
        """Queue an attempt; queueing the same one again changes nothing."""
        await asyncio.to_thread(self._enqueue, reminder, number, delay_s, 0)

    async def enqueue_report(self, reminder: Reminder) -> None:
        """Queue the write-back of each visit of a reminder that has ended."""
        await asyncio.to_thread(self._enqueue_reports, reminder)

    def _launch(self) -> None:
        # An older program made other partitions: a patient in two of them could be rung twice at once.
        settle_partitions(self._settings.database_url, CALLS_QUEUE, self._partition_of_workflow)
        DBOS.launch()
        DBOS.register_queue(
            CALLS_QUEUE,
            global_concurrency=self._settings.lines,
            partition_concurrency=1,
            polling_interval_sec=self._settings.polling_s,
            on_conflict="always_update",
        )
        DBOS.register_queue(
            REPORTS_QUEUE,
            global_concurrency=self._settings.reports_at_once,
            polling_interval_sec=self._settings.polling_s,
            on_conflict="always_update",
        )

    # -- the workflows: deterministic, everything uncertain is in a step

    def _attempt_workflow(self, reminder_key: str, number: int, postponed: int) -> str:
        verdict, value = self._check(reminder_key)
        if verdict == "wait":
            self._enqueue(self._reminder(reminder_key), number, float(value), postponed + 1)
            return "postponed"
        if verdict == "give_up":
            return self._end(reminder_key, value)
        if self._dial(reminder_key, number) == GIVEN_BACK:
            self._enqueue(self._reminder(reminder_key), number, GIVEN_BACK_S, postponed + 1)
            return "postponed"
        verdict, value = self._decide(reminder_key)
        if verdict == "again":
            self._enqueue(self._reminder(reminder_key), number + 1, float(value), 0)
            return "again"
        return self._end(reminder_key, value)

    def _end(self, reminder_key: str, outcome: str) -> str:
        self._finish(reminder_key, outcome)
        self._enqueue_reports(self._reminder(reminder_key))
        return outcome

    def _report_workflow(self, reminder_key: str, reference: str) -> str:
        for tries in range(self._writeback.most_tries):
            state, delay_s = self._deliver(reminder_key, reference, tries)
            if state != Delivery.LATER:
                return state
            DBOS.sleep(delay_s)
        return Delivery.GIVEN_UP

    # -- the steps

    def _check_step(self, reminder_key: str) -> tuple[str, str]:
        if self._stopping.is_set():
            return "wait", str(STOPPING_RETRY_S)
        reminder = self._reminder(reminder_key)
        match self._await(self._attempting.check(reminder)):
            case Go():
                return "go", ""
            case Wait(seconds):
                return "wait", str(seconds)
            case give_up:
                return "give_up", give_up.outcome.value

    def _dial_step(self, reminder_key: str, number: int) -> str:
        came_to = self._await(self._attempting.dial(self._reminder(reminder_key), number))
        return GIVEN_BACK if isinstance(came_to, Wait) else came_to.value

    def _decide_step(self, reminder_key: str) -> tuple[str, str]:
        match self._attempting.decide(self._reminder(reminder_key)):
            case Again(seconds):
                return "again", str(seconds)
            case Over(outcome):
                return "over", outcome.value

    def _finish_step(self, reminder_key: str, outcome: str) -> None:
        self._attempting.finish(self._reminder(reminder_key), Outcome(outcome))

    def _deliver_step(self, reminder_key: str, reference: str, tries: int) -> tuple[str, float]:
        state, delay_s = self._await(self._writeback.deliver(reminder_key, reference, tries))
        return state.value, delay_s

    # -- beneath

    def _enqueue(self, reminder: Reminder, number: int, delay_s: float, postponed: int) -> None:
        key = attempt_key(reminder.key, number)
        with (
            SetWorkflowID(f"{key}.{postponed}"),
            SetEnqueueOptions(
                queue_partition_key=self._partition_of(reminder),
                delay_seconds=delay_s if delay_s > 0 else None,
            ),
        ):
            DBOS.enqueue_workflow(CALLS_QUEUE, self._attempt, reminder.key, number, postponed)

    def _partition_of(self, reminder: Reminder) -> str:
        return partition_of(self._settings.partition_key, reminder.phone)

    def _partition_of_workflow(self, workflow: str) -> str:
        """Where an attempt's workflow belongs; one whose reminder is gone rings nobody wherever it is."""
        status = self._store.reminder(workflow.rpartition(":")[0])
        return self._partition_of(status.reminder) if status else workflow

    def _enqueue_reports(self, reminder: Reminder) -> None:
        for visit in reminder.appointments:
            with SetWorkflowID(_report_of(reminder, visit)):
                DBOS.enqueue_workflow(REPORTS_QUEUE, self._report, reminder.key, visit.reference)

    def _renew_reports(self) -> None:
        """What the CRM has not got and nobody delivers any more is tried again from the beginning.

        A delivery was given up, or a crash came between an outcome and the queueing of its write-back.
        """
        for due in self._store.unreported():
            workflow = _report_of(due.reminder, due.appointment)
            known = DBOS.get_workflow_status(workflow)
            if known is None:
                self._enqueue_reports(due.reminder)
            elif known.status not in UNFINISHED:
                self._store.renew_report(due.reminder.key, due.appointment.reference)
                _rewind(workflow)

    def _reminder(self, key: str) -> Reminder:
        status = self._store.reminder(key)
        if status is None:
            raise ZvonarError(f"reminder {key} is queued and not in the database")
        return status.reminder

    def _await(self, work: Coroutine[Any, Any, Result]) -> Result:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def _report_of(reminder: Reminder, visit: Appointment) -> str:
    return f"report:{reminder.key}:{visit.reference}"


def _rewind(workflow: str) -> None:
    """Another robot that starts at the same moment may be quicker: then there is nothing left to do."""
    try:
        DBOS.rewind_workflow(workflow, queue_name=REPORTS_QUEUE, application_version=WORKFLOWS_VERSION)
    except dbos_errors.DBOSException:
        known = DBOS.get_workflow_status(workflow)
        if known is None or known.status not in UNFINISHED:
            raise


def _plain(method: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """DBOS marks the functions it is given, and a bound method cannot be marked."""

    def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        return method(*args, **kwargs)

    return call
