"""Which words follow which: a back-off trigram of what patients say, a phone bigram for all other words."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

from asr.training.grammar import SentenceSource, other_speech
from asr.training.pronunciation import PHONES, pronunciations

UNKNOWN = "[unk]"
START, END = "<s>", "</s>"
ORDER = 3
LEAST = (0, 1, 3)  # how often words must have followed a history of so many words to be remembered
FLOOR = 0.5  # times a word of the vocabulary counts before it was seen
SENTENCES = 60_000

History = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arc:
    """A step of the model: `word` None backs off; `cost` is a negative natural logarithm."""

    source: int
    target: int
    word: str | None
    cost: float


@dataclass(frozen=True, slots=True)
class WordModel:
    """State 0 starts a sentence; `final` tells where it may end, and what that costs."""

    arcs: tuple[Arc, ...]
    final: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class PhoneBigram:
    """Costs of starting with a phone, of one phone after another, and of ending."""

    start: dict[str, float]
    step: dict[tuple[str, str], float]
    end: float = 1.0


def dialogue(rng: Random, count: int = SENTENCES) -> list[list[str]]:
    """Sentences to count words in: the dialogue, with and without something unknown around it."""
    source = SentenceSource(rng)
    found = []
    for _ in range(count):
        words = source.phrase().text.split()
        kind = rng.random()
        if kind < 0.10:
            words = [UNKNOWN]
        elif kind < 0.16:
            words = [*words, UNKNOWN]
        elif kind < 0.22:
            words = [UNKNOWN, *words]
        elif kind < 0.30:
            words = [*words, *source.phrase().text.split()]
        found.append(words)
    return found


def written_answers(folder: Path, vocabulary: Iterable[str]) -> Iterator[list[str]]:
    """What patients may say: the last column of the tables in `folder`, with unknown words as such.

    Answers with figures or foreign letters are left out.
    """
    known = frozenset(vocabulary)
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            answer = line.rpartition("\t")[2].lower().replace("ё", "е")
            if line.startswith("#") or re.search(r"[0-9a-z\[]", answer):
                continue
            words = [word if word in known else UNKNOWN for word in re.findall("[а-я]+", answer)]
            once = [
                word
                for word, before in zip(words, [None, *words], strict=False)
                if word != before or word != UNKNOWN
            ]
            if once:
                yield once


class _Counts:
    """How often words followed histories, smoothed after Witten and Bell."""

    def __init__(self, sentences: Iterable[Sequence[str]], vocabulary: Iterable[str]) -> None:
        self.words = sorted({*vocabulary, END})
        self.after: defaultdict[History, Counter[str]] = defaultdict(Counter)
        for sentence in sentences:
            said = (START, *sentence, END)
            for at in range(1, len(said)):
                for length in range(min(at, ORDER - 1) + 1):
                    self.after[said[at - length : at]][said[at]] += 1
        self._seen = {history: sum(counts.values()) for history, counts in self.after.items()}

    def probability(self, history: History, word: str) -> float:
        counts = self.after[history]
        if not history:
            return (counts[word] + FLOOR) / (self._seen[()] + FLOOR * len(self.words))
        kinds = len(counts)
        lower = self.probability(history[1:], word)
        return (counts[word] + kinds * lower) / (self._seen[history] + kinds)

    def remembered(self) -> dict[History, dict[str, float]]:
        """The probabilities worth an arc, by history, shortest first."""
        found: dict[History, dict[str, float]] = {
            (): {word: self.probability((), word) for word in self.words}
        }
        for history in sorted(self.after, key=lambda history: (len(history), history)):
            often = [
                word for word, count in sorted(self.after[history].items()) if count >= LEAST[len(history)]
            ]
            if history and (often or history == (START,)):
                found[history] = {word: self.probability(history, word) for word in often}
        return found


def trigram(sentences: Iterable[Sequence[str]], vocabulary: Iterable[str]) -> WordModel:
    """Every word of the vocabulary can follow every other; the probabilities of each state add up to 1."""
    remembered = _Counts(sentences, vocabulary).remembered()
    back_off = _back_off(remembered)
    number = {history: at for at, history in enumerate([(START,), *(h for h in remembered if h != (START,))])}

    def state(history: History) -> int:
        while history not in number:
            history = history[1:]
        return number[history]

    arcs, final = [], []
    for history, following in remembered.items():
        for word, probability in following.items():
            if word == END:
                final.append((number[history], -math.log(probability)))
            else:
                target = state((*history, word)[1 - ORDER :])
                arcs.append(Arc(number[history], target, word, -math.log(probability)))
        if history:
            arcs.append(Arc(number[history], state(history[1:]), None, -math.log(back_off[history])))
    return WordModel(tuple(arcs), tuple(final))


def _back_off(remembered: Mapping[History, Mapping[str, float]]) -> dict[History, float]:
    """What each history leaves to the shorter one, so that all words together have a probability of 1."""
    weights: dict[History, float] = {}

    def probability(history: History, word: str) -> float:
        left = 1.0
        while word not in remembered.get(history, {}):
            left *= weights.get(history, 1.0)
            history = history[1:]
        return left * remembered[history][word]

    for history, following in remembered.items():
        if history:
            shorter = sum(probability(history[1:], word) for word in following)
            weights[history] = (1 - sum(following.values())) / (1 - shorter)
    return weights


def unknown_speech(reward: float) -> PhoneBigram:
    """What any other Russian speech is made of; `reward` per phone makes it easier to choose."""
    starts: Counter[str] = Counter(dict.fromkeys(PHONES, 1))
    steps: dict[str, dict[str, float]] = {phone: dict.fromkeys(PHONES, 0.1) for phone in PHONES}
    for sentence in other_speech():
        for word in sentence.split():
            phones = pronunciations(word)[0]
            starts[phones[0]] += 1
            for before, after in pairwise(phones):
                steps[before][after] += 1
    total = sum(starts.values())
    step = {
        (before, after): -math.log(count / sum(counts.values())) - reward
        for before, counts in steps.items()
        for after, count in counts.items()
    }
    return PhoneBigram({phone: -math.log(count / total) - reward for phone, count in starts.items()}, step)
