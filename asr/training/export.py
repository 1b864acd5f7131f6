"""From a trained network to a Vosk model folder."""

from pathlib import Path
from random import Random

import numpy as np
from torch import Tensor

from asr.training import decoding_graph, kaldi_model
from asr.training.features import MEL_BINS, MFCC_CONF, cepstrum
from asr.training.grammar import vocabulary
from asr.training.kaldi_model import AcousticModel, Array, Layer
from asr.training.language_model import UNKNOWN, dialogue, trigram, unknown_speech, written_answers
from asr.training.network import SPLICE, AcousticNetwork, Affine
from asr.training.trainer import load_network

PRIOR_SCALE = 0.65
UNKNOWN_REWARD = 0.25  # per phone, as a negative cost
UNKNOWN_COST = 3.0  # of taking what was said for no word of the list
DECODER_CONF = """--min-active=200
--max-active=1000
--beam=11.0
--lattice-beam=2.5
--acoustic-scale=1.0
--frame-subsampling-factor=3
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.75
--endpoint.rule4.min-trailing-silence=1.2
"""


def _array(tensor: Tensor) -> Array:
    return np.asarray(tensor.detach().double().numpy(), np.float64)


def first_layer(affine: Affine, mean: Array, deviation: Array) -> Layer:
    """Fold normalisation and the inverse cosine transform in, so that the layer reads MFCC."""
    weights, bias = (_array(item) for item in affine.folded())
    per_frame = weights.reshape(len(weights), len(SPLICE), MEL_BINS) / deviation
    folded_bias = bias - (per_frame @ mean).sum(axis=1)
    on_mfcc = per_frame @ np.linalg.inv(cepstrum()).T
    return Layer(SPLICE, on_mfcc.reshape(len(weights), -1), folded_bias)


def acoustic_model(network: AcousticNetwork, priors: Array) -> AcousticModel:
    """The network as Kaldi computes it."""
    layers = [first_layer(network.first, _array(network.mean), _array(network.deviation))]
    for offsets, block in zip(network.shape.blocks, network.blocks, strict=True):
        assert isinstance(block, Affine)  # a ModuleList forgets its elements' type
        weights, bias = block.folded()
        layers.append(Layer(offsets, _array(weights), _array(bias), residual=True))
    return AcousticModel(
        layers=tuple(layers),
        output_weights=_array(network.output.weight),
        output_bias=_array(network.output.bias),
        priors=priors,
        input_size=MEL_BINS,
        left_context=network.shape.left_context,
        right_context=network.shape.right_context,
    )


def export(
    trained: Path, answers: Path, target: Path, *, prior_scale: float = PRIOR_SCALE,
    unknown_reward: float = UNKNOWN_REWARD, unknown_cost: float = UNKNOWN_COST,
) -> None:  # fmt: skip
    """Write a Vosk model folder, file by file over an existing one; `answers` holds what patients say."""
    network, priors = load_network(trained)
    for folder in ("am", "conf", "graph"):
        (target / folder).mkdir(parents=True, exist_ok=True)
    model = acoustic_model(network, _array(priors) ** prior_scale)
    (target / "am" / "final.mdl").write_bytes(kaldi_model.model_bytes(model))
    (target / "conf" / "mfcc.conf").write_text(MFCC_CONF)
    (target / "conf" / "model.conf").write_text(DECODER_CONF)
    words = vocabulary()
    sentences = [*dialogue(Random(5)), *written_answers(answers, words)]
    grammar = trigram(sentences, [*words, UNKNOWN])
    decoding_graph.build(
        target / "graph", words, grammar, unknown_speech(unknown_reward), unknown_cost=unknown_cost
    )
