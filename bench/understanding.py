"""How well answers are understood: `python -m bench.understanding [--language ru] [--json]`.

Prints, per labelled set, how many classes are right, how often anything but a yes was taken for a
confirmation or anything but a no for a cancellation, and the time per phrase.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from calls.transcript import Transcript
from scenarios.understanding import Meaning, Question, Topic, Understander, Understanding, understander

SETS = Path(__file__).parent.parent / "tests" / "scenarios" / "understanding"
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


@dataclass(frozen=True, slots=True)
class Score:
    """The result of one set."""

    phrases: int
    wrong: tuple[tuple[Phrase, Understanding], ...]
    incomplete: int
    milliseconds: float

    @property
    def accuracy(self) -> float:
        return 1 - len(self.wrong) / self.phrases

    def false_of(self, meaning: Meaning) -> int:
        """How often the meaning was understood where it was not meant."""
        return sum(understood.meaning is meaning for _, understood in self.wrong)


def read_phrases(path: Path) -> Iterator[Phrase]:
    """The phrases of a tab-separated set; lines with «#» are comments, and `# now ISO` dates the calls."""
    now = NOW
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("# now "):
            now = datetime.fromisoformat(line.removeprefix("# now "))
        if line and not line.startswith("#"):
            question, labels, text = line.split("\t")
            yield Phrase(Question(question), tuple(map(Label.of, labels.split("|"))), text, now)


def score(language: Understander, phrases: Iterable[Phrase]) -> Score:
    """Understand every phrase; `incomplete` is a right class with a wrong topic or no second intent."""
    wrong: list[tuple[Phrase, Understanding]] = []
    count = incomplete = 0
    started = time.perf_counter()
    for phrase in phrases:
        count += 1
        understood = language.understand(Transcript.of(phrase.text), phrase.question, phrase.now, ZONE)
        if not phrase.accepts(understood):
            wrong.append((phrase, understood))
        elif not phrase.is_completed_by(understood):
            incomplete += 1
    elapsed = time.perf_counter() - started
    return Score(count, tuple(wrong), incomplete, 1000 * elapsed / max(count, 1))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", choices=sorted(path.name for path in SETS.iterdir() if path.is_dir()))
    parser.add_argument("--json", action="store_true", help="one JSON object per set")
    parser.add_argument("--wrong", action="store_true", help="list the phrases that were understood wrongly")
    options = parser.parse_args(arguments)
    for folder in sorted(path for path in SETS.iterdir() if path.is_dir()):
        if options.language in (None, folder.name):
            language = understander(folder.name)
            for path in sorted(folder.glob("*.tsv")):
                _show(folder.name, path.stem, score(language, read_phrases(path)), options)
    return 0


def _show(language: str, name: str, result: Score, options: argparse.Namespace) -> None:
    row = {
        "language": language,
        "set": name,
        "phrases": result.phrases,
        "right": round(100 * result.accuracy, 1),
        "false_confirm": result.false_of(Meaning.CONFIRM),
        "false_cancel": result.false_of(Meaning.CANCEL),
        "incomplete": result.incomplete,
        "ms_per_phrase": round(result.milliseconds, 2),
    }
    if options.json:
        print(json.dumps(row, ensure_ascii=False))
    else:
        print("  ".join(f"{key} {value}" for key, value in row.items()))
    if options.wrong:
        for phrase, understood in result.wrong:
            print(f"  {phrase.text!r}: {phrase.meaning}, understood {understood.meaning} ({understood.why})")


if __name__ == "__main__":
    sys.exit(main())
