"""Robot and patient taking turns: prompts out, speech and keys in, the scenario's dialogue in between.

All times are the leg's audio time (frames of 20 ms), so a slow machine never shortens a patient's pause.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from asr.port import EarsFailed, HearingEvent, HearingStream, Partial, Paused, SpeechStarted
from calls.audio import FRAME_S
from calls.clock import Clock
from calls.errors import ZvonarError
from calls.events import CallEvent, FarewellSaid, Settled, TransferAsked
from calls.outcome import Outcome
from calls.reminder import Conversation, Turn
from calls.transcript import Transcript
from dialer.desk import ClinicDesk
from dialer.playback import Playback
from dialer.port import PlaybackEnded, PlaybackStarted
from dialer.prompts import Prompts
from dialer.reply_watch import ReplyWatch, TurnEnd
from dialer.second_thoughts import UNHEARD_REPLY_S, Checkpoint, may_be_taken_back
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
# People say «алло» when they pick up; the robot lets them, but never leaves them in silence for a second.
OPENING_SILENCE_S = 0.6
LONGEST_OPENING_S = 2.5
OPENING_PAUSE_S = 0.2
ASIDE_PAUSE_S = 0.5


@dataclass(slots=True)
class _Patient:
    """What is known of the patient's present turn."""

    speaking: bool = False
    in_turn: bool = False
    turn_started_s: float = 0.0
    interrupted: tuple[str, ...] = ()
    before: Transcript = field(default_factory=Transcript)


@dataclass(slots=True)
class _Minutes:
    """What the conversation leaves behind."""

    turns: list[Turn] = field(default_factory=list)
    settlement: Settle | None = None


class TalkingPartner:
    """Carries out one dialogue over one answered leg; tells the session by `emit` what came of it.

    The settlement is held back until the farewell has been said: until then the patient may think again.
    """

    def __init__(
        self,
        dialogue: Dialogue,
        playback: Playback,
        hearing: HearingStream,
        prompts: Prompts,
        desk: ClinicDesk,
        emit: Callable[[CallEvent], None],
        clock: Clock,
    ) -> None:
        self._dialogue, self._playback, self._hearing = dialogue, playback, hearing
        self._prompts, self._desk, self._emit, self._clock = prompts, desk, emit, clock
        self._watch = ReplyWatch(clock)
        self._listen: Listen | None = None
        self._patient = _Patient()
        self._minutes = _Minutes()
        self._checkpoint: Checkpoint | None = None
        self._held: Settle | None = None
        self._pending: Transfer | Finish | None = None
        self._opened_frame: int | None = None
        self._began = self._stopped = False
        self._silence_from_frame = self._frame = 0
        self._reply_started_s: float | None = None

    def stop(self) -> None:
        """Say and hear nothing more."""
        if not self._stopped:
            self._stopped = True
            self._playback.cut()

    def release(self) -> Outcome | None:
        """The outcome that was being held back, once: the call ends now, come what may."""
        held, self._held = self._held, None
        return held.outcome if held else None

    def apologise(self) -> None:
        """Something of ours is broken: say so, hand the patient to a person, end the call."""
        self._playback.cut()
        self._checkpoint = self._listen = None
        self._settle(Settle(Outcome.FAILED, task="Разговор прерван неисправностью робота."))
        self._pending = Finish()
        self._watch.given(self._playback.say("", self._prompts.apology))

    async def transfer_failed(self) -> None:
        await self._tell(TransferFailed())

    async def machine_answered(self, ready: bool) -> None:
        """An answering machine was found, or (`ready`) its beep was heard."""
        if self._held is None:
            await self._begin()
            self._playback.cut()
            await self._tell(MachineAnswered(ready))

    async def press(self, digit: str) -> None:
        """A key was pressed: it answers at once, whatever is being said."""
        if self._stopped or self._listen is None:
            return
        self._playback.cut()
        self._minutes.turns.append(Turn("patient", digit, self._now_s, self._now_s, "key"))
        self._patient = _Patient()
        pressed_at_s = self._clock.monotonic()
        self._watch.answering(TurnEnd(self._now_s, pressed_at_s, pressed_at_s))
        await self._tell(Pressed(digit))

    async def hear(self, event: HearingEvent) -> None:
        """Voice activity, words and pauses of the patient."""
        match event:
            case SpeechStarted():
                self._speech_started(event.at_s)
            case Paused():
                await self._pause(event)
            case EarsFailed():
                log.error("hearing_lost", action="keys_only", reason=event.reason)
                self._patient = _Patient()
                await self._begin()
                await self._tell(HearingLost())
            case Partial():
                pass

    def playback_started(self, event: PlaybackStarted) -> None:
        started_s = event.frame * FRAME_S
        self._playback.started(event, self._watch.left(event.mark, started_s))
        if self._reply_started_s is None:
            self._reply_started_s = started_s

    async def playback_ended(self, event: PlaybackEnded) -> None:
        all_said = self._playback.ended(event)
        self._silence_from_frame = event.frame
        if all_said and not event.cut:
            self._after_prompt()

    async def tick(self, frame: int) -> None:
        """Audio time goes on; notices that the patient stays silent, or has ended a farewell of their own."""
        self._frame = frame
        if self._opened_frame is None:
            self._opened_frame = self._silence_from_frame = frame
        if not self._began:
            await self._open(self._now_s - self._opened_frame * FRAME_S)
            return
        if self._stopped or self._playback.is_speaking:
            return
        if self._patient.speaking:
            if self._now_s - self._patient.turn_started_s > LONGEST_TURN_S:
                await (self._take_turn(self._now_s) if self._listen else self._stop_hearing_out())
            return
        if self._pending:
            self._after_prompt()
        elif self._listen and (frame - self._silence_from_frame) * FRAME_S >= self._listen.timeout_s:
            self._silence_from_frame = frame
            await self._tell(StayedSilent())

    def minutes(self) -> Conversation:
        """Turns by their time; results, tags and task of what was settled, or was going to be."""
        turns = sorted((*self._minutes.turns, *self._playback.turns), key=lambda turn: turn.start_s)
        settlement = self._minutes.settlement or self._dialogue.settlement_so_far
        return Conversation(
            tuple(turns),
            dict(settlement.results),
            tuple(settlement.tags),
            settlement.task,
            self._dialogue.path,
        )

    # -- the patient

    @property
    def _now_s(self) -> float:
        return self._frame * FRAME_S

    async def _open(self, waited_s: float) -> None:
        quiet = not self._patient.speaking and waited_s >= OPENING_SILENCE_S
        if quiet or waited_s >= LONGEST_OPENING_S:
            await self._begin()

    async def _begin(self) -> None:
        if not self._began:
            self._began = True
            await self._tell(Began())

    def _speech_started(self, at_s: float) -> None:
        self._patient.speaking = True
        if not self._patient.in_turn:
            self._patient.in_turn, self._patient.turn_started_s = True, at_s
        if self._checkpoint and self._reply_is_unheard(at_s):
            self._take_back(self._checkpoint)
        elif self._listen and self._playback.is_speaking and self._playback.interruptible:
            self._patient.interrupted = self._playback.unsaid(round(at_s / FRAME_S))
            self._playback.cut()

    def _reply_is_unheard(self, at_s: float) -> bool:
        return self._reply_started_s is None or at_s - self._reply_started_s < UNHEARD_REPLY_S

    def _take_back(self, checkpoint: Checkpoint) -> None:
        """The patient goes on: the reply was premature, what was said so far only began a longer turn."""
        self._playback.cut()
        self._checkpoint = self._held = self._pending = self._minutes.settlement = None
        self._dialogue, self._listen = checkpoint.dialogue, checkpoint.listen
        self._patient.before = checkpoint.transcript
        self._patient.turn_started_s = checkpoint.noted.start_s
        self._patient.interrupted = ()
        self._minutes.turns.remove(checkpoint.noted)

    async def _pause(self, pause: Paused) -> None:
        self._patient.speaking = False
        self._silence_from_frame = max(self._silence_from_frame, round(pause.speech_ended_s / FRAME_S))
        listen = self._listen
        if listen is None or self._stopped:
            await self._overhear(pause)
            return
        heard = self._patient.before + pause.transcript
        quick = pause.silence_s >= listen.quick_pause_s and self._dialogue.wants_turn(heard)
        if quick or pause.silence_s >= listen.pause_s:
            await self._take_turn(pause.speech_ended_s)

    async def _overhear(self, pause: Paused) -> None:
        """Words while no answer is awaited: «алло» at the start, thanks or a change of mind at the end."""
        if not self._began:
            if pause.silence_s >= OPENING_PAUSE_S:
                self._note_aside(await self._hearing.take(), pause.speech_ended_s)
                await self._begin()
            return
        if pause.silence_s < ASIDE_PAUSE_S:
            return
        words, end = await self._words(pause.speech_ended_s)
        checkpoint = self._checkpoint
        if words and checkpoint and not self._stopped and checkpoint.changes_its_mind(words):
            self._patient.in_turn = False
            self._take_back(checkpoint)
            await self._answer(checkpoint.transcript + words, end)
        else:
            self._note_aside(words, pause.speech_ended_s)

    def _note_aside(self, words: Transcript, ended_s: float) -> None:
        """What was said is in the minutes, but no part of the next turn."""
        self._patient.in_turn = False
        if words:
            self._note(words, self._patient.turn_started_s, ended_s, "aside")

    async def _take_turn(self, speech_ended_s: float) -> None:
        new, end = await self._words(speech_ended_s)
        self._patient.speaking = self._patient.in_turn = False
        interrupted, self._patient.interrupted = self._patient.interrupted, ()
        transcript = self._patient.before + new
        if not transcript or (len(interrupted) > 1 and is_backchannel(transcript, self._dialogue.language)):
            await self._resume(interrupted, transcript)
        else:
            await self._answer(transcript, end)

    async def _stop_hearing_out(self) -> None:
        """A voice without end while no answer is awaited is a television, not a change of mind."""
        self._note_aside(await self._hearing.take(), self._now_s)
        self._patient.speaking = False

    async def _words(self, speech_ended_s: float) -> tuple[Transcript, TurnEnd]:
        taken_at_s = self._clock.monotonic()
        words = await self._hearing.take()
        return words, TurnEnd(speech_ended_s, taken_at_s, self._clock.monotonic())

    async def _answer(self, transcript: Transcript, end: TurnEnd) -> None:
        assert self._listen is not None
        started_s = self._patient.turn_started_s
        self._patient.before = Transcript()
        self._watch.answering(end)
        before, listen = self._dialogue.copy(), self._listen
        commands = self._dialogue.handle(Heard(transcript))
        noted = self._note(transcript, started_s, end.speech_ended_s, self._dialogue.meaning_of_last)
        revocable = may_be_taken_back(commands)
        self._checkpoint = Checkpoint(before, listen, transcript, noted) if revocable else None
        await self._carry_out(commands)

    async def _resume(self, interrupted: tuple[str, ...], transcript: Transcript) -> None:
        """A cough, «угу» or «алло» is no answer: go on with the sentence that was cut."""
        if transcript:
            self._note(transcript, self._patient.turn_started_s, self._now_s, "backchannel")
        for sentence in interrupted:
            await self._speak(sentence)

    # -- the dialogue

    async def _tell(self, event: DialogueEvent) -> None:
        if not self._stopped:
            self._checkpoint = None
            await self._carry_out(self._dialogue.handle(event))

    async def _carry_out(self, commands: tuple[DialogueCommand, ...]) -> None:
        self._listen = None
        self._reply_started_s = None
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
        return None

    def _settle(self, command: Settle) -> None:
        self._held = self._minutes.settlement = command

    async def _speak(self, sentence: str) -> None:
        try:
            pcm = await self._prompts.pcm(sentence)
        except ZvonarError as error:
            log.error("prompt_failed", action="apologise", error=type(error).__name__)
            self.apologise()
            return
        self._watch.given(self._playback.say(sentence, pcm))

    def _after_prompt(self) -> None:
        """What was to follow the words follows now, unless the patient is speaking or not heard out yet."""
        if self._patient.speaking or self._patient.in_turn:
            return
        pending, self._pending = self._pending, None
        match pending:
            case Transfer():
                self._emit(TransferAsked(pending.target))
            case Finish():
                outcome = self.release()
                if outcome:
                    self._emit(Settled(outcome))
                self._emit(FarewellSaid())
            case None:
                pass

    def _note(self, said: Transcript, start_s: float, end_s: float, meaning: str) -> Turn:
        turn = Turn("patient", said.text, start_s, end_s, meaning, words=said.words)
        self._minutes.turns.append(turn)
        return turn
