"""Training goes on from a finished model: its folder gives back the function that was written into it."""

from pathlib import Path

import numpy as np
import pytest
import torch

from asr.training import kaldi_model
from asr.training.export import acoustic_model
from asr.training.features import MEL_BINS
from asr.training.network import OUTPUTS, AcousticNetwork, Affine, Shape
from asr.training.warm_start import warm_start, widened
from calls.errors import BadInput

OLD = Shape(width=16, blocks=((-3, 0, 3), (-6, 0, 3)))
GROWN = Shape(width=16, blocks=((-3, 0, 3), (-3, 0), (-6, 0, 3)))


def network(shape: Shape, seed: int) -> AcousticNetwork:
    """Random in everything that training changes, normalisation too."""
    torch.manual_seed(seed)
    made = AcousticNetwork(shape, torch.randn(MEL_BINS), torch.rand(MEL_BINS) + 0.5)
    for layer in [made.first, *made.blocks]:
        assert isinstance(layer, Affine)
        assert layer.norm.running_mean is not None and layer.norm.running_var is not None
        layer.norm.running_mean.normal_()
        layer.norm.running_var.uniform_(0.5, 2)
    made.eval()
    return made


@pytest.fixture
def speech() -> torch.Tensor:
    torch.manual_seed(3)
    return torch.randn(20, OLD.left_context + 90 + OLD.right_context, MEL_BINS) * 2 + 5


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "am").mkdir()
    written = acoustic_model(network(OLD, seed=1), np.full(OUTPUTS, 1 / OUTPUTS))
    (tmp_path / "am" / "final.mdl").write_bytes(kaldi_model.model_bytes(written))
    return tmp_path


def test_the_function_comes_back_with_its_normalisation(folder: Path, speech: torch.Tensor) -> None:
    again = network(OLD, seed=2)
    warm_start(again, folder, [speech])
    with torch.no_grad():
        wanted = network(OLD, seed=1)(speech)
        judged = again.eval()(speech)
        trained = again.train()(speech)
    assert torch.allclose(judged, wanted, atol=0.02)
    assert torch.allclose(trained, wanted, atol=0.05)  # batch by batch, as training sees it


def test_a_weight_comes_back_within_half_a_step_of_its_quarter() -> None:
    weights = np.random.default_rng(4).standard_normal((320, 7)) ** 3  # long tails
    layer = kaldi_model.Layer((0,), weights, np.zeros(320))
    content = kaldi_model.model_bytes(
        kaldi_model.AcousticModel((layer, layer), weights.T, np.zeros(7), np.ones(7), 7, 0, 0)
    )
    found, at = [], 0
    while (at := content.find(b"<LinearParams> ", at) + len(b"<LinearParams> ")) >= len(b"<LinearParams> "):
        matrix, at = kaldi_model.read_matrix(content, at)
        found.append(matrix)
    first, inner, last = found
    two_bytes = np.ptp(weights) / 65535
    assert np.abs(first - weights).max() <= two_bytes
    assert np.abs(last - weights.T).max() <= two_bytes
    ordered = np.sort(weights, axis=0)
    quarters = np.diff(ordered[[0, 80, 240, 319]], axis=0) / np.diff(kaldi_model.QUARTERS)[:, None]
    half_a_step = np.where(
        weights < ordered[80], quarters[0], np.where(weights < ordered[240], quarters[1], quarters[2])
    )
    assert (np.abs(inner - weights) <= half_a_step / 2 + 3 * two_bytes).all()


def test_new_blocks_hardly_change_it(folder: Path, speech: torch.Tensor) -> None:
    grown = network(GROWN, seed=2)
    more = GROWN.left_context - OLD.left_context
    longer = torch.cat([speech[:, :1].expand(-1, more, -1), speech], 1)
    warm_start(grown, folder, [longer])
    with torch.no_grad():
        wanted, judged = network(OLD, seed=1)(speech), grown.eval()(longer)
    off = (judged - wanted).abs().mean()
    assert 0 < off < 0.25 * wanted.std()


@pytest.mark.parametrize("shape", [Shape(width=8, blocks=OLD.blocks), Shape(width=16, blocks=OLD.blocks[:1])])
def test_another_shape_is_refused(folder: Path, speech: torch.Tensor, shape: Shape) -> None:
    with pytest.raises(BadInput, match="another shape"):
        warm_start(network(shape, seed=2), folder, [speech])


def test_a_missing_model_is_named(tmp_path: Path, speech: torch.Tensor) -> None:
    with pytest.raises(BadInput, match="no model to go on from"):
        warm_start(network(OLD, seed=2), tmp_path, [speech])


def test_a_wider_network_is_the_same_function_and_can_learn_more(speech: torch.Tensor) -> None:
    narrow = network(OLD, seed=1)
    wide = widened(narrow, 24).eval()
    assert wide.shape == Shape(width=24, blocks=OLD.blocks)
    with torch.no_grad():
        assert torch.allclose(wide(speech), narrow(speech), atol=1e-4)
    wide.train()(speech)[..., 1].sum().backward()
    assert wide.output.weight.grad is not None
    assert (wide.output.weight.grad[1, 16:] != 0).any()  # the new units are heard as soon as that helps
