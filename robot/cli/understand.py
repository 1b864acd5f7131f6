"""`zvonar understand`: what the robot makes of a patient's words."""

import json
import sys
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from calls.errors import BadInput
from robot.wiring import SystemClock


def understand(
    texts: Annotated[
        list[str] | None, typer.Argument(help="Фразы; без них читаются строки со входа.")
    ] = None,
    language: Annotated[str, typer.Option(help="Язык: ru или en.")] = "ru",
    question: Annotated[str, typer.Option(help="О чём спросил робот.")] = "confirm_visit",
    now: Annotated[str | None, typer.Option(help="«Сейчас» по ISO 8601; без него — по часам.")] = None,
    zone: Annotated[str, typer.Option(help="Часовой пояс клиники.")] = "Europe/Moscow",
) -> None:
    """Показать, как понята фраза: класс, когда, уверенность и почему. Одна строка JSON на фразу.

    Примеры:  zvonar understand "нет, не отменяйте"   ·   zvonar understand --question ask_date "в среду"
    """
    from scenarios.understanding import understander
    from scenarios.understanding.command import understand_lines
    from scenarios.understanding.meaning import Question

    if question not in set(Question):
        known = ", ".join(sorted(Question))
        raise BadInput(f"--question: вопроса «{question}» нет", hint=f"Есть: {known}")
    clinic_zone = _zone(zone)
    moment = _moment(now, clinic_zone)
    lines = texts if texts else (line.rstrip("\n") for line in sys.stdin)
    answers = understand_lines(understander(language), lines, Question(question), moment, clinic_zone)
    for answer in answers:
        print(json.dumps(answer, ensure_ascii=False), flush=True)


def _moment(text: str | None, zone: ZoneInfo) -> datetime:
    if text is None:
        return SystemClock().now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput("--now: не время по ISO 8601", hint="Пример: --now 2027-03-02T10:00+03:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(f"--zone: часового пояса «{name}» нет", hint="Пример: Europe/Moscow") from error
