"""How well answers are understood: `python -m bench.understanding [--language ru] [--json]`.

Prints, per labelled set, how many classes are right, how often anything but a yes was taken for a
confirmation or anything but a no for a cancellation, and the time per phrase. Nothing was learnt from the
unseen sets; for what the learnt ones are worth to a new set see
`python -m scenarios.understanding.training --across`.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from calls.transcript import Transcript
from scenarios.understanding import Meaning, Understander, Understanding, understander
from scenarios.understanding.phrases import LEARNT, ZONE, Phrase, read_phrases

UNSEEN = Path(__file__).parent.parent / "tests" / "scenarios" / "understanding"
LANGUAGES = ("en", "ru")


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
    parser.add_argument("--language", choices=LANGUAGES)
    parser.add_argument("--unseen", action="store_true", help="only the sets that nothing was learnt from")
    parser.add_argument("--json", action="store_true", help="one JSON object per set")
    parser.add_argument("--wrong", action="store_true", help="list the phrases that were understood wrongly")
    options = parser.parse_args(arguments)
    folders = {"unseen": UNSEEN} if options.unseen else {"unseen": UNSEEN, "learnt": LEARNT}
    for name in [options.language] if options.language else LANGUAGES:
        language = understander(name)
        for kind, folder in folders.items():
            for path in sorted((folder / name).glob("*.tsv")):
                title = {"language": name, "kind": kind, "set": path.stem}
                _show(title, score(language, read_phrases(path)), options)
    return 0


def _show(title: dict[str, str], result: Score, options: argparse.Namespace) -> None:
    row = title | {
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
