"""The acoustic network: a residual TDNN over log-mel frames with a CTC output, which nnet3 can run."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from asr.training.dataset import SUBSAMPLING
from asr.training.features import MEL_BINS
from asr.training.pronunciation import PHONES

OUTPUTS = len(PHONES) + 1
SPLICE = (-4, -3, -2, -1, 0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a network; offsets are in 10 ms frames and multiples of 3."""

    width: int = 352
    blocks: tuple[tuple[int, ...], ...] = (
        (-3, 0, 3), (-3, 0, 3), (-3, 0), (-6, 0, 3), (-3, 0), (-6, 0, 3), (-3, 0), (-6, 0, 3), (-3, 0),
        (-9, -3, 0), (-3, 0), (-9, -3, 0),
    )  # fmt: skip

    @property
    def left_context(self) -> int:
        """Frames needed before the one being judged."""
        return -SPLICE[0] - sum(offsets[0] for offsets in self.blocks)

    @property
    def right_context(self) -> int:
        """Frames needed after it: the network's own delay in units of 10 ms."""
        return SPLICE[-1] + sum(offsets[-1] for offsets in self.blocks)


class Affine(nn.Module):  # type: ignore[misc]  # types are checked without PyTorch
    """Affine transform, batch normalisation and ReLU; the first two fold into one matrix when exported."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        self.norm = nn.BatchNorm1d(outputs, momentum=0.02)

    def forward(self, frames: Tensor) -> Tensor:
        flat = self.linear(frames).flatten(0, 1)
        return functional.relu(self.norm(flat)).view(frames.shape[0], frames.shape[1], -1)

    def folded(self) -> tuple[Tensor, Tensor]:
        """Weights and bias of the single affine transform, in double precision."""
        variance, mean = self.norm.running_var, self.norm.running_mean
        assert variance is not None and mean is not None  # batch normalisation tracks them
        scale = self.norm.weight.double() / (variance.double() + self.norm.eps).sqrt()
        weight = self.linear.weight.double() * scale[:, None]
        bias = (self.linear.bias.double() - mean.double()) * scale + self.norm.bias.double()
        return weight, bias


class AcousticNetwork(nn.Module):  # type: ignore[misc]
    """Frames [batch, time + contexts, 40] to log-probabilities [batch, time / 3, 44]; row k is frame 3k."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, shape: Shape, mean: Tensor, deviation: Tensor) -> None:
        super().__init__()
        self.shape = shape
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)
        self.first = Affine(MEL_BINS * len(SPLICE), shape.width)
        self.blocks = nn.ModuleList(
            Affine(shape.width * len(offsets), shape.width) for offsets in shape.blocks
        )
        self.output = nn.Linear(shape.width, OUTPUTS)

    def forward(self, frames: Tensor) -> Tensor:
        hidden = self.first(_spliced((frames - self.mean) / self.deviation, SPLICE, SUBSAMPLING))
        for offsets, block in zip(self.shape.blocks, self.blocks, strict=True):
            steps = tuple(offset // SUBSAMPLING for offset in offsets)
            added = block(_spliced(hidden, steps, 1))
            hidden = hidden[:, -steps[0] : hidden.shape[1] - steps[-1]] + added
        return functional.log_softmax(self.output(hidden).float(), -1)

    def hasten(self) -> None:
        """Fuse what lies between the matrix products; layers of one size share their code."""
        for layer in [self.first, *self.blocks]:
            layer.compile(dynamic=True)


def _spliced(frames: Tensor, offsets: tuple[int, ...], stride: int) -> Tensor:
    """Put neighbouring frames side by side; keeps only the frames that have all their neighbours."""
    count = (frames.shape[1] - (offsets[-1] - offsets[0]) - 1) // stride + 1
    starts = [offset - offsets[0] for offset in offsets]
    return torch.cat([frames[:, start : start + (count - 1) * stride + 1 : stride] for start in starts], -1)
