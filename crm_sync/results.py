"""The table of results that a clinic reads: one row per visit, in Russian, safe to open in a spreadsheet."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from calls.outcome import Group, Outcome
from crm_sync.columns import Field
from crm_sync.port import VisitResult
from crm_sync.visits import Cells, name_of

REFERENCE = "Номер записи"
FINISHED = "Завершено"
OUTCOME_CODE = "Код итога"

GROUPS: Mapping[Group, str] = {
    Group.CONFIRMED: "Подтверждено",
    Group.CANCELLED: "Отменено",
    Group.TO_RESCHEDULE: "Нужно перенести",
    Group.ANSWERED: "Ответил",
    Group.NEEDS_PERSON: "Нужен человек",
    Group.NOT_REACHED: "Не дозвонились",
    Group.NOT_CALLED: "Не звонили",
}

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.CONFIRMED: "Придёт",
    Outcome.CANCELLED: "Не придёт, просит отменить",
    Outcome.RESCHEDULED: "Перенесено на другое время",
    Outcome.WANTS_RESCHEDULE: "Просит перенести",
    Outcome.ANSWERED: "Ответил, запись не менялась",
    Outcome.CALLBACK_AT: "Просит перезвонить",
    Outcome.WANTS_OPERATOR: "Просит оператора",
    Outcome.TRANSFERRED: "Соединён с оператором",
    Outcome.WRONG_NUMBER: "Чужой номер",
    Outcome.DO_NOT_CALL: "Просит больше не звонить",
    Outcome.DECEASED: "Сообщили, что пациент умер",
    Outcome.NOT_UNDERSTOOD: "Ответ не понят",
    Outcome.SILENT: "Молчание в трубке",
    Outcome.HUNG_UP: "Положили трубку",
    Outcome.LINE_LOST: "Связь прервалась",
    Outcome.VOICEMAIL: "Автоответчик",
    Outcome.BUSY: "Занято",
    Outcome.DECLINED: "Звонок отклонён",
    Outcome.NO_ANSWER: "Не отвечает",
    Outcome.UNREACHABLE: "Абонент недоступен",
    Outcome.INVALID_NUMBER: "Неверный номер",
    Outcome.FAILED: "Звонок не удался",
    Outcome.INTERRUPTED: "Звонок прерван",
    Outcome.SUPERSEDED: "Запись изменена или отменена до звонка",
    Outcome.OPTED_OUT: "Просил не звонить",
    Outcome.EXPIRED: "Не успели до приёма",
}

HEADERS = (
    *(REFERENCE, "Пациент", "Телефон", "Дата", "Время", "Врач", "Филиал"),
    *("Статус", "Итог", OUTCOME_CODE, "Примечание", "Ответы", "Попыток", FINISHED),
    *("Запись разговора", "Расшифровка", "Ключ напоминания"),
)

_RISKY_STARTS = ("=", "+", "-", "@", "\t", "\r")


def result_row(result: VisitResult, visit: Cells, zone: ZoneInfo) -> dict[str, str]:
    """The visit's row; what is not known of the visit is empty. Times are local, with the offset."""
    day, hour = _when(visit)
    cells = {
        REFERENCE: result.appointment,
        "Пациент": name_of(visit),
        "Дата": day,
        "Время": hour,
        "Врач": visit.get(Field.DOCTOR, ""),
        "Филиал": visit.get(Field.BRANCH, ""),
        "Статус": GROUPS[result.group],
        "Итог": OUTCOMES[result.outcome],
        OUTCOME_CODE: result.outcome.value,
        "Примечание": result.note,
        "Ответы": "; ".join(f"{name}: {value}" for name, value in result.results.items()),
        "Попыток": str(result.attempts),
        FINISHED: result.finished_at.astimezone(zone).isoformat(sep=" ", timespec="seconds"),
        "Запись разговора": result.recording,
        "Расшифровка": result.transcript,
        "Ключ напоминания": result.reminder,
    }
    safe = {header: harmless(text) for header, text in cells.items()}
    return {**safe, "Телефон": visit.get(Field.PHONE, "").lstrip("=@")}


def merged(
    headers: Sequence[str], rows: Sequence[Mapping[str, str]], new: Mapping[str, str]
) -> tuple[tuple[str, ...], list[Mapping[str, str]]] | None:
    """The table with the new row in the place of the visit's old one; none when nothing changes.

    Columns and rows that people have added stay. An older result does not replace a newer one.
    """
    all_headers = (*headers, *(header for header in HEADERS if header not in headers))
    result = list(rows)
    for place, old in enumerate(rows):
        if old.get(REFERENCE, "") != new[REFERENCE]:
            continue
        if _instant(old) > _instant(new):
            return None
        known = {header: text for header, text in new.items() if text or header in _ALWAYS_REPLACED}
        result[place] = {**old, **known}
        return None if result[place] == old else (all_headers, result)
    return all_headers, [*result, new]


_ALWAYS_REPLACED = frozenset(HEADERS[7:])


def harmless(text: str) -> str:
    """A spreadsheet must not take what a patient said for a formula."""
    return f"'{text}" if text.startswith(_RISKY_STARTS) else text


def _when(visit: Cells) -> tuple[str, str]:
    start = visit.get(Field.START, "").replace("T", " ")
    day, _, hour = (start or visit.get(Field.DATE, "").replace("T", " ")).partition(" ")
    return day, visit.get(Field.TIME, "") or hour


def _instant(row: Mapping[str, str]) -> float:
    """Minus infinity where a person has spoilt the cell: any result is newer than that."""
    try:
        moment = datetime.fromisoformat(row.get(FINISHED, ""))
    except ValueError:
        return float("-inf")
    return moment.timestamp() if moment.tzinfo else float("-inf")
