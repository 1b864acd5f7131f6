"""Which words follow which: a back-off bigram over the dialogue, a phone bigram for all other words."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from asr.training.grammar import SentenceSource, other_speech
from asr.training.pronunciation import PHONES, pronunciations

UNKNOWN = "[unk]"
START, END = "<s>", "</s>"
UNIGRAM = 1  # the back-off state; state 0 is the start
SENTENCES = 60_000


@dataclass(frozen=True, slots=True)
class Arc:
    """A step of the bigram: `word` None backs off; `cost` is a negative natural logarithm."""

    source: int
    target: int
    word: str | None
    cost: float


@dataclass(frozen=True, slots=True)
class Bigram:
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


def bigram(sentences: Iterable[Sequence[str]], vocabulary: Iterable[str], floor: float = 0.5) -> Bigram:
    """Witten-Bell smoothing; every word of the vocabulary can follow every other."""
    unigrams: Counter[str] = Counter()
    followers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for words in sentences:
        for before, word in pairwise([START, *words, END]):
            unigrams[word] += 1
            followers[before][word] += 1
    weights = {word: unigrams[word] + floor for word in {*vocabulary, END}}
    total = sum(weights.values())
    states = {START: 0} | {
        word: number for number, word in enumerate(sorted(set(followers) - {START}), UNIGRAM + 1)
    }
    arcs = [
        Arc(UNIGRAM, states.get(word, UNIGRAM), word, -math.log(weight / total))
        for word, weight in sorted(weights.items())
        if word != END
    ]
    final = [(UNIGRAM, -math.log(weights[END] / total))]
    for before, counts in sorted(followers.items()):
        seen, kinds = sum(counts.values()), len(counts)
        back_off = kinds / (seen + kinds)
        for word, count in sorted(counts.items()):
            cost = -math.log((1 - back_off) * count / seen + back_off * weights[word] / total)
            if word == END:
                final.append((states[before], cost))
            else:
                arcs.append(Arc(states[before], states.get(word, UNIGRAM), word, cost))
        arcs.append(Arc(states[before], UNIGRAM, None, -math.log(back_off)))
    return Bigram(tuple(arcs), tuple(final))


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
