"""Robot and patient taking turns: prompts out, speech and keys in, the scenario's dialogue in between.

All times are the leg's audio time (frames of 20 ms), so a slow machine never shortens a patient's pause.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from asr.port import EarsFailed, HearingEvent, HearingStream, Partial, Paused, SpeechStarted
from calls.audio import FRAME_S
from calls.errors import ZvonarError
from calls.events import CallEvent, FarewellSaid, Settled, TransferAsked
from calls.outcome import Outcome
from calls.reminder import Conversation, Turn
from calls.transcript import Transcript
from dialer.desk import ClinicDesk
from dialer.playback import Playback
from dialer.port import PlaybackEnded, PlaybackStarted
from dialer.prompts import Prompts
from scenarios.cues import is_backchannel
from scenarios.dialogue import Dialogue
from scenarios.exchange import (
    Began,
    BookSlot,
    DialogueCommand,
    DialogueEvent,
    FindSlots,
    Finish,
    Heard,
    HearingLost,
    Listen,
    MachineAnswered,
    Pressed,
    Say,
    SendMessage,
    Settle,
    SlotBooked,
    SlotsFound,
    StayedSilent,
    Transfer,
    TransferFailed,
)

log = structlog.get_logger(__name__)

LONGEST_TURN_S = 15.0
MOST_STEPS_WITHOUT_PATIENT = 20


@dataclass(slots=True)
class _Patient:
    """What is known of the patient's present turn."""

    speaking: bool = False
    speech_ended_s: float | None = None
    turn_started_s: float = 0.0
    interrupted: tuple[str, ...] = ()


@dataclass(slots=True)
class _Minutes:
    """What the conversation leaves behind."""

    turns: list[Turn] = field(default_factory=list)
    results: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    task: str = ""


class TalkingPartner:
    """Carries out one dialogue over one answered leg; tells the session by `emit` what came of it."""

    def __init__(
        self,
        dialogue: Dialogue,
        playback: Playback,
        hearing: HearingStream,
        prompts: Prompts,
        desk: ClinicDesk,
        emit: Callable[[CallEvent], None],
    ) -> None:
        self._dialogue, self._playback, self._hearing = dialogue, playback, hearing
        self._prompts, self._desk, self._emit = prompts, desk, emit
        self._listen: Listen | None = None
        self._patient = _Patient()
        self._minutes = _Minutes()
        self._silence_from_frame = 0
        self._frame = 0
        self._settled = False
        self._pending: Transfer | Finish | None = None
        self._stopped = False
        self._answer_delay_s: float | None = None

    async def begin(self) -> None:
        """Greet."""
        await self._tell(Began())

    def stop(self) -> None:
        """Say and hear nothing more."""
        if not self._stopped:
            self._stopped = True
            self._playback.cut()

    def apologise(self) -> None:
        """Something of ours is broken: say so, hand the patient to a person, end the call."""
        self._playback.cut()
        self._settle(Settle(Outcome.FAILED, task="Разговор прерван неисправностью робота."))
        self._pending = Finish()
        self._playback.say("", self._prompts.apology)

    async def transfer_failed(self) -> None:
        await self._tell(TransferFailed())

    async def machine_answered(self, ready: bool) -> None:
        """An answering machine was found, or (`ready`) its beep was heard."""
        if not self._settled:
            self._playback.cut()
            await self._tell(MachineAnswered(ready))

    async def press(self, digit: str) -> None:
        """A key was pressed: it answers at once, whatever is being said."""
        if self._stopped or self._listen is None or self._settled:
            return
        self._playback.cut()
        self._note("patient", digit, self._now_s, self._now_s, "key")
        self._patient = _Patient(speech_ended_s=self._now_s)
        await self._tell(Pressed(digit))

    async def hear(self, event: HearingEvent) -> None:
        """Voice activity, words and pauses of the patient."""
        match event:
            case SpeechStarted():
                self._interrupt(event.at_s)
            case Paused():
                await self._pause(event)
            case EarsFailed():
                log.error("hearing_lost", action="keys_only", reason=event.reason)
                await self._tell(HearingLost())
            case Partial():
                pass

    def playback_started(self, event: PlaybackStarted) -> None:
        delay_s = self._playback.started(event, self._patient.speech_ended_s)
        if delay_s is not None:
            self._answer_delay_s = delay_s
            self._patient.speech_ended_s = None

    async def playback_ended(self, event: PlaybackEnded) -> None:
        all_said = self._playback.ended(event, self._answer_delay_s)
        self._answer_delay_s = None
        self._silence_from_frame = event.frame
        if all_said and not event.cut:
            self._after_prompt()

    async def tick(self, frame: int) -> None:
        """Audio time goes on; notices that the patient stays silent."""
        self._frame = frame
        listen = self._listen
        if listen is None or self._stopped or self._settled or self._playback.is_speaking:
            return
        if self._patient.speaking:
            if self._now_s - self._patient.turn_started_s > LONGEST_TURN_S:
                await self._take_turn(self._now_s)
            return
        if (frame - self._silence_from_frame) * FRAME_S >= listen.timeout_s:
            self._silence_from_frame = frame
            await self._tell(StayedSilent())

    def minutes(self) -> Conversation:
        """Turns in the order of their time, results, tags and the task for a person."""
        turns = sorted((*self._minutes.turns, *self._playback.turns), key=lambda turn: turn.start_s)
        return Conversation(
            tuple(turns), dict(self._minutes.results), tuple(self._minutes.tags), self._minutes.task
        )

    @property
    def _now_s(self) -> float:
        return self._frame * FRAME_S

    def _interrupt(self, at_s: float) -> None:
        self._patient.speaking = True
        self._patient.turn_started_s = at_s
        if self._listen and self._playback.is_speaking and self._playback.interruptible:
            self._patient.interrupted = self._playback.unsaid
            self._playback.cut()

    async def _pause(self, pause: Paused) -> None:
        self._patient.speaking = False
        self._silence_from_frame = max(self._silence_from_frame, round(pause.speech_ended_s / FRAME_S))
        listen = self._listen
        if listen is None or self._settled or self._stopped:
            if pause.silence_s >= 0.5:
                await self._hearing.take()
            return
        quick = pause.silence_s >= listen.quick_pause_s and self._dialogue.wants_turn(pause.transcript)
        if quick or pause.silence_s >= listen.pause_s:
            self._patient.turn_started_s = pause.speech_started_s
            await self._take_turn(pause.speech_ended_s)

    async def _take_turn(self, speech_ended_s: float) -> None:
        transcript = await self._hearing.take()
        self._patient.speaking = False
        interrupted, self._patient.interrupted = self._patient.interrupted, ()
        if not transcript or (len(interrupted) > 1 and is_backchannel(transcript, self._dialogue.language)):
            await self._resume(interrupted, transcript)
            return
        started_s = self._patient.turn_started_s
        self._patient.speech_ended_s = speech_ended_s
        commands = self._dialogue.handle(Heard(transcript))
        self._note("patient", transcript.text, started_s, speech_ended_s, self._dialogue.meaning_of_last)
        await self._carry_out(commands)

    async def _resume(self, interrupted: tuple[str, ...], transcript: Transcript) -> None:
        """A cough, «угу» or «алло» is no answer: go on with the sentence that was cut."""
        if transcript:
            self._note("patient", transcript.text, self._patient.turn_started_s, self._now_s, "backchannel")
        for sentence in interrupted:
            await self._speak(sentence)

    async def _tell(self, event: DialogueEvent) -> None:
        if not self._stopped:
            await self._carry_out(self._dialogue.handle(event))

    async def _carry_out(self, commands: tuple[DialogueCommand, ...]) -> None:
        self._listen = None
        for _ in range(MOST_STEPS_WITHOUT_PATIENT):
            answer = None
            for command in commands:
                answer = await self._obey(command) or answer
            if answer is None:
                return
            commands = self._dialogue.handle(answer)
        raise ZvonarError("the scenario goes round in circles without the patient")

    async def _obey(self, command: DialogueCommand) -> DialogueEvent | None:
        match command:
            case Say():
                self._playback.interruptible = command.interruptible
                for sentence in command.sentences:
                    await self._speak(sentence)
            case Listen():
                self._listen = command
                self._silence_from_frame = self._frame
            case Settle():
                self._settle(command)
            case SendMessage():
                await self._desk.send(command)
            case FindSlots():
                return SlotsFound(await self._desk.find_slots(command))
            case BookSlot():
                return SlotBooked(await self._desk.book(command))
            case Transfer() | Finish():
                self._pending = command
                if not self._playback.is_speaking:
                    self._after_prompt()
        return None

    def _settle(self, command: Settle) -> None:
        self._minutes.results.update(command.results)
        self._minutes.tags.extend(command.tags)
        self._minutes.task = command.task or self._minutes.task
        if not self._settled:
            self._settled = True
            self._emit(Settled(command.outcome))

    async def _speak(self, sentence: str) -> None:
        try:
            pcm = await self._prompts.pcm(sentence)
        except ZvonarError as error:
            log.error("prompt_failed", action="apologise", error=type(error).__name__)
            self.apologise()
            return
        self._playback.say(sentence, pcm)

    def _after_prompt(self) -> None:
        pending, self._pending = self._pending, None
        match pending:
            case Transfer():
                self._emit(TransferAsked(pending.target))
            case Finish():
                self._emit(FarewellSaid())
            case None:
                pass

    def _note(self, speaker: str, text: str, start_s: float, end_s: float, meaning: str) -> None:
        self._minutes.turns.append(Turn(speaker, text, start_s, end_s, meaning))
