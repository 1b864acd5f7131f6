"""How well a recogniser hears: every clip whole, or as in a call, only what the segmenter lets through.

Per set and line: sentences and words right, whether the robot understood the same as from the true text, yes
and no swapped, other speech taken for a yes or a no before and after rejection, and what it costs.
"""

import argparse
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from asr.listener import Listener
from asr.port import RecognitionEngine
from asr.segmenter import Segmenter
from asr.training.voices import RATE_HZ, Samples
from asr.voice_activity import SileroNetwork, SileroVoiceActivity
from bench.recognition_sets import (
    LEAD_S,
    Clip,
    Lines,
    RecognitionSet,
    human_sets,
    noise_sets,
    spoken,
    voice_sets,
)
from calls.errors import ZvonarError
from calls.transcript import UNKNOWN_WORD, Transcript
from scenarios.understanding import Meaning, Question, understander

CHUNK_SAMPLES = 320  # 40 ms
PACKET_BYTES = 320  # 20 ms, as a line delivers it
LEAD_IN_CALL_S = 2.0  # in a call the line has been heard for a while when the patient answers
PAUSES_S = (0.25, 0.5, 0.8)
NOW = datetime(2025, 3, 4, 9, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Moscow")
YES = frozenset({Meaning.CONFIRM, Meaning.YES})
NO = frozenset({Meaning.CANCEL, Meaning.NO})
LIVE_RECOGNISERS = 40


@cache
def _understander() -> Any:
    return understander("ru")


def meaning(heard: Transcript) -> Meaning:
    """What the robot takes a turn for when it has asked whether the patient is coming."""
    found: Meaning = _understander().understand(heard, Question.CONFIRM_VISIT, NOW, ZONE).meaning
    return found


@cache
def meaning_of_text(text: str) -> Meaning:
    return meaning(Transcript.of(text))


def edits(wanted: Sequence[str], heard: Sequence[str]) -> int:
    """Words inserted, deleted and replaced."""
    row = list(range(len(heard) + 1))
    for line, word in enumerate(wanted, 1):
        diagonal, row[0] = row[0], line
        for at, other in enumerate(heard, 1):
            diagonal, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, diagonal + (word != other))
    return row[-1]


@dataclass(slots=True)
class Score:
    """Counts over one set on one line."""

    clips: int = 0
    sentences_right: int = 0
    words: int = 0
    word_errors: int = 0
    meanings_right: int = 0
    swapped: int = 0  # a yes heard as a no, or the other way round
    taken_for_answer: int = 0  # nothing to be heard, yet a yes or a no
    taken_after_rejection: int = 0
    silent: int = 0
    audio_s: float = 0.0
    cpu_s: float = 0.0
    mistakes: list[tuple[str, str]] = field(default_factory=list)

    def add(self, clip: Clip, heard: Transcript) -> None:
        """Judge one transcript."""
        self.clips += 1
        words = [word.text for word in heard.words]
        self.silent += not words
        if not clip.texts:
            known = Transcript(tuple(word for word in heard.words if word.text != UNKNOWN_WORD))
            self.taken_for_answer += meaning_of_text(known.text) in YES | NO
            taken = meaning(heard) in YES | NO  # what the robot would act upon
            self.taken_after_rejection += taken
            if taken:
                self.mistakes.append(("", heard.text))
            return
        best = min(clip.texts, key=lambda text: edits(text.split(), words))
        self.words += len(best.split())
        self.word_errors += edits(best.split(), words)
        self.sentences_right += heard.text == best
        wanted, got = meaning_of_text(best), meaning(heard)
        self.meanings_right += wanted == got
        self.swapped += (wanted in YES and got in NO) or (wanted in NO and got in YES)
        if heard.text != best:
            self.mistakes.append((best, heard.text))

    def figures(self) -> dict[str, float | None]:
        """Percentages, and CPU milliseconds per second of audio; None where a figure does not apply."""

        def share(count: int, of: int) -> float | None:
            return round(100 * count / of, 1) if of else None

        told = self.words > 0
        return {
            "clips": self.clips,
            "sentences_right": share(self.sentences_right, self.clips) if told else None,
            "word_error_rate": share(self.word_errors, self.words),
            "meanings_right": share(self.meanings_right, self.clips) if told else None,
            "yes_no_swapped": share(self.swapped, self.clips) if told else None,
            "taken_for_answer": None if told else share(self.taken_for_answer, self.clips),
            "taken_after_rejection": None if told else share(self.taken_after_rejection, self.clips),
            "nothing_heard": share(self.silent, self.clips),
            "cpu_ms_per_s": round(1000 * self.cpu_s / self.audio_s, 1) if self.audio_s else None,
        }


def hear(engine: RecognitionEngine, samples: Samples, phrases: Sequence[str]) -> Transcript:
    """Stream a recording as a call would."""
    stream = engine.open(phrases)
    pcm = samples.tobytes()
    for start in range(0, len(pcm), CHUNK_SAMPLES * 2):
        stream.accept(pcm[start : start + CHUNK_SAMPLES * 2])
    return stream.final()


class Ears:
    """Hears as the robot does in a call: only around speech, and words are final at every pause."""

    def __init__(self) -> None:
        self._network = SileroNetwork()

    def hear(self, engine: RecognitionEngine, samples: Samples, phrases: Sequence[str]) -> Transcript:
        segmenter = Segmenter(SileroVoiceActivity(self._network), PAUSES_S)
        listener = Listener(engine.open(phrases), segmenter)
        pcm = samples.tobytes()
        for start in range(0, len(pcm), PACKET_BYTES):
            listener.feed(pcm[start : start + PACKET_BYTES])
        return listener.take()


Hearing = Callable[[RecognitionEngine, Samples, Sequence[str]], Transcript]


def measure(engine: RecognitionEngine, item: RecognitionSet, line: str, lines: Lines, hear: Hearing) -> Score:
    """One set over one line."""
    score = Score()
    for clip in item.clips:
        samples = lines.over(line, clip.samples)
        started = time.process_time()
        heard = hear(engine, samples, item.phrases)
        score.cpu_s += time.process_time() - started
        score.audio_s += len(samples) / RATE_HZ
        score.add(clip, heard)
    return score


def memory_per_recogniser_mb(engine: RecognitionEngine, samples: Samples) -> float:
    """Resident memory that each of many live recognisers adds, in the middle of a sentence."""
    import psutil

    process = psutil.Process()
    before = process.memory_info().rss
    live = [engine.open() for _ in range(LIVE_RECOGNISERS)]
    for stream in live:
        stream.accept(samples.tobytes())
    return float((process.memory_info().rss - before) / len(live) / 2**20)


def table(rows: Iterable[tuple[str, str, dict[str, float | None]]], title: str) -> Table:
    """The bench's table."""
    headings = {
        "clips": "clips", "sentences_right": "sentences %", "word_error_rate": "WER %",
        "meanings_right": "intents %",
        "yes_no_swapped": "yes⇄no %", "taken_for_answer": "false answers %",
        "taken_after_rejection": "…after rejection %",
        "nothing_heard": "silent %", "cpu_ms_per_s": "CPU ms/s",
    }  # fmt: skip
    shown = Table(title=title)
    shown.add_column("set")
    shown.add_column("line")
    for heading in headings.values():
        shown.add_column(heading, justify="right")
    for name, line, figures in rows:
        shown.add_row(name, line, *("–" if figures[key] is None else f"{figures[key]:g}" for key in headings))
    return shown


def load_engine(name: str, model: Path | None) -> RecognitionEngine:
    """An engine by its module's name, with its model's folder."""
    module = importlib.import_module(f"asr.engines.{name}")
    settings = module.Settings(**({"model": model} if model else {}))
    engine: RecognitionEngine = module.build(settings)
    return engine


def wanted_sets(options: argparse.Namespace) -> list[RecognitionSet]:
    """All sets, or those whose names contain one of the words asked for."""
    found = list(voice_sets(options.work, options.rhvoice, options.sentences)) + list(human_sets())
    found += noise_sets(
        [item.samples for item in spoken(options.work, options.rhvoice, "other", options.sentences)]
    )
    return [item for item in found if not options.only or any(word in item.name for word in options.only)]


def arguments(line: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.recognition", description=__doc__)
    parser.add_argument("--engine", default="vosk", help="a module of asr.engines")
    parser.add_argument("--model", type=Path, help="the model's folder; the embedded one if left out")
    parser.add_argument(
        "--rhvoice",
        type=Path,
        default=Path(".local/rhvoice-test"),
        help="root under which all RHVoice voices are unpacked",
    )
    parser.add_argument(
        "--work", type=Path, default=Path("build/recognition"), help="where the spoken sentences are kept"
    )
    parser.add_argument(
        "--in-call",
        action="store_true",
        help="hear as in a call: through the segmenter, after 2 s of the line",
    )
    parser.add_argument("--sentences", type=int, default=1000, help="at most so many of each section")
    parser.add_argument("--only", nargs="*", default=[], help="sets whose names contain one of these words")
    parser.add_argument("--json", type=Path, help="write the figures there as well")
    parser.add_argument("--mistakes", action="store_true", help="print what was heard wrong")
    return parser.parse_args(line)


def run(options: argparse.Namespace) -> None:
    """Measure, print, and write."""
    engine = load_engine(options.engine, options.model)
    console = Console(width=150)
    sets = wanted_sets(options)
    voices = [item.samples for item in spoken(options.work, options.rhvoice, "other", options.sentences)]
    hearing, lead_s = (Ears().hear, LEAD_IN_CALL_S) if options.in_call else (hear, LEAD_S)
    rows: list[tuple[str, str, dict[str, float | None]]] = []
    for item in sets:
        for line in item.lines:
            score = measure(engine, item, line, Lines(voices, lead_s=lead_s), hearing)
            rows.append((item.name, line, score.figures()))
            if options.mistakes:
                for wanted, heard in score.mistakes:
                    console.print(
                        f"{item.name}, {line}: «{wanted}» heard as «{heard}»", highlight=False, markup=False
                    )
    memory = memory_per_recogniser_mb(engine, voices[0])
    console.print(
        table(rows, f"{options.engine}: {options.model or 'embedded model'}, {memory:.1f} MB per recogniser")
    )
    if options.json:
        figures = [{"set": name, "line": line, **values} for name, line, values in rows]
        options.json.write_text(
            json.dumps({"memory_mb": round(memory, 2), "rows": figures}, ensure_ascii=False, indent=1)
        )


def main() -> int:
    try:
        run(arguments(sys.argv[1:]))
    except ZvonarError as error:
        print(f"{error}\n{error.hint}".strip(), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
