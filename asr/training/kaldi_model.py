"""Writes Kaldi's binary `final.mdl`: a transition model with one state per phone, and an nnet3 network.

Phone 1 is CTC's blank, which Kaldi takes for silence; pdf = phone - 1; transition 2p - 1 stays in phone p, 2p
enters it. The inner matrices are written as `CM`, a byte an element between the quartiles of its column, the
first and the last as `CM2`, two bytes; Kaldi accepts both wherever it expects floats.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

QUARTERS = (0, 64, 192, 255)  # the bytes that stand for a column's percentiles


@dataclass(frozen=True, slots=True)
class Layer:
    """Affine on neighbouring frames, then ReLU; a residual layer's output is added to its input."""

    offsets: tuple[int, ...]
    weights: Array
    bias: Array
    residual: bool = False


@dataclass(frozen=True, slots=True)
class AcousticModel:
    """Everything in `final.mdl`; the input is `input_size` features wide, contexts are in 10 ms frames."""

    layers: tuple[Layer, ...]
    output_weights: Array
    output_bias: Array
    priors: Array
    input_size: int
    left_context: int
    right_context: int

    @property
    def phones(self) -> int:
        return len(self.output_bias)


class _Writer:
    """Kaldi's binary tokens, numbers, vectors and matrices."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target

    def raw(self, content: bytes) -> None:
        self._target.write(content)

    def token(self, *names: str) -> None:
        for name in names:
            self.raw(name.encode() + b" ")

    def integer(self, *values: int) -> None:
        for value in values:
            self.raw(b"\x04" + struct.pack("<i", value))

    def single(self, value: float) -> None:
        self.raw(b"\x04" + struct.pack("<f", value))

    def double(self, value: float) -> None:
        self.raw(b"\x08" + struct.pack("<d", value))

    def integers(self, values: Sequence[int]) -> None:
        self.raw(b"\x04" + struct.pack("<i", len(values)) + np.asarray(values, "<i4").tobytes())

    def vector(self, values: Array | Sequence[float]) -> None:
        self.token("FV")
        self.integer(len(values))
        self.raw(np.asarray(values, "<f4").tobytes())

    def matrix(self, values: Array, *, fine: bool) -> None:
        lowest, span = float(values.min()), float(np.ptp(values)) or 1e-5
        scaled = (values - lowest) / span * 65535
        self.token("CM2" if fine else "CM")
        self.raw(struct.pack("<ffii", lowest, span, *values.shape))
        if fine:
            self.raw(np.clip(np.rint(scaled), 0, 65535).astype("<u2").tobytes())
            return
        marks, content = _packed(scaled)
        self.raw(np.ascontiguousarray(marks.T).astype("<u2").tobytes())
        self.raw(np.ascontiguousarray(content.T).tobytes())


def _packed(values: Array) -> tuple[Array, npt.NDArray[np.uint8]]:
    """Each column's least value, quartiles and greatest value, and where all others lie between them."""
    ordered = np.sort(values, axis=0)
    marks = np.rint(ordered[[0, len(ordered) // 4, 3 * len(ordered) // 4, -1]])
    for at in range(4):  # they must differ, or nothing lies between them
        marks[at] = np.clip(marks[at], marks[at - 1] + 1 if at else 0, 65535 - (3 - at))
    content = np.zeros(values.shape)
    for at, (first, last) in enumerate(pairwise(QUARTERS)):
        share = (values - marks[at]) / (marks[at + 1] - marks[at])
        content = np.where(
            values >= marks[at], first + np.rint(np.clip(share, 0, 1) * (last - first)), content
        )
    return marks, content.astype(np.uint8)


def read_matrix(content: bytes, at: int) -> tuple[Array, int]:
    """The matrix whose token stands at `at`, and where it ends."""
    fine = content.startswith(b"CM2", at)
    at += len(b"CM2 " if fine else b"CM ")
    lowest, span, rows, columns = struct.unpack_from("<ffii", content, at)
    at += 16
    if fine:
        values = np.frombuffer(content, "<u2", rows * columns, at).reshape(rows, columns).astype(np.float64)
        return values / 65535 * span + lowest, at + 2 * rows * columns
    marks = np.frombuffer(content, "<u2", 4 * columns, at).reshape(columns, 4)
    at += 8 * columns
    packed = np.frombuffer(content, np.uint8, rows * columns, at).reshape(columns, rows)
    unpacked = [np.interp(column, QUARTERS, between) for column, between in zip(packed, marks, strict=True)]
    return np.stack(unpacked, 1) / 65535 * span + lowest, at + rows * columns


def model_bytes(model: AcousticModel) -> bytes:
    """The content of `final.mdl`."""
    target = BytesIO()
    writer = _Writer(target)
    writer.raw(b"\0B")
    _write_transitions(writer, model.phones)
    _write_network(writer, model)
    writer.token("<LeftContext>")
    writer.integer(model.left_context)
    writer.token("<RightContext>")
    writer.integer(model.right_context)
    writer.token("<Priors>")
    writer.vector(model.priors)
    return target.getvalue()


def _write_transitions(writer: _Writer, phones: int) -> None:
    every = list(range(1, phones + 1))
    writer.token("<TransitionModel>", "<Topology>")
    writer.integers(every)
    writer.integers([-1] + [0] * phones)  # each phone's entry in the list of topologies
    writer.integer(1, 2)  # one topology of two states
    writer.integer(0, 2)  # the first emits pdf class 0 and has two transitions:
    writer.integer(0)
    writer.single(0.5)
    writer.integer(1)
    writer.single(0.5)
    writer.integer(-1, 0)  # the second emits nothing and ends
    writer.token("</Topology>", "<Triples>")
    writer.integer(phones)
    for phone in every:
        writer.integer(phone, 0, phone - 1)
    writer.token("</Triples>", "<LogProbs>")
    writer.vector([0.0] + [float(np.log(0.5))] * (2 * phones))
    writer.token("</LogProbs>", "</TransitionModel>")


def _write_network(writer: _Writer, model: AcousticModel) -> None:
    writer.token("<Nnet3>")
    writer.raw(b"\n" + "\n".join(_configuration(model)).encode() + b"\n\n")
    components = BytesIO()
    inner = _Writer(components)
    count = 0
    for number, layer in enumerate(model.layers):
        _write_affine(inner, f"layer{number}.affine", layer.weights, layer.bias, fine=number == 0)
        _write_nonlinearity(inner, f"layer{number}.relu", "RectifiedLinearComponent", len(layer.bias))
        count += 2
        if layer.residual:
            _write_no_op(inner, f"layer{number}.sum", len(layer.bias))
            count += 1
    _write_affine(inner, "output.affine", model.output_weights, model.output_bias, fine=True)
    _write_nonlinearity(inner, "output.log-softmax", "LogSoftmaxComponent", model.phones)
    writer.token("<NumComponents>")
    writer.integer(count + 2)
    writer.raw(components.getvalue())
    writer.token("</Nnet3>")


def _configuration(model: AcousticModel) -> list[str]:
    """The network's graph in Kaldi's text form."""
    lines = [f"input-node name=input dim={model.input_size}"]
    previous = "input"

    def component(name: str, source: str) -> str:
        lines.append(f"component-node name={name} component={name} input={source}")
        return name

    for number, layer in enumerate(model.layers):
        frames = [previous if offset == 0 else f"Offset({previous}, {offset})" for offset in layer.offsets]
        affine = component(f"layer{number}.affine", f"Append({', '.join(frames)})")
        hidden = component(f"layer{number}.relu", affine)
        previous = component(f"layer{number}.sum", f"Sum({hidden}, {previous})") if layer.residual else hidden
    component("output.log-softmax", component("output.affine", previous))
    return [*lines, "output-node name=output input=output.log-softmax objective=linear"]


def _write_affine(writer: _Writer, name: str, weights: Array, bias: Array, *, fine: bool) -> None:
    writer.token("<ComponentName>", name, "<FixedAffineComponent>", "<LinearParams>")
    writer.matrix(weights, fine=fine)
    writer.token("<BiasParams>")
    writer.vector(bias)
    writer.token("</FixedAffineComponent>")


def _write_nonlinearity(writer: _Writer, name: str, kind: str, size: int) -> None:
    writer.token("<ComponentName>", name, f"<{kind}>", "<Dim>")
    writer.integer(size)
    writer.token("<ValueAvg>")
    writer.vector([])
    writer.token("<DerivAvg>")
    writer.vector([])
    writer.token("<Count>")
    writer.double(0.0)
    writer.token(f"</{kind}>")


def _write_no_op(writer: _Writer, name: str, size: int) -> None:
    writer.token("<ComponentName>", name, "<NoOpComponent>", "<Dim>")
    writer.integer(size)
    writer.token("<BackpropScale>")
    writer.single(1.0)
    writer.token("</NoOpComponent>")
