"""One understander per language for all tests: a dictionary is loaded once."""

from collections.abc import Callable
from datetime import datetime

import pytest

from calls.transcript import Transcript
from scenarios.understanding import Question, Understander, Understanding, understander
from scenarios.understanding.phrases import NOW, ZONE

VISIT = Question.CONFIRM_VISIT
Hear = Callable[..., Understanding]


@pytest.fixture(scope="session")
def russian() -> Understander:
    return understander("ru")


@pytest.fixture(scope="session")
def english() -> Understander:
    return understander("en")


@pytest.fixture(scope="session")
def hear(russian: Understander) -> Hear:
    """What a Russian text means."""

    def understand(
        text: str, question: Question = Question.CONFIRM_VISIT, now: datetime = NOW
    ) -> Understanding:
        return russian.understand(Transcript.of(text), question, now, ZONE)

    return understand


@pytest.fixture(scope="session")
def hear_english(english: Understander) -> Hear:
    """What an English text means."""

    def understand(
        text: str, question: Question = Question.CONFIRM_VISIT, now: datetime = NOW
    ) -> Understanding:
        return english.understand(Transcript.of(text), question, now, ZONE)

    return understand
