"""Takes trained weights up again: a finished model's folder, or a network that is to grow wider.

Batch normalisation was folded into the matrices when the model was written, so it is put back by looking at
some speech. A network with more blocks than the model has starts as nearly the same function: the blocks in
between add next to nothing at first. A wider one starts as exactly the same function: nothing old reads what
is new (Net2Net, Chen et al. 2015, with noise in place of copies).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from asr.training.features import MEL_BINS, cepstrum
from asr.training.kaldi_model import Array, read_matrix
from asr.training.network import SPLICE, AcousticNetwork, Affine
from calls.errors import BadInput

QUIET = 0.1  # how loud a new block speaks at first, relative to an old one


class _Matrices:
    """The affine transforms of a `final.mdl` that `kaldi_model.model_bytes` wrote, in order."""

    def __init__(self, path: Path) -> None:
        try:
            self._content = path.read_bytes()
        except OSError as error:
            raise BadInput(
                f"there is no model to go on from at {path}",
                hint="Name a folder that `python -m asr.training export` wrote.",
            ) from error

    def __iter__(self) -> Iterator[tuple[Array, Array]]:
        at = 0
        while (at := self._content.find(b"<LinearParams> CM", at)) >= 0:
            matrix, at = read_matrix(self._content, at + len(b"<LinearParams> "))
            at += len(b"<BiasParams> FV \x04\0\0\0\0")
            yield matrix, np.frombuffer(self._content, "<f4", len(matrix), at).astype(np.float64)


def warm_start(network: AcousticNetwork, model: Path, speech: Sequence[Tensor]) -> None:
    """Fill a fresh network from a model folder; `speech` are batches of padded log-mel frames.

    Raises:
        BadInput: the model is missing or of another shape.
    """
    first, *blocks, output = _checked(model, network)
    weight, bias = first
    per_frame = weight.reshape(len(weight), len(SPLICE), MEL_BINS) @ cepstrum().T
    _fill(
        network.first.linear, (per_frame * network.deviation.numpy()).reshape(weight.shape),
        bias + (per_frame @ network.mean.numpy().astype(np.float64)).sum(axis=1),
    )  # fmt: skip
    _fill(network.output, *output)
    old = list(blocks)
    fresh = []
    for block in network.blocks:
        assert isinstance(block, Affine)  # a ModuleList forgets its elements' type
        if old and old[0][0].shape == tuple(block.linear.weight.shape):
            _fill(block.linear, *old.pop(0))
        else:
            fresh.append(block)
    _restore_normalisation(network, fresh, speech)


def widened(network: AcousticNetwork, width: int) -> AcousticNetwork:
    """The same function with `width` units in each layer; the new ones start at random."""
    old_width, shape = network.shape.width, replace(network.shape, width=width)
    wide = AcousticNetwork(shape, network.mean, network.deviation)
    with torch.no_grad():
        for old, new in zip([network.first, *network.blocks], [wide.first, *wide.blocks], strict=True):
            assert isinstance(old, Affine) and isinstance(new, Affine)  # a ModuleList forgets the type
            if new is wide.first:
                new.linear.weight[:old_width] = old.linear.weight
            else:
                by_frame = new.linear.weight.view(width, -1, width)
                by_frame[:old_width] = 0
                by_frame[:old_width, :, :old_width] = old.linear.weight.view(old_width, -1, old_width)
            new.linear.bias[:old_width] = old.linear.bias
            for name, values in old.norm.state_dict().items():
                if values.dim():  # the count of batches is a scalar
                    new.norm.state_dict()[name][:old_width] = values
        wide.output.weight[:] = 0
        wide.output.weight[:, :old_width] = network.output.weight
        wide.output.bias[:] = network.output.bias
    return wide


def _checked(model: Path, network: AcousticNetwork) -> list[tuple[Array, Array]]:
    """The model's transforms; those of its blocks must occur in the network in the same order."""
    found = list(_Matrices(model / "am" / "final.mdl"))
    shapes = [tuple(block.linear.weight.shape) for block in network.blocks if isinstance(block, Affine)]
    wanted = iter(shapes)
    outer = [tuple(network.first.linear.weight.shape), tuple(network.output.weight.shape)]
    if (
        len(found) < 2
        or [found[0][0].shape, found[-1][0].shape] != outer
        or not all(matrix.shape in wanted for matrix, _ in found[1:-1])
    ):
        raise BadInput(
            f"the model in {model} has another shape than the network",
            hint="Its layers must be as wide, and its blocks look at as many frames.",
        )
    return found


def _fill(linear: nn.Linear, weight: Array, bias: Array) -> None:
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(weight))
        linear.bias.copy_(torch.from_numpy(bias))


def _restore_normalisation(
    network: AcousticNetwork, fresh: Sequence[Affine], speech: Sequence[Tensor]
) -> None:
    """Layer by layer, from the input on: normalise to what the transform gives, and scale it back."""
    network.eval()
    for layer in [network.first, *network.blocks]:
        assert isinstance(layer, Affine)  # as above
        heard: list[Tensor] = []
        hook = layer.linear.register_forward_hook(lambda _, __, out, to=heard: to.append(out.flatten(0, 1)))
        with torch.no_grad():
            for frames in speech:
                network(frames)
        hook.remove()
        together = torch.cat(heard)
        variance, mean = torch.var_mean(together, 0)
        with torch.no_grad():
            norm = layer.norm
            assert norm.running_mean is not None and norm.running_var is not None
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(variance)
            if layer in fresh:
                norm.weight.fill_(QUIET)
                norm.bias.zero_()
            else:
                norm.weight.copy_((variance + norm.eps).sqrt())
                norm.bias.copy_(mean)
