"""Labelled phrases: what patients said in answer to which question, and what it means."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from scenarios.understanding.meaning import Meaning, Question, Topic, Understanding

# What the classifiers are trained on, by language.
LEARNT = Path(__file__).parent / "training"
# A Thursday, noon in Moscow.
NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Moscow")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One labelled line of a set: question, labels `a|b` (any is right, the first is best), text, and
    when the call took place."""

    question: Question
    labels: tuple["Label", ...]
    text: str
    now: datetime = NOW

    @property
    def meaning(self) -> Meaning:
        return self.labels[0].meaning

    def accepts(self, understood: Understanding) -> bool:
        """Whether the class is one of the labels'."""
        return any(label.meaning is understood.meaning for label in self.labels)

    def is_completed_by(self, understood: Understanding) -> bool:
        """Whether the second intents and the topic of one label are understood too."""
        return any(
            label.meaning is understood.meaning
            and label.topic in (None, understood.topic)
            and label.also <= set(understood.also)
            for label in self.labels
        )


@dataclass(frozen=True, slots=True)
class Label:
    """One accepted reading: `class[+also...]`, a question as `question:topic`."""

    meaning: Meaning
    also: frozenset[Meaning]
    topic: Topic | None

    @classmethod
    def of(cls, text: str) -> "Label":
        names = [part.partition(":") for part in text.split("+")]
        meanings = [Meaning(name) for name, _, _ in names]
        topic = next((Topic(topic) for _, _, topic in names if topic), None)
        return cls(meanings[0], frozenset(meanings[1:]), topic)

    def __str__(self) -> str:
        names = "+".join([self.meaning, *sorted(self.also)])
        return f"{names}:{self.topic}" if self.topic else names


def read_phrases(path: Path) -> Iterator[Phrase]:
    """The phrases of a tab-separated set; lines with «#» are comments, and `# now ISO` dates the calls."""
    now = NOW
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("# now "):
            now = datetime.fromisoformat(line.removeprefix("# now "))
        if line and not line.startswith("#"):
            question, labels, text = line.split("\t")
            yield Phrase(Question(question), tuple(map(Label.of, labels.split("|"))), text, now)
