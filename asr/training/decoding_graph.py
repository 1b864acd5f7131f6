"""Builds Vosk's decoding graph with OpenFst's tools: CTC topology ∘ lexicon, the trigram, and the word list.

HCLr is an olabel-lookahead FST, whose construction renumbers the words; `words.txt` and Gr follow the new
numbers. Needs Debian's libfst-tools and libfst22-plugins-base.
"""

import os
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from asr.training.language_model import UNKNOWN, PhoneBigram, WordModel
from asr.training.pronunciation import PHONES, Pronunciation, pronunciations
from calls.errors import ZvonarError

FIRST_DISAMBIGUATION = 1000
BLANK = 1  # Kaldi numbers phones from 1; ours follow the blank
PHONE_NUMBER = {phone: number for number, phone in enumerate(PHONES, BLANK + 1)}

Transition = tuple[int, int, int, int, float]  # from, to, input, output, cost


class GraphToolsMissing(ZvonarError):
    """OpenFst's command-line tools are needed to build a decoding graph."""


@dataclass(slots=True)
class Fst:
    """An automaton in OpenFst's text form; state 0 starts."""

    arcs: list[Transition] = field(default_factory=list)
    final: list[tuple[int, float]] = field(default_factory=list)
    states: int = 1

    def new_state(self) -> int:
        self.states += 1
        return self.states - 1

    def text(self) -> str:
        lines = [
            f"{arc[0]}\t{arc[1]}\t{arc[2]}\t{arc[3]}\t{arc[4]:g}"
            for arc in sorted(self.arcs, key=lambda arc: arc[0] != 0)
        ]
        return "\n".join([*lines, *(f"{state}\t{cost:g}" for state, cost in self.final)]) + "\n"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lexicon's automaton and how many disambiguation symbols it uses."""

    fst: Fst
    disambiguations: int


def lexicon(
    words: Sequence[str], word_number: dict[str, int], unknown: PhoneBigram, unknown_cost: float
) -> Lexicon:
    """Phones to words; homophones and words that begin others end in a disambiguation symbol."""
    spoken: list[tuple[Pronunciation, str]] = [
        (phones, word) for word in words for phones in pronunciations(word)
    ]
    homophones = Counter(phones for phones, _ in spoken)
    beginnings = {phones[:end] for phones, _ in spoken for end in range(1, len(phones))}
    used: Counter[Pronunciation] = Counter()
    fst = Fst(final=[(0, 0.0)])
    for phones, word in spoken:
        labels = [PHONE_NUMBER[phone] for phone in phones]
        if homophones[phones] > 1 or phones in beginnings:
            used[phones] += 1
            labels.append(FIRST_DISAMBIGUATION + used[phones])
        state = 0
        for at, label in enumerate(labels):
            target = 0 if at == len(labels) - 1 else fst.new_state()
            fst.arcs.append((state, target, label, word_number[word] if at == 0 else 0, 0.0))
            state = target
    most = max(used.values(), default=0)
    _add_unknown(fst, unknown, unknown_cost, word_number[UNKNOWN], FIRST_DISAMBIGUATION + most + 1)
    return Lexicon(fst, most + 2)


def _add_unknown(fst: Fst, unknown: PhoneBigram, cost: float, number: int, opening: int) -> None:
    """A loop over phones that any other speech fits, between two disambiguation symbols."""
    entry, leaving = fst.new_state(), fst.new_state()
    after = {phone: fst.new_state() for phone in PHONES}
    fst.arcs.append((0, entry, opening, number, cost))
    for phone, start in unknown.start.items():
        fst.arcs.append((entry, after[phone], PHONE_NUMBER[phone], 0, start))
        fst.arcs.append((after[phone], leaving, 0, 0, unknown.end))
    for (before, phone), step in unknown.step.items():
        fst.arcs.append((after[before], after[phone], PHONE_NUMBER[phone], 0, step))
    fst.arcs.append((leaving, 0, opening + 1, 0, 0.0))


def topology(disambiguations: int) -> Fst:
    """CTC in transition ids: blanks between phones as you like, a blank between two equal ones."""
    states = [BLANK, *PHONE_NUMBER.values()]
    fst = Fst(final=[(state, 0.0) for state in (0, *states)], states=len(states) + 1)
    fst.arcs = [(0, BLANK, 2, 0, 0.0), (BLANK, BLANK, 1, 0, 0.0)]
    for phone in PHONE_NUMBER.values():
        enter, stay = 2 * phone, 2 * phone - 1
        fst.arcs += [(0, phone, enter, phone, 0.0), (BLANK, phone, enter, phone, 0.0)]
        fst.arcs += [(phone, phone, stay, 0, 0.0), (phone, BLANK, 2, 0, 0.0)]
        fst.arcs += [
            (phone, other, 2 * other, other, 0.0) for other in PHONE_NUMBER.values() if other != phone
        ]
    for state in (0, *states):
        for symbol in range(1, disambiguations + 1):
            fst.arcs.append((state, state, _disambiguation_id(symbol), FIRST_DISAMBIGUATION + symbol, 0.0))
    return fst


def _disambiguation_id(symbol: int) -> int:
    return 2 * (len(PHONES) + 1) + symbol


def build(
    target: Path, words: Sequence[str], grammar: WordModel, unknown: PhoneBigram, *, unknown_cost: float = 0.0
) -> None:
    """Write the graph's files into `target`."""
    target.mkdir(parents=True, exist_ok=True)
    symbols = ["<eps>", *sorted(words), UNKNOWN]
    number = {word: at for at, word in enumerate(symbols)}
    spoken = lexicon(sorted(words), number, unknown, unknown_cost)
    with TemporaryDirectory() as folder:
        work = Path(folder)
        _compile(work, "L", spoken.fst)
        _compile(work, "H", topology(spoken.disambiguations))
        _run(work, "fstrmepsilon L.fst | fstdeterminize | fstarcsort --sort_type=ilabel > Ld.fst")
        _run(work, "fstarcsort --sort_type=olabel H.fst | fstcompose - Ld.fst | fstconnect > HL.fst")
        _run(work, "fstencode --encode_labels HL.fst codes > encoded.fst")
        _run(work, "fstminimize --allow_nondet encoded.fst | fstencode --decode - codes > small.fst")
        _run(
            work,
            "fstarcsort --sort_type=olabel small.fst | "
            "fstconvert --fst_type=olabel_lookahead --save_relabel_opairs=renumbered - HCLr.fst",
        )
        pairs = (line.split() for line in (work / "renumbered").read_text().splitlines())
        renumbered = {int(before): int(after) for before, after in pairs}
        final_number = {word: renumbered.get(at, at) if at else 0 for word, at in number.items()}
        _compile(work, "G", _grammar_fst(grammar, final_number))
        _run(work, "fstarcsort --sort_type=ilabel G.fst | fstconvert --fst_type=const - Gr.fst")
        for name in ("HCLr.fst", "Gr.fst"):
            (target / name).write_bytes((work / name).read_bytes())
    listed = sorted(final_number.items(), key=lambda item: item[1])
    (target / "words.txt").write_text("".join(f"{word} {at}\n" for word, at in listed), encoding="utf-8")
    ids = [_disambiguation_id(symbol) for symbol in range(1, spoken.disambiguations + 1)]
    (target / "disambig_tid.int").write_text("".join(f"{at}\n" for at in ids))


def _grammar_fst(grammar: WordModel, number: dict[str, int]) -> Fst:
    arcs = []
    for arc in grammar.arcs:
        label = number[arc.word] if arc.word else 0
        arcs.append((arc.source, arc.target, label, label, arc.cost))
    return Fst(arcs, list(grammar.final))


def _compile(work: Path, name: str, fst: Fst) -> None:
    (work / f"{name}.txt").write_text(fst.text())
    _run(work, f"fstcompile {name}.txt {name}.fst")


def _run(work: Path, pipeline: str) -> None:
    plugins = ":".join(str(path) for path in sorted(Path("/usr/lib").glob("*/fst*/**/")))
    environment = os.environ | {"LD_LIBRARY_PATH": plugins}
    command = ["bash", "-c", f"set -o pipefail; {pipeline}"]
    try:
        subprocess.run(command, check=True, cwd=work, env=environment, capture_output=True)
    except subprocess.CalledProcessError as error:
        raise GraphToolsMissing(
            f"«{pipeline}» failed: {error.stderr.decode(errors='replace').strip()}",
            hint="apt-get install libfst-tools libfst22-plugins-base",
        ) from error
