"""Talk to a scenario by text: the same dialogue as in a call, with a made-up clinic at the other end."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from calls.outcome import Outcome
from calls.transcript import Transcript
from scenarios.dialogue import Dialogue, understander_for
from scenarios.example import Example
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
from scenarios.schema import KEYS, Scenario

SILENCE = ("", "...", "…", "молчит", "silence")
SPECIAL: Mapping[str, DialogueEvent] = {
    "автоответчик": MachineAnswered(ready=False),
    "machine": MachineAnswered(ready=False),
    "гудок": MachineAnswered(ready=True),
    "beep": MachineAnswered(ready=True),
    "не слышно": HearingLost(),
    "deaf": HearingLost(),
    "никто не ответил": TransferFailed(),
    "no answer": TransferFailed(),
}
HELP = "Клавиша — одна цифра; (молчит), (автоответчик), (гудок), (не слышно), (никто не ответил) — события."
MOST_EXCHANGES = 50


class Speaker(StrEnum):
    ROBOT = "robot"
    PATIENT = "patient"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the script a trial writes."""

    speaker: Speaker
    text: str

    def __str__(self) -> str:
        mark = {Speaker.ROBOT: "Робот", Speaker.PATIENT: "Пациент", Speaker.NOTE: "  —"}[self.speaker]
        return f"{mark}: {self.text}" if self.speaker is not Speaker.NOTE else f"{mark} {self.text}"


class Trial:
    """One trial call. `settled` is what it came to."""

    def __init__(self, scenario: Scenario, example: Example | None = None) -> None:
        self._example = example or Example()
        facts = self._example.facts_for(scenario)
        own = understander_for(scenario, facts.language)
        self.dialogue = Dialogue(scenario, facts, own, facts.now)
        self.settled: Settle | None = None
        self.transferred = False
        self.messages: list[SendMessage] = []
        self.sentences: list[str] = []
        self.listening: Listen | None = None
        self.booked: list[str] = []
        self._taken = {slot.reference for slot, taken in self._example.free_slots() if taken}

    @property
    def over(self) -> bool:
        return self.dialogue.over

    @property
    def outcome(self) -> Outcome | None:
        """What the call came to; `transferred` while a person has taken over."""
        if self.settled:
            return self.settled.outcome
        return Outcome.TRANSFERRED if self.transferred else None

    def begin(self) -> tuple[Line, ...]:
        """The patient picks up."""
        return tuple(self._carry_out(self.dialogue.handle(Began())))

    def reply(self, text: str) -> tuple[Line, ...]:
        """The patient says, presses or does something; see `HELP`."""
        event = event_of(text)
        if isinstance(event, TransferFailed):
            self.transferred = False
        lines = [Line(Speaker.PATIENT, text.strip() or "(молчит)")]
        commands = self.dialogue.handle(event)
        meaning = self.dialogue.meaning_of_last
        if isinstance(event, Heard) and meaning:
            lines.append(Line(Speaker.NOTE, f"понято: {meaning}"))
        return (*lines, *self._carry_out(commands))

    def _carry_out(self, commands: tuple[DialogueCommand, ...]) -> list[Line]:
        lines: list[Line] = []
        waiting = list(commands)
        for _ in range(MOST_EXCHANGES):
            if not waiting:
                break
            command = waiting.pop(0)
            line = self._line(command)
            if line:
                lines.append(line)
            answer = self._answer(command)
            if answer:
                waiting.extend(self.dialogue.handle(answer))
        return lines

    def _line(self, command: DialogueCommand) -> Line | None:
        match command:
            case Say(sentences):
                self.sentences.extend(sentences)
                return Line(Speaker.ROBOT, " ".join(sentences))
            case Listen():
                self.listening = command
            case Settle(outcome, results, tags, task):
                self.settled = command
                parts = [f"итог: {outcome}"]
                parts += [f"{name}: {value}" for name, value in results.items()]
                parts += ["метки: " + ", ".join(tags)] if tags else []
                parts += [f"задача: {task}"] if task else []
                return Line(Speaker.NOTE, "; ".join(parts))
            case Transfer(target, whisper):
                self.transferred = True
                aside = f", шёпотом: {whisper}" if whisper else ""
                return Line(Speaker.NOTE, f"перевод на {target}{aside}")
            case SendMessage(channel, text):
                self.messages.append(command)
                return Line(Speaker.NOTE, f"{channel}: {text}")
            case Finish():
                return Line(Speaker.NOTE, "конец разговора")
            case _:
                return None
        return None

    def _answer(self, command: DialogueCommand) -> DialogueEvent | None:
        match command:
            case FindSlots(earliest, latest, limit):
                slots = (slot for slot, _ in self._example.free_slots())
                free = [slot for slot in slots if earliest <= slot.starts_at <= latest]
                return SlotsFound(tuple(free[:limit]))
            case BookSlot(_, slot):
                booked = slot.reference not in self._taken
                self.booked.append(slot.reference) if booked else self._taken.discard(slot.reference)
                return SlotBooked(booked)
            case _:
                return None


def event_of(text: str) -> DialogueEvent:
    """What a line typed by a person stands for."""
    plain = text.strip()
    if len(plain) == 1 and plain in KEYS:
        return Pressed(plain)
    inner = plain.strip("()[]").strip().casefold()
    if inner in SILENCE:
        return StayedSilent()
    if inner in SPECIAL and plain != inner:
        return SPECIAL[inner]
    return Heard(Transcript.of(plain))
