"""`zvonar understand`: one JSON-ready answer per line of text."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from calls.transcript import Transcript
from scenarios.understanding import Understander, Understanding
from scenarios.understanding.meaning import Question


def understand_lines(
    understander: Understander, lines: Iterable[str], question: Question, now: datetime, zone: ZoneInfo
) -> Iterator[dict[str, Any]]:
    """What each text means in answer to the question; empty lines are left out."""
    for line in lines:
        text = " ".join(line.split())
        if text:
            yield to_json(understander.understand(Transcript.of(text), question, now, zone))


def to_json(understood: Understanding) -> dict[str, Any]:
    """The understanding as the command prints it; `topic` and `number` only where there are any."""
    answer: dict[str, Any] = {
        "text": understood.text,
        "class": understood.meaning.value,
        "also": [meaning.value for meaning in understood.also],
    }
    if understood.topic:
        answer["topic"] = understood.topic.value
    answer["when"] = understood.when.to_json() if understood.when else None
    answer["confidence"] = understood.confidence
    answer["why"] = understood.why
    if understood.number is not None:
        answer["number"] = understood.number
    return answer
