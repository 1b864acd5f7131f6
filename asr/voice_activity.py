"""silero-vad's ONNX network at 8 kHz: windows of 256 samples behind 32 samples of context.

The package is installed for its data file alone; importing it would ask for PyTorch.
"""

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from asr.segmenter import WINDOW_SAMPLES
from calls.audio import RATE_HZ
from calls.errors import MissingDependency

CONTEXT_SAMPLES = 32
HINT = "Выполните scripts/setup: он установит onnxruntime и silero-vad."


class SileroNetwork:
    """The network, loaded once per process and shared by all streams; one thread."""

    def __init__(self, path: Path | None = None) -> None:
        path = path or _packaged_network()
        try:
            import onnxruntime
        except ImportError as error:
            raise MissingDependency("библиотека onnxruntime не установлена", hint=HINT) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            str(path), sess_options=options, providers=["CPUExecutionProvider"]
        )

    def run(self, samples: "np.ndarray[Any, Any]", state: "np.ndarray[Any, Any]") -> tuple[float, Any]:
        """The probability of voice, and the next state."""
        rate = np.array(RATE_HZ, dtype=np.int64)
        probability, state = self._session.run(None, {"input": samples, "state": state, "sr": rate})
        return float(probability[0, 0]), state


class SileroVoiceActivity:
    """One stream's state on the shared network; implements `asr.segmenter.VoiceActivity`."""

    def __init__(self, network: SileroNetwork) -> None:
        self._network = network
        self.reset()

    def reset(self) -> None:
        self._state = np.zeros((2, 1, 128), dtype=np.float32)
        self._samples = np.zeros((1, CONTEXT_SAMPLES + WINDOW_SAMPLES), dtype=np.float32)

    def probability(self, window: bytes) -> float:
        self._samples[0, :CONTEXT_SAMPLES] = self._samples[0, -CONTEXT_SAMPLES:]
        self._samples[0, CONTEXT_SAMPLES:] = np.frombuffer(window, "<i2") / np.float32(32768)
        probability, self._state = self._network.run(self._samples, self._state)
        return probability


def _packaged_network() -> Path:
    package = importlib.util.find_spec("silero_vad")
    if package is None or package.origin is None:
        raise MissingDependency("библиотека silero-vad не установлена", hint=HINT)
    path = Path(package.origin).parent / "data" / "silero_vad.onnx"
    if not path.is_file():
        raise MissingDependency(f"в silero-vad нет файла {path}", hint=HINT)
    return path
