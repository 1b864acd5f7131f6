"""What a recogniser makes of speech that is not for the robot: examples for the understanding to refuse.

`python -m asr.training.overheard --work DIR --into scenarios/understanding/training/ru/overheard.tsv` plays
the corpus's other speech and crowds over noisy telephones and writes down what comes out: known words between
unknown ones.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.progress import track

from asr.engines.vosk import Settings, build
from asr.port import RecognitionEngine
from asr.training.channel import Conditions, Sound, babble, on_the_phone
from asr.training.corpus import read_shard
from asr.training.voices import RATE_HZ, Samples
from calls.transcript import UNKNOWN_WORD

OTHER_SPEECH = Path(__file__).parent / "ru" / "other_speech.txt"
CHUNK_BYTES = 640
SHARDS = 2  # of every voice
CROWDS = 600
LINES = Conditions(tempo=(0.85, 1.2), snr_db=(4, 25), second_sentence=0)
HEADER = """# What the embedded model writes of other people's talk and of crowds; none of it is an answer.
# Made by asr.training.overheard from sentences and voices that no bench uses.
"""


def recordings(work: Path, rng: np.random.Generator) -> Iterator[Sound]:
    """Sentences that are not for the robot, then crowds, each over another telephone."""
    others = set(OTHER_SPEECH.read_text("utf-8").splitlines())
    shards = [path for path in sorted((work / "corpus").glob("*.npz")) if int(path.stem[-1]) < SHARDS]
    utterances = [item for path in track(shards, "Reading the corpus") for item in read_shard(path)]
    voices: list[Samples] = [item.samples for item in utterances[:: max(1, len(utterances) // 400)]]
    for item in utterances:
        if item.text in others:
            yield on_the_phone(rng, item.samples.astype(np.float64), voices, LINES)
    for _ in range(CROWDS):
        yield babble(rng, int(rng.uniform(1, 5) * RATE_HZ), voices, int(rng.integers(2, 8)))


def overheard(engine: RecognitionEngine, sound: Sound) -> str:
    """The transcript of one recording."""
    stream = engine.open(())
    pcm = np.clip(sound, -32768, 32767).astype(np.int16).tobytes()
    for start in range(0, len(pcm), CHUNK_BYTES):
        stream.accept(pcm[start : start + CHUNK_BYTES])
    return stream.final().text


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m asr.training.overheard", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder with the corpus")
    parser.add_argument("--into", type=Path, required=True, help="labelled phrases to write")
    options = parser.parse_args()
    engine = build(Settings())
    heard = {overheard(engine, item) for item in recordings(options.work, np.random.default_rng(3))}
    # What reads like an answer from end to end cannot be told from one.
    known = sorted(
        text for text in heard if UNKNOWN_WORD in text.split() and set(text.split()) != {UNKNOWN_WORD}
    )
    options.into.write_text(HEADER + "".join(f"confirm_visit\tunclear\t{text}\n" for text in known), "utf-8")
    print(f"{len(known)} transcripts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
