"""A campaign while it runs, in the terminal: lines, states, outcomes, seconds."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from calls.machine import CallState
from calls.outcome import Group, Outcome
from calls.reminder import Reminder
from robot.telephone import LiveCall
from storage.records import ReminderStatus

STATES = {
    CallState.PLANNED: ("готовится", "dim"),
    CallState.DIALING: ("набор номера", "cyan"),
    CallState.RINGING: ("гудки", "cyan"),
    CallState.EARLY_MEDIA: ("говорит сеть", "cyan"),
    CallState.TALKING: ("разговор", "bold green"),
    CallState.TRANSFERRING: ("перевод", "magenta"),
    CallState.CLOSING: ("прощание", "green"),
    CallState.RELEASING: ("отбой", "dim"),
    CallState.ENDED: ("конец", "dim"),
}
OUTCOMES = {
    Outcome.CONFIRMED: "подтвердил",
    Outcome.CANCELLED: "отменил",
    Outcome.RESCHEDULED: "перенёс",
    Outcome.WANTS_RESCHEDULE: "хочет перенести",
    Outcome.ANSWERED: "ответил",
    Outcome.CALLBACK_AT: "просит перезвонить",
    Outcome.WANTS_OPERATOR: "просит человека",
    Outcome.TRANSFERRED: "переведён",
    Outcome.WRONG_NUMBER: "ошиблись номером",
    Outcome.DO_NOT_CALL: "не звонить",
    Outcome.DECEASED: "умер",
    Outcome.NOT_UNDERSTOOD: "не понят",
    Outcome.SILENT: "молчал",
    Outcome.HUNG_UP: "бросил трубку",
    Outcome.LINE_LOST: "связь пропала",
    Outcome.VOICEMAIL: "автоответчик",
    Outcome.BUSY: "занято",
    Outcome.DECLINED: "сбросил",
    Outcome.NO_ANSWER: "не отвечает",
    Outcome.UNREACHABLE: "недоступен",
    Outcome.INVALID_NUMBER: "нет такого номера",
    Outcome.FAILED: "сбой",
    Outcome.INTERRUPTED: "прерван",
    Outcome.SUPERSEDED: "запись изменена",
    Outcome.OPTED_OUT: "просил не звонить",
    Outcome.EXPIRED: "не успели",
}
GROUPS = {
    Group.CONFIRMED: ("подтвердили", "green"),
    Group.CANCELLED: ("отменили", "yellow"),
    Group.TO_RESCHEDULE: ("перенести", "yellow"),
    Group.ANSWERED: ("ответили", "green"),
    Group.NEEDS_PERSON: ("нужен человек", "magenta"),
    Group.NOT_REACHED: ("не дозвонились", "red"),
    Group.NOT_CALLED: ("не звонили", "dim"),
}


def outcome_text(outcome: Outcome | None) -> Text:
    """An outcome in Russian, in the colour of its group."""
    if outcome is None:
        return Text("—", style="dim")
    return Text(OUTCOMES[outcome], style=GROUPS[outcome.group][1])


def short_name(reminder: Reminder) -> str:
    """«Иванова А. П.»: enough for the clinic's own screen."""
    family, *given = reminder.appointments[0].patient.name.split()
    return " ".join([family, *(f"{name[0]}." for name in given)]) if family else ""


def live_view(
    statuses: Sequence[ReminderStatus], live: Sequence[LiveCall], now: datetime, lines: int
) -> RenderableType:
    """Calls under way above, the tally and a progress bar below."""
    calls = Table(title="Линии", expand=False, min_width=64)
    for heading in ("линия", "пациент", "попытка", "состояние", "секунд"):
        calls.add_column(heading)
    shown = sorted(live, key=lambda call: call.began_at)
    for line in range(lines):
        if line < len(shown):
            call = shown[line]
            words, style = STATES[call.state]
            seconds = f"{(now - call.began_at).total_seconds():.0f}"
            number = call.attempt.rpartition(":")[2]
            calls.add_row(str(line + 1), short_name(call.reminder), number, Text(words, style), seconds)
        else:
            calls.add_row(str(line + 1), Text("свободна", "dim"), "", "", "")
    done = sum(status.outcome is not None for status in statuses)
    return Stack(calls, tally_text(statuses), ProgressBar(len(statuses) or 1, done, width=64))


def tally_text(statuses: Sequence[ReminderStatus]) -> Text:
    """How many have ended, and how."""
    counts = Counter(status.outcome.group for status in statuses if status.outcome)
    text = Text(f"Готово {sum(counts.values())} из {len(statuses)}")
    for group, (words, style) in GROUPS.items():
        if counts[group]:
            text.append(" · ").append(f"{words} {counts[group]}", style)
    return text
