"""One call from the fence to its outcome: the only driver of the call's state machine."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from asr.port import (
    Ears,
    EarsFailed,
    HearingEvent,
    HearingRequest,
    HearingStream,
    Partial,
    Paused,
    SpeechStarted,
)
from calls.clock import Clock
from calls.errors import ZvonarError
from calls.events import (
    AnnouncementHeard,
    CallEvent,
    CallTimedOut,
    Command,
    Conclude,
    DialAsked,
    HangUp,
    LineFailed,
    ListenToNetwork,
    MediaLost,
    PeerHungUp,
    PlaceCall,
    Refer,
    Rejected,
    Released,
    ResumeDialogue,
    RingTimedOut,
    Settled,
    StartDialogue,
    StopAsked,
    StopDialogue,
)
from calls.machine import CallState, transition
from calls.outcome import Outcome
from calls.reminder import AttemptResult, Conversation
from dialer.answering_machine import AnsweringMachineDetector, Finding
from dialer.conversation import TalkingPartner
from dialer.desk import ClinicDesk
from dialer.echo_guard import EchoGuard
from dialer.errors import CallFailure
from dialer.leg_hearing import DeafStream, LegHearing
from dialer.playback import Playback
from dialer.port import (
    AudioIn,
    CallBackend,
    CallLeg,
    DialRequest,
    DigitPressed,
    LegEvent,
    PlaybackEnded,
    PlaybackStarted,
)
from dialer.prompts import Prompts
from dialer.recording import Recorder
from scenarios.cues import is_announcement
from scenarios.dialogue import Dialogue

log = structlog.get_logger(__name__)

PAUSES_S = (0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0, 1.5)
ANNOUNCEMENT_PAUSE_S = 0.5
FRAMES_PER_TICK = 5
FREE_LINE_POLL_S = 0.5
MOST_WAITING_EVENTS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLimits:
    """Seconds after which a call is not waited for any longer."""

    free_line_s: float = 45.0
    ringing_s: float = 30.0
    talking_s: float = 300.0
    releasing_s: float = 5.0


@dataclass(frozen=True, slots=True)
class CallParts:
    """Everything a session needs of the rest of the program."""

    backend: CallBackend
    ears: Ears
    prompts: Prompts
    desk: ClinicDesk
    clock: Clock
    limits: CallLimits
    moved: Callable[[CallState], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _MachineNoticed:
    finding: Finding


@dataclass(frozen=True, slots=True)
class _Tick:
    frame: int


_Inbox = LegEvent | HearingEvent | CallEvent | _MachineNoticed | _Tick
ENDING = (PeerHungUp, MediaLost, LineFailed, CallTimedOut, StopAsked)
MAY_BE_MISSED = (_Tick, Partial, DigitPressed)


class CallSession:
    """Runs one attempt to its end. The fence is the caller's duty: it is written before `run`."""

    def __init__(
        self, request: DialRequest, dialogue: Dialogue, parts: CallParts, recording: Path | None = None
    ) -> None:
        self._request, self._dialogue, self._parts, self._recording = request, dialogue, parts, recording
        self._state = CallState.PLANNED
        self._inbox: asyncio.Queue[_Inbox] = asyncio.Queue(MOST_WAITING_EVENTS)
        self._tasks: list[asyncio.Task[None]] = []
        self._recorder, self._echo = Recorder(), EchoGuard()
        self._detector = AnsweringMachineDetector()
        self._leg: CallLeg | None = None
        self._hearing: LegHearing | None = None
        self._partner: TalkingPartner | None = None
        self._outcome: Outcome | None = None
        self._answered_at: datetime | None = None
        self._rejected: Rejected | None = None
        self._hung_up_with: int | None = None
        self._broken = False
        self._may_have_rung = False

    @property
    def state(self) -> CallState:
        return self._state

    def stop(self) -> None:
        """Ask for a polite end; `run` returns soon after."""
        self._put(StopAsked())

    async def run(self) -> AttemptResult:
        """Place the call, talk, hang up. What happens on the line is told by the result, never raised."""
        began_at = self._parts.clock.now()
        try:
            await self._advance(DialAsked())
            while self._state is not CallState.ENDED:
                await self._take(await self._inbox.get())
        finally:
            if self._leg:  # harmless when it is over; needed when the fault was ours
                self._leg.hang_up()
            if self._hearing:
                self._hearing.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        return self._result(began_at)

    # -- the machine

    async def _advance(self, event: CallEvent) -> None:
        before = self._state
        self._state, commands = transition(before, event)
        if self._state is not before:
            log.debug("call_moved", action="transition", attempt=self._request.attempt, state=self._state)
            await self._parts.moved(self._state)
        for command in commands:
            await self._obey(command)

    async def _obey(self, command: Command) -> None:
        match command:
            case PlaceCall():
                self._run_beside(self._place())
            case ListenToNetwork():
                await self._try_ears()
            case StartDialogue():
                await self._start_dialogue()
            case ResumeDialogue() if self._partner:
                await self._partner.transfer_failed()
            case StopDialogue() if self._partner:
                self._partner.stop()
            case HangUp():
                self._hang_up(command.q850_cause)
            case Refer() if self._leg:
                self._leg.transfer(command.target)
            case Conclude():
                self._outcome = command.outcome
            case _:
                pass

    async def _place(self) -> None:
        """Send the INVITE. As long as none has left, waiting for a line does no harm."""
        clock = self._parts.clock
        patience_ends_s = clock.monotonic() + self._parts.limits.free_line_s
        while self._state is CallState.DIALING:
            self._may_have_rung = True  # until the backend says that no INVITE was sent
            try:
                leg = await self._parts.backend.place(self._request)
            except CallFailure as failure:
                self._may_have_rung = failure.may_have_rung
                hopeless = failure.may_have_rung or not failure.may_retry
                if hopeless or clock.monotonic() > patience_ends_s:
                    log.warning("dial_failed", action="conclude", error=type(failure).__name__)
                    self._put(Rejected(0, None, failure.outcome))
                    return
                await clock.sleep(FREE_LINE_POLL_S)
            else:
                self._begin_ringing(leg)
                return

    def _begin_ringing(self, leg: CallLeg) -> None:
        self._leg = leg
        self._run_beside(self._pump_leg(leg))
        self._after(self._parts.limits.ringing_s, RingTimedOut())
        if self._state is CallState.RELEASING:
            leg.hang_up()

    def _hang_up(self, q850_cause: int) -> None:
        if self._leg is None:
            self._put(Released())
            return
        self._leg.hang_up(q850_cause)
        self._after(self._parts.limits.releasing_s, Released())

    async def _try_ears(self) -> None:
        """Open the ears if they can be had; nobody's call breaks because they cannot."""
        if self._hearing is not None:
            return
        request = HearingRequest(self._dialogue.language, pauses_s=PAUSES_S)
        try:
            stream = await self._parts.ears.open(request)
        except ZvonarError as error:
            log.error("ears_not_open", action="go_on", error=type(error).__name__)
        else:
            self._listen_to(stream)

    def _listen_to(self, stream: HearingStream) -> LegHearing:
        self._hearing = hearing = LegHearing(stream)
        self._run_beside(self._pump_hearing(hearing))
        return hearing

    async def _start_dialogue(self) -> None:
        assert self._leg is not None
        self._answered_at = self._parts.clock.now()
        self._after(self._parts.limits.talking_s, CallTimedOut())
        await self._try_ears()
        hearing = self._hearing or self._listen_to(DeafStream())
        parts = self._parts
        playback = Playback(self._leg, self._recorder, self._echo)
        self._partner = TalkingPartner(
            self._dialogue, playback, hearing, parts.prompts, parts.desk, self._put, parts.clock
        )

    # -- what comes in

    async def _take(self, item: _Inbox) -> None:
        match item:
            case Rejected():
                self._rejected = item
            case PeerHungUp():
                self._hung_up_with = item.q850_cause
            case _:
                pass
        try:
            if isinstance(item, CallEvent):
                await self._settle_before(item)
                await self._advance(item)
            elif self._partner:
                await self._tell(self._partner, item)
            elif isinstance(item, Paused):
                await self._overhear(item)
            elif isinstance(item, EarsFailed):
                self._hearing = None  # the answer opens new ones
        except Exception as error:  # the patient is on the line: never silence, whatever is broken in us
            log.exception("call_broke", action="apologise", error=type(error).__name__, exc_info=False)
            await self._break_off()

    async def _settle_before(self, event: CallEvent) -> None:
        """What ends the call from outside ends the time for second thoughts, too."""
        if self._partner and isinstance(event, ENDING) and (outcome := self._partner.release()):
            await self._advance(Settled(outcome))

    async def _tell(self, partner: TalkingPartner, item: _Inbox) -> None:
        match item:
            case _Tick():
                await partner.tick(item.frame)
            case DigitPressed():
                await partner.press(item.digit)
            case PlaybackStarted():
                partner.playback_started(item)
            case PlaybackEnded():
                await partner.playback_ended(item)
            case _MachineNoticed():
                await partner.machine_answered(item.finding is Finding.BEEP)
            case SpeechStarted() | Partial() | Paused() | EarsFailed():
                await partner.hear(item)
            case _:
                pass

    async def _overhear(self, pause: Paused) -> None:
        """Speech before the answer: an operator's announcement, or a voice in the ringing tone."""
        if pause.silence_s < ANNOUNCEMENT_PAUSE_S or self._hearing is None:
            return
        if is_announcement(await self._hearing.take(), self._dialogue.language):
            self._put(AnnouncementHeard())

    async def _break_off(self) -> None:
        if self._broken or self._partner is None:
            self._put(LineFailed("internal"))
            return
        self._broken = True
        self._partner.apologise()

    async def _pump_leg(self, leg: CallLeg) -> None:
        async for event in leg.events():
            if isinstance(event, AudioIn):
                self._hear(event)
            else:
                self._put(event)

    def _hear(self, audio: AudioIn) -> None:
        self._recorder.hear(audio.frame, audio.pcm)
        if self._hearing is None:
            return
        self._hearing.hear(audio.frame, self._echo.cleaned(audio.frame, audio.pcm))
        finding = self._detector.feed(audio.pcm)
        if finding and self._state is CallState.TALKING:
            self._put(_MachineNoticed(finding))
        if audio.frame % FRAMES_PER_TICK == 0:
            self._put(_Tick(audio.frame))

    async def _pump_hearing(self, hearing: LegHearing) -> None:
        async for event in hearing.events():
            if isinstance(event, SpeechStarted):
                self._detector.speech_started(event.at_s)
            elif isinstance(event, Paused):
                self._detector.speech_paused()
            self._put(event)

    def _put(self, item: _Inbox) -> None:
        """Control events always fit: what may be missed is dropped while half of the queue is full."""
        if self._inbox.qsize() > MOST_WAITING_EVENTS // 2 and isinstance(item, MAY_BE_MISSED):
            return
        self._inbox.put_nowait(item)

    def _after(self, delay_s: float, event: CallEvent) -> None:
        async def wait() -> None:
            await self._parts.clock.sleep(delay_s)
            self._put(event)

        self._run_beside(wait())

    def _run_beside(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(self._notice_failure)
        self._tasks.append(task)

    def _notice_failure(self, task: "asyncio.Task[None]") -> None:
        """Work beside the session that breaks must not leave it waiting for ever."""
        if not task.cancelled() and (error := task.exception()):
            log.error("call_broke", action="end", error=type(error).__name__)
            self._put(LineFailed("internal"))

    # -- what comes out

    def _result(self, began_at: datetime) -> AttemptResult:
        assert self._outcome is not None
        recording = ""
        if self._recording and self._answered_at:
            self._recorder.write(self._recording)
            recording = str(self._recording)
        return AttemptResult(
            attempt=self._request.attempt,
            outcome=self._outcome,
            began_at=began_at,
            ended_at=self._parts.clock.now(),
            answered_at=self._answered_at,
            sip_code=self._rejected.sip_code if self._rejected else None,
            q850_cause=self._rejected.q850_cause if self._rejected else self._hung_up_with,
            recording=recording,
            conversation=self._partner.minutes() if self._partner else Conversation(),
            may_have_rung=self._may_have_rung,
        )
