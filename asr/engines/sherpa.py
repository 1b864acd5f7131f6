"""sherpa-onnx: T-one, zipformer, GigaAM and other ONNX models, by the folder of the model.

Streaming models give words while the patient talks; the others hear a turn at its pauses. No model of this
library narrows its vocabulary, and none says how sure it is of a word: the confidence is always 1.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from asr.errors import RecognitionFailed
from asr.port import Capabilities, EngineStream, RecognitionEngine
from calls.audio import RATE_HZ, duration_s
from calls.errors import MissingDependency
from calls.transcript import UNKNOWN_WORD, Transcript, Word

Architecture = Literal["t_one", "zipformer", "zipformer_ctc", "nemo_ctc", "nemo_transducer", "transducer"]
Samples = npt.NDArray[np.float32]

STREAMING = frozenset({"t_one", "zipformer", "zipformer_ctc"})
TRANSDUCERS = frozenset({"zipformer", "nemo_transducer", "transducer"})
NETWORK_NAMES = {"zipformer_ctc": ("model*.onnx", "ctc*.onnx")}  # published under either name
USUAL_NETWORK_NAMES = ("model*.onnx",)
MODEL_RATES_HZ = {"t_one": 8000}
USUAL_MODEL_RATE_HZ = 16000
BLANKS = frozenset({"<blk>", "<blank>", "<eps>"})
PUNCTUATION = ".,!?…:;«»\"'()—–-"
TAIL_S = 0.7  # of silence at least, so that the last words leave a streaming network; T-one's step is 0.3 s
LAST_WORD_S = 0.25  # how long after its end a streaming network may still think about a word
LONGEST_STEP_S = 5.0  # zipformers see 0.5, 0.8 or 1.4 s at a time
PROBE_S = 0.01
TOKEN_S = 0.06
LONGEST_DECODED_BYTES = 20 * RATE_HZ * 2  # 20 s: GigaAM was trained on utterances up to 25 s
HINT = "Скачать модель: zvonar models pull ИМЯ; её папку назовёт zvonar models path ИМЯ."


class Settings(BaseModel):
    """Which model to load, and what it is."""

    model_config = ConfigDict(extra="forbid")

    model: Path = Field(description="Folder with the model's .onnx files and tokens.txt")
    architecture: Architecture = Field(
        description="t_one, zipformer, zipformer_ctc: streaming; nemo_ctc, nemo_transducer (GigaAM), "
        "transducer (Vosk 0.54): decoded at pauses"
    )
    language: str = Field(default="ru", description="The language of that model")
    threads: int = Field(default=1, ge=1, le=64)


def words_of(tokens: Sequence[str], times_s: Sequence[float], offset_s: float = 0.0) -> tuple[Word, ...]:
    """Words from a model's tokens and the moments they were emitted at, lower case, without punctuation.

    A word begins at a token that begins with a space (or with its mark, U+2581).
    """
    groups: list[list[tuple[str, float]]] = [[]]
    for token, time_s in zip(tokens, times_s, strict=False):
        text = token.replace("\u2581", " ").replace("<unk>", f" {UNKNOWN_WORD} ")
        if text[:1].isspace():
            groups.append([])
        if text.strip():
            groups[-1].append((text.strip(), time_s + offset_s))
        if text[-1:].isspace():
            groups.append([])
    spoken = [("".join(text for text, _ in group), group[0][1], group[-1][1]) for group in groups if group]
    next_starts_s = [*(start_s for _, start_s, _ in spoken[1:]), float("inf")]
    return tuple(
        Word(text, start_s, max(start_s, min(last_s + TOKEN_S, next_s)))
        for (heard, start_s, last_s), next_s in zip(spoken, next_starts_s, strict=False)
        if (text := heard.lower().strip(PUNCTUATION))
    )


class _Resampler:
    """Telephone audio at the rate of a model."""

    def __init__(self, rate_hz: int) -> None:
        self._stream: Any = None
        if rate_hz != RATE_HZ:
            import soxr

            self._stream = soxr.ResampleStream(RATE_HZ, rate_hz, 1, dtype="float32")

    def __call__(self, pcm: bytes, *, last: bool = False) -> Samples:
        samples = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)
        if self._stream is None:
            return samples
        return np.asarray(self._stream.resample_chunk(samples, last=last), np.float32)


def _asked(question: Callable[[], Any]) -> Any:
    try:
        return question()
    except Exception as error:  # the library raises nothing more exact
        raise RecognitionFailed("sherpa-onnx could not go on with the audio") from error


class StreamingStream:
    """One turn after another through a streaming model."""

    def __init__(self, recogniser: Any, rate_hz: int, tail_s: float = TAIL_S) -> None:
        self._recogniser, self._rate_hz, self._tail_s = recogniser, rate_hz, tail_s
        self._fed_s = 0.0
        self._begin()

    def _begin(self) -> None:
        self._began_s = self._fed_s
        self._resample = _Resampler(self._rate_hz)
        self._stream = _asked(self._recogniser.create_stream)

    def accept(self, pcm: bytes) -> None:
        self._fed_s += duration_s(pcm)
        self._feed(self._resample(pcm))

    def partial(self) -> Transcript:
        return _asked(self._words)  # type: ignore[no-any-return]

    def final(self) -> Transcript:
        tail = np.zeros(round(self._tail_s * self._rate_hz), np.float32)
        self._feed(np.concatenate((self._resample(b"", last=True), tail)))
        words: Transcript = _asked(self._words)
        self._begin()
        return words

    def _feed(self, samples: Samples) -> None:
        def decode() -> None:
            self._stream.accept_waveform(self._rate_hz, samples)
            while self._recogniser.is_ready(self._stream):
                self._recogniser.decode_stream(self._stream)

        _asked(decode)

    def _words(self) -> Transcript:
        tokens, times_s = self._recogniser.tokens(self._stream), self._recogniser.timestamps(self._stream)
        return Transcript(words_of(tokens, times_s, self._began_s))


class WholeTurnStream:
    """Keeps a turn's audio and decodes it when asked for its words; very long turns are decoded in pieces."""

    def __init__(self, recogniser: Any, rate_hz: int) -> None:
        self._recogniser, self._rate_hz = recogniser, rate_hz
        self._audio = bytearray()
        self._words: tuple[Word, ...] = ()
        self._fed_s = 0.0

    def accept(self, pcm: bytes) -> None:
        self._audio += pcm
        self._fed_s += duration_s(pcm)
        if len(self._audio) >= LONGEST_DECODED_BYTES:
            self._decode()

    def partial(self) -> Transcript:
        return Transcript(self._words)

    def final(self) -> Transcript:
        self._decode()
        words, self._words = self._words, ()
        return Transcript(words)

    def _decode(self) -> None:
        if not self._audio:
            return
        pcm = bytes(self._audio)
        self._audio.clear()
        samples = _Resampler(self._rate_hz)(pcm, last=True)

        def decoded() -> Any:
            stream = self._recogniser.create_stream()
            stream.accept_waveform(self._rate_hz, samples)
            self._recogniser.decode_stream(stream)
            return stream.result

        result = _asked(decoded)
        self._words += words_of(result.tokens, result.timestamps, self._fed_s - duration_s(pcm))


class SherpaEngine:
    """A loaded model."""

    def __init__(self, recogniser: Any, settings: Settings) -> None:
        self._recogniser, self._settings = recogniser, settings
        self._rate_hz = MODEL_RATES_HZ.get(settings.architecture, USUAL_MODEL_RATE_HZ)
        self._streams = settings.architecture in STREAMING
        self._tail_s = max(TAIL_S, _step_s(recogniser, self._rate_hz) + LAST_WORD_S) if self._streams else 0.0

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            frozenset({self._settings.language}),
            RATE_HZ,
            grammar=False,
            partials=self._streams,
            confidences=False,
        )

    def open(self, phrases: Sequence[str] = ()) -> EngineStream:
        """A recogniser of everything: this library's models cannot be narrowed to phrases."""
        if self._streams:
            return StreamingStream(self._recogniser, self._rate_hz, self._tail_s)
        return WholeTurnStream(self._recogniser, self._rate_hz)


def _step_s(recogniser: Any, rate_hz: int) -> float:
    """How much audio a streaming network wants before it takes a step, found by trying it."""
    stream, piece = recogniser.create_stream(), np.zeros(round(PROBE_S * rate_hz), np.float32)
    pieces = 0
    while not recogniser.is_ready(stream) and pieces * PROBE_S < LONGEST_STEP_S:
        stream.accept_waveform(rate_hz, piece)
        pieces += 1
    return pieces * PROBE_S


def build(settings: Settings) -> RecognitionEngine:
    """Load the model; MissingDependency names what is missing and how to mend it."""
    files = model_files(settings.model, settings.architecture)
    try:
        import sherpa_onnx
    except ImportError as error:
        raise MissingDependency(
            "библиотека sherpa-onnx не установлена", hint="Выполните scripts/setup."
        ) from error
    load = {
        "t_one": sherpa_onnx.OnlineRecognizer.from_t_one_ctc,
        "zipformer": sherpa_onnx.OnlineRecognizer.from_transducer,
        "zipformer_ctc": sherpa_onnx.OnlineRecognizer.from_zipformer2_ctc,
        "nemo_ctc": sherpa_onnx.OfflineRecognizer.from_nemo_ctc,
        "nemo_transducer": sherpa_onnx.OfflineRecognizer.from_transducer,
        "transducer": sherpa_onnx.OfflineRecognizer.from_transducer,
    }[settings.architecture]
    special = {"model_type": "nemo_transducer"} if settings.architecture == "nemo_transducer" else {}
    try:
        return SherpaEngine(load(**files, num_threads=settings.threads, **special), settings)
    except Exception as error:  # the library raises nothing more exact
        raise MissingDependency(
            f"модель sherpa-onnx из папки {settings.model} не загружается",
            hint=f"Она повреждена, или её architecture не {settings.architecture}.",
        ) from error


def model_files(folder: Path, architecture: Architecture) -> dict[str, str]:
    """The files of a model by their role, wherever they lie in its folder; quantised ones go first."""
    patterns = (
        {role: (f"{role}*.onnx",) for role in ("encoder", "decoder", "joiner")}
        if architecture in TRANSDUCERS
        else {"model": NETWORK_NAMES.get(architecture, USUAL_NETWORK_NAMES)}
    )
    found = {role: _best(folder, *names) for role, names in patterns.items()}
    tokens = _best(folder, "tokens.txt")
    missing = [" или ".join(patterns[role]) for role, file in found.items() if file is None]
    if tokens is None:
        missing.append("tokens.txt")
    if tokens is None or missing:
        raise MissingDependency(
            f"в папке {folder} нет модели sherpa-onnx вида {architecture}: не хватает {', '.join(missing)}",
            hint=HINT,
        )
    if architecture not in TRANSDUCERS and not _has_blank(tokens):
        # without it the library ends the whole process instead of raising
        raise MissingDependency(
            f"в файле {tokens} нет символа <blk>", hint="Файл повреждён: скачайте модель заново."
        )
    return {"tokens": str(tokens), **{role: str(file) for role, file in found.items()}}


def _best(folder: Path, *patterns: str) -> Path | None:
    files = (file for pattern in patterns for file in folder.rglob(pattern) if file.is_file())
    return min(files, key=lambda file: ("int8" not in file.name, len(file.parts), file.name), default=None)


def _has_blank(tokens: Path) -> bool:
    lines = tokens.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(line.split()[:1] and line.split()[0] in BLANKS for line in lines)
