"""Tiny networks in the formats that sherpa-onnx loads; they tell «да» from «нет» by loudness alone."""

from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

SPEECH_PEAK, LOUD_PEAK = 0.02, 0.4  # of full scale
NEMO_SPEECH, NEMO_LOUD = -9.0, -2.0  # NeMo's logarithm of a mel band's power
KALDI_SPEECH, KALDI_LOUD = -6.0, 3.0  # Kaldi's
TOKENS = "▁да 0\n▁нет 1\n<blk> 2\n"
TRANSDUCER_TOKENS = "<blk> 0\n▁да 1\n▁нет 2\n"
STEP_FRAMES, FRAMES_OUT = 28, 7  # of the streaming transducer: 280 ms, four to one
CTC_STEP_FRAMES = 32  # of the streaming CTC network, as most are published: chunks of 16 at 50 Hz
LOOK_AHEAD_FRAMES = 13  # what zipformer's convolutions want beyond a step
OVER_FRAMES = 25  # of silence at the end of what the streaming CTC network sees: the word is over


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
        _tensor("signal", ["n", 2400, 1], TensorProto.INT32),
        _tensor("state", ["n", 1], TensorProto.FLOAT16),
    ]
    outputs = [
        _tensor("logprobs", ["n", 10, 3]),
        _tensor("state_next", ["n", 1], TensorProto.FLOAT16),
    ]
    facts = {"frame_length_ms": "300", "state_dim": "1", "sample_rate": "8000"}
    return _write_ctc(folder, nodes, constants, inputs, outputs, facts)


def write_nemo_ctc(folder: Path) -> Path:
    """A whole-turn CTC network as NeMo exports it: log-mel features in, three symbols a frame out.

    The word comes at the loudest frame.
    """
    nodes = [*NEMO_NODES, _node("Identity", ["scores"], "logprobs")]
    inputs = [
        _tensor("audio_signal", ["n", 80, "t"]),
        _tensor("length", ["n"], TensorProto.INT64),
    ]
    outputs = [_tensor("logprobs", ["n", "t", 3])]
    facts = {"vocab_size": "3", "subsampling_factor": "1", "normalize_type": ""}
    return _write_ctc(folder, nodes, NEMO_CONSTANTS, inputs, outputs, facts)


def write_nemo_transducer(folder: Path) -> Path:
    """A whole-turn transducer as NeMo and GigaAM export it; its decoder lets one word through."""
    encoder = [
        *NEMO_NODES,
        _node("Transpose", ["scores"], "outputs", perm=[0, 2, 1]),
        _node("Identity", ["length"], "encoded_lengths"),
    ]
    inputs = [_tensor("audio_signal", ["n", 80, "t"]), _tensor("length", ["n"], TensorProto.INT64)]
    outputs = [_tensor("outputs", ["n", 3, "t"]), _tensor("encoded_lengths", ["n"], TensorProto.INT64)]
    sizes = {"vocab_size": "2", "pred_rnn_layers": "1", "pred_hidden": "1"}
    folder.mkdir(parents=True)
    facts = {**sizes, "subsampling_factor": "1", "normalize_type": ""}
    _save(folder / "encoder.onnx", encoder, NEMO_CONSTANTS, inputs, outputs, facts)
    decoder = [
        _node("Less", ["targets", "blank"], "after_a_word"),
        _node("Cast", ["after_a_word"], "is_enough", to=TensorProto.FLOAT),
        _node("Unsqueeze", ["is_enough", "last_axis"], "enough"),
        _node("Mul", ["enough", "only_blank"], "decoder_out"),
        *(_node("Identity", [name], f"{name}_next") for name in ("target_length", "h", "c")),
    ]
    only_blank = np.array([0, 0, 10], np.float32).reshape(1, 3, 1)
    constants = {"blank": np.array(2, np.int32), "last_axis": np.array([2]), "only_blank": only_blank}
    state = [1, "n", 1]
    inputs = [
        _tensor("targets", ["n", 1], TensorProto.INT32),
        _tensor("target_length", ["n"], TensorProto.INT32),
        *(_tensor(name, state) for name in ("h", "c")),
    ]
    outputs = [
        _tensor("decoder_out", ["n", 3, 1]),
        _tensor("target_length_next", ["n"], TensorProto.INT32),
        *(_tensor(f"{name}_next", state) for name in ("h", "c")),
    ]
    _save(folder / "decoder.onnx", decoder, constants, inputs, outputs, {})
    joiner = [
        _node("Add", ["encoder_out", "decoder_out"], "both"),
        _node("Transpose", ["both"], "logit", perm=[0, 2, 1]),
    ]
    inputs = [_tensor("encoder_out", ["n", 3, 1]), _tensor("decoder_out", ["n", 3, 1])]
    _save(folder / "joiner.onnx", joiner, {}, inputs, [_tensor("logit", ["n", 1, 3])], {})
    (folder / "tokens.txt").write_text(TOKENS, encoding="utf-8")
    return folder


def write_zipformer(folder: Path) -> Path:
    """A streaming transducer (of the LSTM family, which has the fewest states); it remembers the peak."""
    nodes = [
        _node("ReduceMax", ["x", "all_but_batch"], "log_peak", keepdims=1),
        _node("Exp", ["log_peak"], "peak"),
        _node("Less", ["peak", "speech_power"], "is_silent"),
        _node("Greater", ["h", "speech_power"], "has_spoken"),
        _node("And", ["is_silent", "has_spoken"], "is_over"),
        _node("Greater", ["h", "loud_power"], "was_loud"),
        _node("Max", ["h", "peak"], "risen"),
        _node("Where", ["is_over", "zero", "risen"], "h_next"),
        _node("Identity", ["c"], "c_next"),
        *_choice("is_over", "was_loud", BLANK_FIRST),
        _node("Concat", ["scores", "blanks"], "encoder_out", axis=1),
    ]
    blanks = np.zeros((1, FRAMES_OUT - 1, 3), np.float32)
    blanks[..., 0] = 1
    constants = {
        "all_but_batch": np.array([1, 2]),
        "speech_power": np.float32(np.exp(KALDI_SPEECH)),
        "loud_power": np.float32(np.exp(KALDI_LOUD)),
        "blanks": blanks,
    }
    inputs = [
        _tensor("x", [1, STEP_FRAMES, 80]),
        _tensor("h", [1, 1, 1]),
        _tensor("c", [1, 1, 1]),
    ]
    outputs = [
        _tensor("encoder_out", [1, FRAMES_OUT, 3]),
        _tensor("h_next", [1, 1, 1]),
        _tensor("c_next", [1, 1, 1]),
    ]
    sizes = {"num_encoder_layers": "1", "rnn_hidden_size": "1", "d_model": "1"}
    steps = {"T": str(STEP_FRAMES), "decode_chunk_len": str(STEP_FRAMES)}
    folder.mkdir(parents=True)
    facts = {"model_type": "lstm", **sizes, **steps}
    _save(folder / "encoder.onnx", nodes, constants, inputs, outputs, facts)
    return _with_decoder_and_joiner(folder)


def write_zipformer_ctc(folder: Path, step_frames: int = CTC_STEP_FRAMES) -> Path:
    """A streaming zipformer2 with a CTC head, of one layer one number wide; its key cache remembers the peak.

    Each step sees LOOK_AHEAD_FRAMES beyond it; the word comes with the step that sees its end.
    """
    nodes = [
        _node("ReduceMax", ["x", "all_but_batch"], "log_peak", keepdims=1),
        _node("Exp", ["log_peak"], "peak"),
        _node("Slice", ["x", "last_frames", "end", "time_axis"], "ending"),
        _node("ReduceMax", ["ending", "all_but_batch"], "log_last_peak", keepdims=1),
        _node("Less", ["log_last_peak", "speech_log_mel"], "is_silent"),
        _node("Max", ["cached_key_0", "peak"], "risen"),
        _node("Greater", ["risen", "speech_power"], "has_spoken"),
        _node("And", ["is_silent", "has_spoken"], "is_over"),
        _node("Greater", ["risen", "loud_power"], "was_loud"),
        _node("Where", ["is_over", "zero", "risen"], "new_cached_key_0"),
        *(_node("Identity", [name], f"new_{name}") for name in ZIPFORMER_IDLE_CACHES),
        _node("Add", ["processed_lens", "step_lens"], "new_processed_lens"),
        *_choice("is_over", "was_loud", BLANK_FIRST),
        _node("Concat", ["scores", "blanks"], "log_probs", axis=1),
    ]
    frames_out = step_frames // 4
    blanks = np.zeros((1, frames_out - 1, 3), np.float32)
    blanks[..., 0] = 1
    constants = {
        "all_but_batch": np.array([1, 2]),
        "time_axis": np.array([1]),
        "last_frames": np.array([-OVER_FRAMES]),
        "end": np.array([np.iinfo(np.int64).max]),
        "speech_log_mel": np.float32(KALDI_SPEECH),
        "speech_power": np.float32(np.exp(KALDI_SPEECH)),
        "loud_power": np.float32(np.exp(KALDI_LOUD)),
        "step_lens": np.array([step_frames // 2]),
        "blanks": blanks,
    }
    seen_frames = step_frames + LOOK_AHEAD_FRAMES
    caches: dict[str, list[Any]] = {"cached_key_0": [1, 1, 1], **ZIPFORMER_IDLE_CACHES}
    inputs = [
        _tensor("x", [1, seen_frames, 80]),
        *(_tensor(name, shape) for name, shape in caches.items()),
        _tensor("processed_lens", [1], TensorProto.INT64),
    ]
    outputs = [
        _tensor("log_probs", [1, frames_out, 3]),
        *(_tensor(f"new_{name}", shape) for name, shape in caches.items()),
        _tensor("new_processed_lens", [1], TensorProto.INT64),
    ]
    sizes = {"encoder_dims": "4", "query_head_dims": "1", "value_head_dims": "1", "num_heads": "1"}
    layers = {"num_encoder_layers": "1", "cnn_module_kernels": "3", "left_context_len": "1"}
    steps = {"T": str(seen_frames), "decode_chunk_len": str(step_frames)}
    facts = {"model_type": "zipformer2", **sizes, **layers, **steps}
    folder.mkdir(parents=True)
    file = folder / f"ctc-epoch-20-avg-1-chunk-{step_frames // 2}-left-128.onnx"
    _save(file, nodes, constants, inputs, outputs, facts)
    (folder / "tokens.txt").write_text(TRANSDUCER_TOKENS, encoding="utf-8")
    return folder


def write_transducer(folder: Path) -> Path:
    """A whole-turn transducer, as Vosk 0.54 is; the word comes at the loudest frame."""
    nodes = [
        _node("ReduceMax", ["x", "mel_axis"], "level", keepdims=0),
        _node("Unsqueeze", ["level", "channel_axis"], "channel"),
        _node("MaxPool", ["channel"], "pooled", kernel_shape=[4], strides=[4]),
        _node("Squeeze", ["pooled", "channel_axis"], "levels"),
        _node("ReduceMax", ["levels", "time_axis"], "highest", keepdims=1),
        _node("GreaterOrEqual", ["levels", "highest"], "is_loudest"),
        _node("Greater", ["levels", "speech_log_mel"], "is_speech"),
        _node("And", ["is_loudest", "is_speech"], "is_word"),
        _node("Unsqueeze", ["is_word", "symbol_axis"], "is_over"),
        _node("Greater", ["highest", "loud_log_mel"], "loud_turn"),
        _node("Unsqueeze", ["loud_turn", "symbol_axis"], "was_loud"),
        *_choice("is_over", "was_loud", BLANK_FIRST),
        _node("Identity", ["scores"], "encoder_out"),
        _node("Div", ["x_lens", "four"], "encoder_out_lens"),
    ]
    constants = {
        "mel_axis": np.array([2]),
        "channel_axis": np.array([1]),
        "time_axis": np.array([1]),
        "symbol_axis": np.array([2]),
        "four": np.array(4),
        "speech_log_mel": np.float32(KALDI_SPEECH),
        "loud_log_mel": np.float32(KALDI_LOUD),
    }
    lengths = ["n"]
    inputs = [_tensor("x", ["n", "t", 80]), _tensor("x_lens", lengths, TensorProto.INT64)]
    outputs = [
        _tensor("encoder_out", ["n", "t_out", 3]),
        _tensor("encoder_out_lens", lengths, TensorProto.INT64),
    ]
    folder.mkdir(parents=True)
    _save(folder / "encoder.onnx", nodes, constants, inputs, outputs, {})
    return _with_decoder_and_joiner(folder)


def _with_decoder_and_joiner(folder: Path) -> Path:
    """A decoder that adds nothing, and a joiner that lets the encoder decide."""
    decoder = [
        _node("Cast", ["y"], "context", to=TensorProto.FLOAT),
        _node("ReduceSum", ["context", "last_axis"], "total", keepdims=1),
        _node("Mul", ["total", "nothing"], "decoder_out"),
    ]
    constants = {"last_axis": np.array([1]), "nothing": np.zeros((1, 3), np.float32)}
    context, scores = _tensor("y", ["n", 2], TensorProto.INT64), _tensor("decoder_out", ["n", 3])
    facts = {"vocab_size": "3", "context_size": "2"}
    _save(folder / "decoder.onnx", decoder, constants, [context], [scores], facts)
    joiner = [_node("Add", ["encoder_out", "decoder_out"], "logit")]
    inputs = [_tensor("encoder_out", ["n", 3]), _tensor("decoder_out", ["n", 3])]
    _save(folder / "joiner.onnx", joiner, {}, inputs, [_tensor("logit", ["n", 3])], {"joiner_dim": "3"})
    (folder / "tokens.txt").write_text(TRANSDUCER_TOKENS, encoding="utf-8")
    return folder


BLANK_LAST, BLANK_FIRST = ("yes", "no", "blank"), ("blank", "yes", "no")


def _choice(is_word: str, is_loud: str, symbols: tuple[str, ...] = BLANK_LAST) -> list[Any]:
    """Scores of «да», «нет» and the blank along the last axis."""
    return [
        _node("Not", [is_loud], "was_quiet"),
        _node("And", [is_word, "was_quiet"], "is_yes"),
        _node("And", [is_word, is_loud], "is_no"),
        _node("Not", [is_word], "is_blank"),
        *(_node("Cast", [f"is_{name}"], f"{name}_score", to=TensorProto.FLOAT) for name in symbols),
        _node("Concat", [f"{name}_score" for name in symbols], "scores", axis=-1),
    ]


def _node(kind: str, inputs: list[str], output: str, **attributes: Any) -> Any:
    return helper.make_node(kind, inputs, [output], **attributes)


def _tensor(name: str, shape: list[Any], kind: int = TensorProto.FLOAT) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def _write_ctc(folder: Path, *network: Any) -> Path:
    folder.mkdir(parents=True)
    _save(folder / "model.onnx", *network)
    (folder / "tokens.txt").write_text(TOKENS, encoding="utf-8")
    return folder


def _save(
    file: Path,
    nodes: list[Any],
    constants: dict[str, Any],
    inputs: list[Any],
    outputs: list[Any],
    facts: dict[str, str],
) -> None:
    tensors = {**constants, "zero": np.float32(0)}
    held = [numpy_helper.from_array(np.asarray(value), name) for name, value in tensors.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    helper.set_model_props(model, facts)
    checker.check_model(model)
    save(model, str(file))


NEMO_NODES = [
    _node("ReduceMax", ["audio_signal", "mel_axis"], "level", keepdims=0),
    _node("ReduceMax", ["level", "time_axis"], "highest", keepdims=1),
    _node("GreaterOrEqual", ["level", "highest"], "is_loudest"),
    _node("Greater", ["level", "speech_log_mel"], "is_speech"),
    _node("And", ["is_loudest", "is_speech"], "is_word"),
    _node("Unsqueeze", ["is_word", "symbol_axis"], "is_over"),
    _node("Greater", ["highest", "loud_log_mel"], "loud_turn"),
    _node("Unsqueeze", ["loud_turn", "symbol_axis"], "was_loud"),
    *_choice("is_over", "was_loud"),
]
NEMO_CONSTANTS = {
    "mel_axis": np.array([1]),
    "time_axis": np.array([1]),
    "symbol_axis": np.array([2]),
    "speech_log_mel": np.float32(NEMO_SPEECH),
    "loud_log_mel": np.float32(NEMO_LOUD),
}
# Of the layer, which keeps nothing in them, then of the convolutions before it: their shape never differs.
ZIPFORMER_IDLE_CACHES: dict[str, list[Any]] = {
    "cached_nonlin_attn_0": [1, 1, 1, 3],
    "cached_val1_0": [1, 1, 1],
    "cached_val2_0": [1, 1, 1],
    "cached_conv1_0": [1, 4, 1],
    "cached_conv2_0": [1, 4, 1],
    "embed_states": [1, 128, 3, 19],
}
