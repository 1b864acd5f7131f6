"""A campaign's end in the terminal: every visit, the totals, the answer delays."""

from collections import Counter
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.table import Table

from calls.reminder import AttemptResult
from crm_sync.port import RejectedRow
from robot.live_table import GROUPS, OUTCOMES, outcome_text, short_name
from storage.records import ReminderStatus


def visits_table(
    statuses: Sequence[ReminderStatus], zone: ZoneInfo, title: str = "Итоги по записям"
) -> Table:
    """One row per reminder, with each attempt's outcome."""
    table = Table(title=title)
    for heading in ("время", "пациент", "визитов", "итог", "попытки"):
        table.add_column(heading)
    for status in statuses:
        tries = " → ".join(OUTCOMES[each.outcome] if each.outcome else "…" for each in status.attempts)
        table.add_row(
            status.reminder.starts_at.astimezone(zone).strftime("%d.%m %H:%M"),
            short_name(status.reminder),
            str(len(status.reminder.appointments)),
            outcome_text(status.outcome),
            tries or "—",
        )
    return table


def totals_table(statuses: Sequence[ReminderStatus]) -> Table:
    """How many patients were reached, and what the others came to."""
    table = Table(title="Всего")
    table.add_column("")
    table.add_column("пациентов", justify="right")
    table.add_column("почему")
    ended = [status.outcome for status in statuses if status.outcome]
    table.add_row("дозвонились", str(sum(outcome.reached for outcome in ended)), f"из {len(statuses)}")
    by_group = Counter(outcome.group for outcome in ended)
    for group, (words, style) in GROUPS.items():
        reasons = Counter(OUTCOMES[outcome] for outcome in ended if outcome.group is group)
        why = ", ".join(f"{reason}: {count}" for reason, count in reasons.most_common())
        table.add_row(f"[{style}]{words}[/]", str(by_group[group]), why)
    return table


def answer_delays_s(results: Sequence[AttemptResult]) -> list[float]:
    """Every reply's delay after the end of the patient's speech, ascending."""
    delays = (turn.answer_delay_s for result in results for turn in result.conversation.turns)
    return sorted(delay for delay in delays if delay is not None)


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of ascending values."""
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def transcript_text(result: AttemptResult) -> str:
    """What was said, with the seconds of the recording."""
    names = {"robot": "Робот", "patient": "Пациент"}
    lines = [f"Попытка {result.attempt}: {OUTCOMES[result.outcome]}"]
    for turn in result.conversation.turns:
        meaning = f"  [{turn.meaning}]" if turn.meaning else ""
        delay = f"  (ответ через {turn.answer_delay_s:.2f} с)" if turn.answer_delay_s is not None else ""
        lines.append(
            f"{turn.start_s:6.2f}–{turn.end_s:6.2f}  {names[turn.speaker]}: {turn.text}{meaning}{delay}"
        )
    return "\n".join(lines) + "\n"


def rejected_table(rejected: Sequence[RejectedRow]) -> Table:
    """Rows of the CRM that are no appointment to call about, and why."""
    table = Table(title="Строки, которые не удалось прочесть")
    for heading in ("источник", "строка", "столбец", "причина"):
        table.add_column(heading)
    for row in rejected:
        table.add_row(row.source, str(row.row), row.column, row.reason)
    return table
