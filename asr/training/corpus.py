"""The spoken corpus: every voice says random sentences in random manners; kept as shards of 8 kHz audio."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random

import numpy as np
import structlog

from asr.training.grammar import SentenceSource
from asr.training.pronunciation import with_yo
from asr.training.voices import (
    TRAINING_ACCENTS,
    Espeak,
    Manner,
    RHVoice,
    Samples,
    Voice,
    VoiceUnavailable,
    training_voices,
)

log = structlog.get_logger(__name__)

SENTENCES_PER_SHARD = 500
SENTENCES = {"rhvoice": 2200, "festival": 1500, "espeak": 200, **dict.fromkeys(TRAINING_ACCENTS, 800)}
SENTENCES |= {"anatol": 1500, "natalia": 1500}  # their accent is the slightest
# The held-out curve's voices, never trained on: RHVoice's where they are unpacked, else espeak-ng's.
VALIDATION_RHVOICE = ("artemiy", "victoria", "timofey", "evgeniy-rus")
VALIDATION_ESPEAK = ("+m6", "+f4")
VALIDATION_SENTENCES = 100
TEMPO = (0.72, 1.65)
PITCH = (0.78, 1.3)
FORMANTS = (0.86, 1.17)


@dataclass(frozen=True, slots=True)
class Utterance:
    """A recording at 8 kHz and the words in it."""

    samples: Samples
    text: str


@dataclass(frozen=True, slots=True)
class ShardJob:
    """One voice saying one batch of sentences into one file."""

    voice: Voice
    path: Path
    sentences: int
    seed: str


def write_shard(path: Path, utterances: Sequence[Utterance]) -> None:
    """Store recordings end to end, with their borders and texts."""
    borders = np.cumsum([0] + [len(item.samples) for item in utterances])
    audio = np.concatenate([item.samples for item in utterances]) if utterances else np.zeros(0, np.int16)
    texts = json.dumps([item.text for item in utterances], ensure_ascii=False)
    with path.with_suffix(".part").open("wb") as target:
        np.savez(target, audio=audio, borders=borders, texts=np.array(texts))
    path.with_suffix(".part").replace(path)


def read_shard(path: Path) -> list[Utterance]:
    """Read what `write_shard` wrote."""
    with np.load(path) as stored:
        audio, borders, texts = stored["audio"], stored["borders"], json.loads(str(stored["texts"]))
    return [Utterance(audio[borders[at] : borders[at + 1]], text) for at, text in enumerate(texts)]


def between(rng: Random, limits: tuple[float, float]) -> float:
    """A random factor, as likely above its middle as below on a logarithmic scale."""
    low, high = limits
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def punctuated(rng: Random, text: str) -> str:
    """Vary intonation and pauses with punctuation marks."""
    words = with_yo(text).split()
    if len(words) > 1 and rng.random() < 0.35:
        words[rng.randrange(len(words) - 1)] += rng.choice((",", ",", "...", " -"))
    return " ".join(words) + rng.choice((".", ".", ".", "?", "!", ""))


def speak(job: ShardJob) -> tuple[str, int, float]:
    """Synthesise one shard; returns its name, its sentences, and its hours."""
    rng = Random(job.seed)
    source = SentenceSource(rng)
    texts = [source.sentence().text for _ in range(job.sentences)]
    manners = [Manner(between(rng, TEMPO), between(rng, PITCH), between(rng, FORMANTS)) for _ in texts]
    recordings = job.voice.say([punctuated(rng, text) for text in texts], manners)
    utterances = [
        Utterance(samples, text)
        for samples, text in zip(recordings, texts, strict=True)
        if samples is not None
    ]
    if len(utterances) < job.sentences // 2:
        raise VoiceUnavailable(
            f"the voice {job.voice.name} said only {len(utterances)} of {job.sentences} sentences",
            hint="apt-get install festival festvox-ru espeak-ng; scripts/setup unpacks RHVoice's voices",
        )
    write_shard(job.path, utterances)
    return job.path.stem, len(utterances), sum(len(item.samples) for item in utterances) / 8000 / 3600


def validation_voices(rhvoice: Path) -> list[Voice]:
    """Voices that only measure."""
    folder = rhvoice / "usr/share/RHVoice/voices"
    unpacked: list[Voice] = [
        RHVoice(name, rhvoice) for name in VALIDATION_RHVOICE if (folder / name).is_dir()
    ]
    return unpacked or [Espeak(variant) for variant in VALIDATION_ESPEAK]


def jobs(work: Path, rhvoice: Path, scale: float) -> Iterator[ShardJob]:
    """Shards that are still to be made, validation first."""
    folder = work / "corpus"
    wanted = [("validation", voice, VALIDATION_SENTENCES) for voice in validation_voices(rhvoice)]
    for voice in training_voices(rhvoice):
        kind = next((kind for kind in SENTENCES if voice.name.startswith(kind)), "rhvoice")
        wanted.append(("train", voice, round(SENTENCES[kind] * scale)))
    for purpose, voice, total in wanted:
        for first in range(0, total, SENTENCES_PER_SHARD):
            name = f"{purpose}-{voice.name}-{first // SENTENCES_PER_SHARD}"
            path = folder / f"{name}.npz"
            if not path.exists():
                yield ShardJob(voice, path, min(SENTENCES_PER_SHARD, total - first), name)


def make_corpus(work: Path, rhvoice: Path, *, scale: float = 1.0, processes: int = 2) -> None:
    """Synthesise every missing shard under `work/corpus`; safe to stop and start again."""
    (work / "corpus").mkdir(parents=True, exist_ok=True)
    hours = 0.0
    with get_context("spawn").Pool(processes, maxtasksperchild=1) as pool:
        for name, sentences, shard_hours in pool.imap_unordered(speak, list(jobs(work, rhvoice, scale)), 1):
            hours += shard_hours
            log.info(
                "shard spoken", action="corpus_shard", shard=name, sentences=sentences, hours=round(hours, 2)
            )
