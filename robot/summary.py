"""A campaign's end in the terminal: every visit, the totals, the answer delays."""

import math
from collections import Counter
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from calls.reminder import AnswerDelay, AttemptResult
from crm_sync.port import RejectedRow
from robot.live_table import GROUPS, OUTCOMES, outcome_text, short_name
from storage.records import ReminderStatus, ReportStage, Untaken


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


NEXT_STEPS = {
    ReportStage.WAITING: "скоро повторим",
    ReportStage.GIVEN_UP: "повторим при следующем запуске",
    ReportStage.REFUSED: "внесите вручную",
}


def untaken_table(untaken: Sequence[Untaken]) -> Table:
    """How many results the CRM has not taken, why, and what comes next."""
    table = Table(title="Результаты, которых нет в CRM")
    table.add_column("результатов", justify="right")
    for heading in ("что дальше", "почему"):
        table.add_column(heading)
    causes = Counter((result.stage, result.problem) for result in untaken)
    for (stage, problem), count in sorted(causes.items()):
        table.add_row(str(count), NEXT_STEPS[stage], Text(problem or "ещё не отправлен"))
    return table


DELAY_PARTS = {
    "endpointing_s": "конец речи",
    "recognition_s": "распознавание",
    "decision_s": "решение",
    "line_s": "линия",
}


def answer_delays(results: Sequence[AttemptResult]) -> list[AnswerDelay]:
    """Every reply's delay after the end of the patient's speech, the shortest first."""
    delays = (turn.answer_delay for result in results for turn in result.conversation.turns)
    return sorted((delay for delay in delays if delay), key=lambda delay: delay.total_s)


def median_delay(delays: Sequence[AnswerDelay]) -> AnswerDelay:
    """The median of each part by itself."""
    return AnswerDelay(
        *(percentile(sorted(getattr(delay, part) for delay in delays), 0.5) for part in DELAY_PARTS)
    )


def delay_text(delay: AnswerDelay) -> str:
    """The parts of a delay in Russian, seconds."""
    return " + ".join(f"{name} {getattr(delay, part):.2f}" for part, name in DELAY_PARTS.items())


def delays_text(delays: Sequence[AnswerDelay]) -> str:
    """Percentiles of the whole delay (ascending) and the medians of its parts; empty without any."""
    if not delays:
        return ""
    totals_s = [delay.total_s for delay in delays]
    p50, p95 = percentile(totals_s, 0.5), percentile(totals_s, 0.95)
    parts = delay_text(median_delay(delays))
    return (
        f"Ответ после конца речи пациента: p50 {p50:.2f} с, p95 {p95:.2f} с, ответов {len(delays)}"
        f" (медианы: {parts})"
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of ascending values."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def transcript_text(result: AttemptResult) -> str:
    """What was said, with the seconds of the recording."""
    names = {"robot": "Робот", "patient": "Пациент"}
    lines = [f"Попытка {result.attempt}: {OUTCOMES[result.outcome]}"]
    for turn in result.conversation.turns:
        meaning = f"  [{turn.meaning}]" if turn.meaning else ""
        delay = ""
        if turn.answer_delay:
            delay = f"  (ответ через {turn.answer_delay.total_s:.2f} с: {delay_text(turn.answer_delay)})"
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
