"""Training features on disk: every copy of the corpus goes through another telephone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt
import structlog

from asr.training.channel import Conditions, nobody_speaks, on_the_phone
from asr.training.corpus import Utterance, read_shard
from asr.training.features import FRAMES_PER_S, MEL_BINS, Frames, log_mel
from asr.training.pronunciation import PHONES, sentence_phones
from asr.training.voices import RATE_HZ, Samples

log = structlog.get_logger(__name__)

BLANK = 0
PHONE_ID = {phone: number for number, phone in enumerate(PHONES, 1)}
SUBSAMPLING = 3
NOISE_SHARE = 0.06
BABBLE_VOICES = 400
PAUSE_S = (0.15, 0.9)


@dataclass(frozen=True, slots=True)
class FeatureJob:
    """One corpus shard through the telephone once."""

    shard: Path
    target: Path
    voices: Path
    seed: int
    conditions: Conditions


@dataclass(frozen=True, slots=True)
class Dataset:
    """Utterances as rows of one memory-mapped array of float16 frames."""

    frames: npt.NDArray[np.float16]
    frame_borders: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int16]
    target_borders: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.frame_borders) - 1

    def length(self, at: int) -> int:
        return int(self.frame_borders[at + 1] - self.frame_borders[at])

    def utterance(self, at: int) -> tuple[npt.NDArray[np.float16], npt.NDArray[np.int16]]:
        frames = self.frames[self.frame_borders[at] : self.frame_borders[at + 1]]
        return frames, self.targets[self.target_borders[at] : self.target_borders[at + 1]]

    @property
    def hours(self) -> float:
        return len(self.frames) / FRAMES_PER_S / 3600


def targets_of(text: str) -> list[int]:
    """The network's targets for a sentence."""
    return [PHONE_ID[phone] for phone in sentence_phones(text.split())]


def hear(job: FeatureJob) -> str:
    """Make the features of one shard."""
    rng = np.random.default_rng(job.seed)
    with np.load(job.voices) as stored:
        audio = stored["audio"]
        voices = [audio[start:end] for start, end in stored["borders"]]
    utterances = read_shard(job.shard)
    frames: list[npt.NDArray[np.float16]] = []
    targets: list[list[int]] = []
    for utterance in utterances:
        speech, text = _maybe_two(rng, utterance, utterances, job.conditions)
        heard, wanted = log_mel(on_the_phone(rng, speech, voices, job.conditions)), targets_of(text)
        if len(heard) // SUBSAMPLING >= len(wanted) + 2 and np.isfinite(heard).all():
            frames.append(heard.astype(np.float16))
            targets.append(wanted)
        if rng.random() < NOISE_SHARE:
            frames.append(log_mel(nobody_speaks(rng, voices)).astype(np.float16))
            targets.append([])
    _write(job.target, frames, targets)
    return job.target.stem


def _maybe_two(
    rng: np.random.Generator, first: Utterance, others: Sequence[Utterance], conditions: Conditions
) -> tuple[npt.NDArray[np.float64], str]:
    if rng.random() >= conditions.second_sentence:
        return first.samples.astype(np.float64), first.text
    second = others[int(rng.integers(len(others)))]
    pause = np.zeros(int(rng.uniform(*PAUSE_S) * RATE_HZ))
    speech = np.concatenate([first.samples, pause, second.samples * rng.uniform(0.6, 1)]).astype(np.float64)
    return speech, f"{first.text} {second.text}"


def _write(target: Path, frames: Sequence[npt.NDArray[np.float16]], targets: Sequence[Sequence[int]]) -> None:
    borders = {
        "frames": np.cumsum([0] + [len(item) for item in frames]).tolist(),
        "targets": np.cumsum([0] + [len(item) for item in targets]).tolist(),
        "phones": [phone for item in targets for phone in item],
    }
    target.with_suffix(".json").write_text(json.dumps(borders))
    partial = target.with_suffix(".part")
    with partial.open("wb") as file:
        np.save(file, np.concatenate(frames) if frames else np.zeros((0, MEL_BINS), np.float16))
    partial.replace(target)


def make_features(work: Path, *, copies: int, processes: int = 2) -> None:
    """Make every missing feature file under `work/features`, copy by copy."""
    folder = work / "features"
    folder.mkdir(parents=True, exist_ok=True)
    shards = sorted((work / "corpus").glob("*-*.npz"))
    voices = _babble_voices(folder, [shard for shard in shards if shard.name.startswith("train-")])
    jobs = []
    for copy in range(copies):
        for number, shard in enumerate(shards):
            training = shard.name.startswith("train-")
            target = folder / f"{shard.stem}-{copy}.npy"
            if not target.exists() and (training or copy == 0):
                conditions = (
                    Conditions() if training else Conditions(tempo=(1, 1), snr_db=(5, 32), second_sentence=0)
                )
                jobs.append(FeatureJob(shard, target, voices, copy * 10007 + number, conditions))
    with get_context("spawn").Pool(processes) as pool:
        for name in pool.imap_unordered(hear, jobs, 1):
            log.info("features made", action="feature_shard", shard=name)


def _babble_voices(folder: Path, shards: Sequence[Path]) -> Path:
    """A small pool of sentences for background talk, read by every worker instead of the corpus."""
    path = folder / "babble.npz"
    if path.exists():
        return path
    pool: list[Samples] = []
    for shard in shards:
        pool += [item.samples for item in read_shard(shard)[: -(-BABBLE_VOICES // len(shards))]]
    edges = np.cumsum([0] + [len(item) for item in pool])
    np.savez(path, audio=np.concatenate(pool), borders=np.stack([edges[:-1], edges[1:]], 1))
    return path


def load(work: Path, purpose: str) -> Dataset:
    """Everything made for a purpose (`train` or `validation`), in memory as one block."""
    frames: list[npt.NDArray[np.float16]] = []
    lengths: list[npt.NDArray[np.int64]] = []
    targets: list[npt.NDArray[np.int16]] = []
    target_lengths: list[npt.NDArray[np.int64]] = []
    for path in sorted((work / "features").glob(f"{purpose}-*.npy")):
        index = json.loads(path.with_suffix(".json").read_text())
        frames.append(np.load(path, mmap_mode="r"))
        lengths.append(np.diff(index["frames"]))
        targets.append(np.array(index["phones"], np.int16))
        target_lengths.append(np.diff(index["targets"]))
    return Dataset(
        np.concatenate(frames),
        np.concatenate([[0], np.cumsum(np.concatenate(lengths))]),
        np.concatenate(targets),
        np.concatenate([[0], np.cumsum(np.concatenate(target_lengths))]),
    )


__all__ = ["BLANK", "PHONE_ID", "SUBSAMPLING", "Dataset", "Frames", "load", "make_features", "targets_of"]
