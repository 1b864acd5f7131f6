"""The labelled sets: what nothing was learnt from must be understood, and what was argued about stay so."""

from pathlib import Path

import pytest

from bench.understanding import LANGUAGES, UNSEEN, Score, score
from scenarios.understanding import Meaning, understander
from scenarios.understanding.phrases import LEARNT, read_phrases

# Measured, less one point. What bulk sets are worth: `python -m scenarios.understanding.training --across`.
LEAST_RIGHT = {("ru", "unseen"): 0.95, ("en", "unseen"): 0.90, ("ru", "learnt"): 0.94, ("en", "learnt"): 0.94}
FOR_LEARNING_ONLY = ("bulk", "overheard")
# Taken for an answer that their authors did not see in them.
DISPUTED = {("confirm_cancel", "Нет.")}


def sets() -> list[tuple[str, str, Path]]:
    return [
        (language, kind, path)
        for kind, folder in (("unseen", UNSEEN), ("learnt", LEARNT))
        for language in LANGUAGES
        for path in sorted((folder / language).glob("*.tsv"))
        if not path.stem.startswith(FOR_LEARNING_ONLY)
    ]


@pytest.fixture(scope="module")
def scores() -> dict[Path, Score]:
    languages = {language: understander(language) for language in LANGUAGES}
    return {path: score(languages[language], read_phrases(path)) for language, _, path in sets()}


@pytest.mark.parametrize(
    ("language", "kind", "path"), sets(), ids=lambda item: str(getattr(item, "stem", item))
)
def test_accuracy(scores: dict[Path, Score], language: str, kind: str, path: Path) -> None:
    result = scores[path]
    wrong = [f"{phrase.text!r}: {phrase.meaning} not {got.meaning}" for phrase, got in result.wrong]
    assert result.accuracy >= LEAST_RIGHT[language, kind], "\n".join(wrong)


@pytest.mark.parametrize(
    "path", [path for _, _, path in sets()], ids=lambda path: f"{path.parent.name}-{path.stem}"
)
@pytest.mark.parametrize("meaning", [Meaning.CONFIRM, Meaning.CANCEL])
def test_nothing_else_is_taken_for_it(scores: dict[Path, Score], path: Path, meaning: Meaning) -> None:
    taken = {
        (str(phrase.question), phrase.text) for phrase, got in scores[path].wrong if got.meaning is meaning
    }
    assert taken <= DISPUTED


def test_the_unseen_sets_are_as_large_as_promised() -> None:
    for language, least in (("ru", 600), ("en", 150)):
        assert sum(len(list(read_phrases(path))) for path in (UNSEEN / language).glob("*.tsv")) >= least


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_unseen_phrase_was_learnt(language: str) -> None:
    """But for the short ones that everybody says: «да, приду»."""
    learnt = {phrase.text for path in (LEARNT / language).glob("*.tsv") for phrase in read_phrases(path)}
    unseen = [phrase.text for path in (UNSEEN / language).glob("*.tsv") for phrase in read_phrases(path)]
    assert [text for text in unseen if len(text.split()) > 6 and text in learnt] == []
