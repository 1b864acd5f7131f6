"""Tiny networks in the formats that sherpa-onnx loads; they tell «да» from «нет» by loudness alone."""

from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

SPEECH_PEAK, LOUD_PEAK = 0.02, 0.4  # of full scale
SPEECH_LOG_MEL, LOUD_LOG_MEL = -9.0, -2.0
TOKENS = "▁да 0\n▁нет 1\n<blk> 2\n"


def write_t_one(folder: Path) -> Path:
    """A streaming CTC network: 300 ms of 8 kHz samples and a state in, ten frames of three symbols out.

    The state is the highest peak so far; the word comes with the first silent step after speech.
    """
    nodes = [
        _node("Cast", ["signal"], "samples", to=TensorProto.FLOAT),
        _node("Abs", ["samples"], "magnitude"),
        _node("ReduceMax", ["magnitude", "time_axes"], "highest", keepdims=0),
        _node("Div", ["highest", "full_scale"], "peak_flat"),
        _node("Unsqueeze", ["peak_flat", "last_axis"], "peak"),
        _node("Cast", ["state"], "before", to=TensorProto.FLOAT),
        _node("Less", ["peak", "speech_peak"], "is_silent"),
        _node("Greater", ["before", "speech_peak"], "has_spoken"),
        _node("And", ["is_silent", "has_spoken"], "is_over"),
        _node("Greater", ["before", "loud_peak"], "was_loud"),
        _node("Max", ["before", "peak"], "risen"),
        _node("Where", ["is_over", "zero", "risen"], "after"),
        _node("Cast", ["after"], "state_next", to=TensorProto.FLOAT16),
        *_choice("is_over", "was_loud"),
        _node("Unsqueeze", ["scores", "middle_axis"], "one_frame"),
        _node("Expand", ["one_frame", "ten_frames"], "logprobs"),
    ]
    constants = {
        "time_axes": np.array([1, 2]),
        "last_axis": np.array([1]),
        "middle_axis": np.array([1]),
        "ten_frames": np.array([1, 10, 3]),
        "full_scale": np.float32(32768),
        "speech_peak": np.float32(SPEECH_PEAK),
        "loud_peak": np.float32(LOUD_PEAK),
    }
    inputs = [
        helper.make_tensor_value_info("signal", TensorProto.INT32, ["n", 2400, 1]),
        helper.make_tensor_value_info("state", TensorProto.FLOAT16, ["n", 1]),
    ]
    outputs = [
        helper.make_tensor_value_info("logprobs", TensorProto.FLOAT, ["n", 10, 3]),
        helper.make_tensor_value_info("state_next", TensorProto.FLOAT16, ["n", 1]),
    ]
    facts = {"frame_length_ms": "300", "state_dim": "1", "sample_rate": "8000"}
    return _write(folder, nodes, constants, inputs, outputs, facts)


def write_nemo_ctc(folder: Path) -> Path:
    """A whole-turn CTC network as NeMo exports it: log-mel features in, three symbols a frame out.

    The word comes at the loudest frame.
    """
    nodes = [
        _node("ReduceMax", ["audio_signal", "mel_axis"], "level", keepdims=0),
        _node("ReduceMax", ["level", "time_axis"], "highest", keepdims=1),
        _node("GreaterOrEqual", ["level", "highest"], "is_loudest"),
        _node("Greater", ["level", "speech_log_mel"], "is_speech"),
        _node("And", ["is_loudest", "is_speech"], "is_word"),
        _node("Unsqueeze", ["is_word", "symbol_axis"], "is_over"),
        _node("Greater", ["highest", "loud_log_mel"], "loud_turn"),
        _node("Unsqueeze", ["loud_turn", "symbol_axis"], "was_loud"),
        *_choice("is_over", "was_loud"),
        _node("Identity", ["scores"], "logprobs"),
    ]
    constants = {
        "mel_axis": np.array([1]),
        "time_axis": np.array([1]),
        "symbol_axis": np.array([2]),
        "speech_log_mel": np.float32(SPEECH_LOG_MEL),
        "loud_log_mel": np.float32(LOUD_LOG_MEL),
    }
    inputs = [
        helper.make_tensor_value_info("audio_signal", TensorProto.FLOAT, ["n", 80, "t"]),
        helper.make_tensor_value_info("length", TensorProto.INT64, ["n"]),
    ]
    outputs = [helper.make_tensor_value_info("logprobs", TensorProto.FLOAT, ["n", "t", 3])]
    facts = {"vocab_size": "3", "subsampling_factor": "1", "normalize_type": ""}
    return _write(folder, nodes, constants, inputs, outputs, facts)


def _choice(is_word: str, is_loud: str) -> list[Any]:
    """Scores of «да», «нет» and the blank along the last axis."""
    return [
        _node("Not", [is_loud], "was_quiet"),
        _node("And", [is_word, "was_quiet"], "is_yes"),
        _node("And", [is_word, is_loud], "is_no"),
        _node("Not", [is_word], "is_blank"),
        *(_node("Cast", [f"is_{name}"], f"{name}_score", to=TensorProto.FLOAT) for name in SYMBOLS),
        _node("Concat", [f"{name}_score" for name in SYMBOLS], "scores", axis=-1),
    ]


SYMBOLS = ("yes", "no", "blank")


def _node(kind: str, inputs: list[str], output: str, **attributes: Any) -> Any:
    return helper.make_node(kind, inputs, [output], **attributes)


def _write(
    folder: Path,
    nodes: list[Any],
    constants: dict[str, Any],
    inputs: list[Any],
    outputs: list[Any],
    facts: dict[str, str],
) -> Path:
    tensors = {**constants, "zero": np.float32(0)}
    held = [numpy_helper.from_array(np.asarray(value), name) for name, value in tensors.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    helper.set_model_props(model, facts)
    checker.check_model(model)
    folder.mkdir(parents=True)
    save(model, str(folder / "model.onnx"))
    (folder / "tokens.txt").write_text(TOKENS, encoding="utf-8")
    return folder
