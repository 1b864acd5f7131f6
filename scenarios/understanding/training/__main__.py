"""Trains a language's classifier from the labelled phrases beside this module.

With --across it writes nothing: each set is judged by a classifier that never saw it, together with the
rules, which is what a new set may expect.
"""

import argparse
import importlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from calls.transcript import Transcript
from scenarios.understanding import Meaning
from scenarios.understanding.calendar import monday_to_friday
from scenarios.understanding.classifier import Classifier
from scenarios.understanding.language import Language
from scenarios.understanding.phrases import LEARNT, ZONE, Phrase, read_phrases
from scenarios.understanding.training import logistic
from scenarios.understanding.training.made_up import made_up
from scenarios.understanding.understander import RuleUnderstander

LANGUAGES = LEARNT.parent / "languages"
FOLDS = 6

Sets = Mapping[str, Sequence[Phrase]]


def sets_of(language: str) -> Sets:
    """The phrases to learn from, by set."""
    return {path.stem: list(read_phrases(path)) for path in sorted((LEARNT / language).glob("*.tsv"))}


def phrases_of(language: str) -> list[Phrase]:
    """All there is to learn from: the sets, and the made-up phrases."""
    sets = sets_of(language)
    return [phrase for name in sets for phrase in sets[name]] + made_up(language)


def grammar_of(language: str) -> Language:
    grammar: Language = importlib.import_module(f"scenarios.understanding.languages.{language}").LANGUAGE
    return grammar


def train(language: str) -> Path:
    """Write `languages/LANGUAGE/classifier.npz`."""
    phrases = phrases_of(language)
    content = logistic.fit(logistic.examples(grammar_of(language), phrases))
    content["digest"] = np.array(logistic.digest(phrases))
    target = LANGUAGES / language / "classifier.npz"
    with target.open("wb") as file:
        np.savez_compressed(file, **content)  # type: ignore[arg-type]  # numpy's stub takes the arrays for flags
    return target


def across(language: str, names: Sequence[str]) -> Table:
    """Right answers of every set that the classifier did not see."""
    sets, grammar = sets_of(language), grammar_of(language)
    learnt = {name: logistic.examples(grammar, sets[name]) for name in track(sets, "Reading the phrases")}
    always = logistic.examples(grammar, made_up(language))
    shown = Table("set", "phrases", "rules %", "both %", "false yes", "false no", title=language)
    wanted = [name for name in sets if not names or any(part in name for part in names)]
    for fold in track([wanted[first::FOLDS] for first in range(FOLDS)], "Learning without a sixth"):
        rest = [example for name in sets if name not in fold for example in learnt[name]]
        learned = Classifier.of(logistic.fit(rest + always))
        both = RuleUnderstander(grammar, {}, monday_to_friday, learned)
        for name in fold:
            rules, _, _ = _right(RuleUnderstander(grammar, {}), sets[name])
            right, false_yes, false_no = _right(both, sets[name])
            shown.add_row(
                name, str(len(sets[name])), f"{rules:.1f}", f"{right:.1f}", str(false_yes), str(false_no)
            )
    return shown


def _right(understander: RuleUnderstander, phrases: Sequence[Phrase]) -> tuple[float, int, int]:
    """Percentage right, and how often a confirmation and a cancellation were false."""
    wrong: list[Meaning] = []
    for phrase in phrases:
        heard = Transcript.of(phrase.text)
        understood = understander.understand(heard, phrase.question, phrase.now, ZONE)
        if not phrase.accepts(understood):
            wrong.append(understood.meaning)
    right = 100 * (1 - len(wrong) / len(phrases))
    return right, wrong.count(Meaning.CONFIRM), wrong.count(Meaning.CANCEL)


def main(line: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scenarios.understanding.training", description=__doc__)
    known = sorted(path.name for path in LEARNT.iterdir() if (path / "tune.tsv").exists())
    parser.add_argument("--language", choices=known, help="only this one")
    parser.add_argument("--across", nargs="*", metavar="SET", help="measure sets left out of the training")
    options = parser.parse_args(line)
    console = Console()
    for language in [options.language] if options.language else known:
        if options.across is not None:
            console.print(across(language, options.across))
        else:
            console.print(f"Learning {language} …")
            target = train(language)
            console.print(f"{target.name}: {target.stat().st_size / 2**20:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
