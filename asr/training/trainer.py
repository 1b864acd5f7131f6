"""Trains the network with CTC on the CPU within a time budget, with an averaged copy and a held-out curve."""

import copy
import csv
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import structlog
import torch
from torch import Tensor, nn

from asr.training.dataset import BLANK, SUBSAMPLING, Dataset, load
from asr.training.disturbance import Disturbance
from asr.training.features import MEL_BINS
from asr.training.network import OUTPUTS, AcousticNetwork, Shape
from asr.training.warm_start import warm_start, widened

log = structlog.get_logger(__name__)

WARM_START_BATCHES = 8
RESUMED_STEPS = 1000  # a resumed average is worth that many steps: it is not forgotten at once


@dataclass(frozen=True, slots=True)
class Schedule:
    """One-cycle learning rate; it follows the clock, so that any time budget ends cooled down."""

    minutes: float
    epochs: float = 40.0
    peak_rate: float = 3e-3
    warm_up: float = 0.06
    batch_frames: int = 12000
    evaluate_every_s: float = 240.0
    average: float = 0.998

    def rate(self, progress: float) -> float:
        if progress < self.warm_up:
            return self.peak_rate * (0.05 + 0.95 * progress / self.warm_up)
        return (
            self.peak_rate * (0.5 + 0.5 * math.cos(math.pi * (progress - self.warm_up) / (1 - self.warm_up)))
            + 1e-6
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded frames with their contexts, and CTC targets end to end."""

    frames: Tensor
    lengths: Tensor
    targets: Tensor
    target_lengths: Tensor


def batches(data: Dataset, batch_frames: int, rng: Random) -> list[list[int]]:
    """Utterances of like length together, at most `batch_frames` frames with padding, in random order."""
    order = sorted(range(len(data)), key=lambda at: data.length(at) + rng.uniform(-12, 12))
    groups: list[list[int]] = [[]]
    longest = 0
    for at in order:
        longest = max(longest, data.length(at))
        if groups[-1] and longest * (len(groups[-1]) + 1) > batch_frames:
            groups.append([])
            longest = data.length(at)
        groups[-1].append(at)
    rng.shuffle(groups)
    return groups


def collate(
    data: Dataset, group: Sequence[int], shape: Shape, disturbance: Disturbance | None = None
) -> Batch:
    """Pad a group with each utterance's own edge frames, disturbed if wanted."""
    left, right = shape.left_context, shape.right_context
    longest = -(-max(data.length(at) for at in group) // SUBSAMPLING) * SUBSAMPLING
    padded = np.empty((len(group), left + longest + right, MEL_BINS), np.float32)
    targets = []
    for row, at in enumerate(group):
        recorded, phones = data.utterance(at)
        frames = disturbance(recorded) if disturbance is not None else recorded
        count = len(frames)
        padded[row, :left] = frames[0]
        padded[row, left : left + count] = frames
        padded[row, left + count :] = frames[-1]
        targets.append(phones.astype(np.int64))
    lengths = [-(-data.length(at) // SUBSAMPLING) for at in group]
    return Batch(
        torch.from_numpy(padded), torch.tensor(lengths), torch.from_numpy(np.concatenate(targets)),
        torch.tensor([len(item) for item in targets]),
    )  # fmt: skip


def phone_error_rate(network: AcousticNetwork, data: Dataset, group_size: int = 24) -> float:
    """Edits per phone of the greedy transcript."""
    network.eval()
    errors = total = 0
    with torch.no_grad():
        for first in range(0, len(data), group_size):
            group = list(range(first, min(first + group_size, len(data))))
            batch = collate(data, group, network.shape)
            best = network(batch.frames).argmax(-1)
            for row, at in enumerate(group):
                path = best[row, : int(batch.lengths[row])].tolist()
                heard = [
                    now
                    for now, before in zip(path, [BLANK, *path[:-1]], strict=True)
                    if now not in (before, BLANK)
                ]
                wanted = data.utterance(at)[1].tolist()
                errors += edit_distance(wanted, heard)
                total += len(wanted)
    return errors / max(total, 1)


def edit_distance(wanted: Sequence[object], heard: Sequence[object]) -> int:
    """Insertions, deletions and substitutions between two sequences."""
    row = list(range(len(heard) + 1))
    for line, item in enumerate(wanted, 1):
        diagonal, row[0] = row[0], line
        for at, other in enumerate(heard, 1):
            diagonal, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, diagonal + (item != other))
    return row[-1]


class Trainer:
    """Holds a network, its averaged copy and their optimiser; `work/network.pt` is always loadable."""

    def __init__(
        self,
        work: Path,
        schedule: Schedule,
        *,
        shape: Shape | None = None,
        seed: int = 0,
        resume: bool = False,
        model: Path | None = None,
    ) -> None:
        self._work = work
        self._schedule = schedule
        self._rng = Random(seed)
        self._data, self._validation = load(work, "train"), load(work, "validation")
        self._disturbance = Disturbance(self._data, np.random.default_rng(seed))
        torch.manual_seed(seed)
        self.network = self._fresh(shape or Shape())
        self._steps = 0
        if resume:
            self.network, _ = load_network(work / "network.pt")
            if shape is not None and shape.width > self.network.shape.width:
                self.network = widened(self.network, shape.width)
            self._steps = RESUMED_STEPS
        elif model is not None:
            groups = batches(self._data, schedule.batch_frames, Random(seed))[:WARM_START_BATCHES]
            speech = [collate(self._data, group, self.network.shape).frames for group in groups]
            warm_start(self.network, model, speech)
        self.average = copy.deepcopy(self.network)

    def _fresh(self, shape: Shape) -> AcousticNetwork:
        stride = max(1, len(self._data.frames) // 400_000)
        sample = self._data.frames[::stride].astype(np.float32)
        deviation = torch.from_numpy(sample.std(axis=0) + 1e-3)
        return AcousticNetwork(shape, torch.from_numpy(sample.mean(axis=0)), deviation)

    def run(self) -> None:
        """Train until the budget is spent, then estimate the priors and save."""
        parameters = sum(item.numel() for item in self.network.parameters())
        log.info("training", action="train_start", hours=round(self._data.hours, 1), parameters=parameters)
        optimiser = torch.optim.AdamW(self.network.parameters(), self._schedule.peak_rate, weight_decay=1e-2)
        loss_of = nn.CTCLoss(blank=BLANK, zero_infinity=True)
        self.network.hasten()
        started = evaluated = time.monotonic()  # noqa: TID251 - a training run is paced by the wall clock
        for progress, group in self._groups(started):
            for item in optimiser.param_groups:
                item["lr"] = self._schedule.rate(progress)
            self.network.train()
            batch = collate(self._data, group, self.network.shape, self._disturbance)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                scores = self.network(batch.frames)
            loss = loss_of(scores.transpose(0, 1), batch.targets, batch.lengths, batch.target_lengths)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
            optimiser.step()
            self._follow()
            now = time.monotonic()  # noqa: TID251 - as above
            if now - evaluated > self._schedule.evaluate_every_s:
                evaluated = now
                self._evaluate(now - started, progress, float(loss.detach()))
        self._evaluate(self._schedule.minutes * 60, 1.0, math.nan)

    def _groups(self, started: float) -> Iterator[tuple[float, list[int]]]:
        """Batches until the clock or the epochs run out, with the share of the budget used so far."""
        budget_s = self._schedule.minutes * 60
        done = 0.0
        while True:
            groups = batches(self._data, self._schedule.batch_frames, self._rng)
            for group in groups:
                elapsed = time.monotonic() - started  # noqa: TID251 - as above
                progress = max(done / self._schedule.epochs, elapsed / budget_s)
                if progress >= 1:
                    return
                yield progress, group
                done += 1 / len(groups)

    def _follow(self) -> None:
        """Move the averaged copy towards the network, quickly at first."""
        self._steps += 1
        keep = min(self._schedule.average, self._steps / (self._steps + 10))
        with torch.no_grad():
            for mean, value in zip(self.average.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(value, 1 - keep)
            for mean, value in zip(self.average.buffers(), self.network.buffers(), strict=True):
                if mean.is_floating_point():
                    mean.lerp_(value, 1 - keep)

    def _evaluate(self, elapsed_s: float, progress: float, loss: float) -> None:
        error = phone_error_rate(self.average, self._validation)
        row = [round(elapsed_s), self._steps, round(progress, 4), round(loss, 4), round(error, 4)]
        curve = self._work / "curve.csv"
        with curve.open("a", newline="") as target:
            if target.tell() == 0:
                csv.writer(target).writerow(("seconds", "step", "progress", "loss", "phone_error"))
            csv.writer(target).writerow(row)
        self._save()
        log.info(
            "held-out check",
            action="train_check",
            seconds=row[0],
            step=row[1],
            loss=row[3],
            phone_error=row[4],
        )

    def _save(self) -> None:
        content = {
            "state": self.average.state_dict(),
            "width": self.average.shape.width,
            "blocks": self.average.shape.blocks,
            "priors": self._priors(),
        }  # fmt: skip
        partial = self._work / "network.part"
        torch.save(content, partial)
        partial.replace(self._work / "network.pt")

    def _priors(self, groups: int = 8) -> Tensor:
        """The mean posterior of each output over some training speech."""
        self.average.eval()
        total, count = torch.zeros(OUTPUTS), 0
        with torch.no_grad():
            for group in batches(self._data, self._schedule.batch_frames // 2, Random(7))[:groups]:
                batch = collate(self._data, group, self.average.shape)
                posteriors = self.average(batch.frames).exp()
                for row, length in enumerate(batch.lengths.tolist()):
                    total += posteriors[row, :length].sum(0)
                    count += length
        return total / count


def load_network(path: Path) -> tuple[AcousticNetwork, Tensor]:
    """A saved network, ready to judge, and its priors."""
    content = torch.load(path, weights_only=True)
    blocks = tuple(tuple(offsets) for offsets in content["blocks"])
    network = AcousticNetwork(Shape(content["width"], blocks), torch.zeros(MEL_BINS), torch.ones(MEL_BINS))
    network.load_state_dict(content["state"])
    network.eval()
    return network, content["priors"]
