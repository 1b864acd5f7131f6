"""What the recognition bench listens to: unseen voices, a human announcer, noise; and over which lines.

Sentences are written for the bench (`recognition_ru.txt`), and for `natural` they are what authors who knew
neither the rules nor the texts of the training wrote that patients answer; nothing was learnt from those.

The unseen voices are RHVoice's NC-ND ones: they may test a model, never train or ship with one. The human is
the announcer of Debian's `asterisk-core-sounds-ru-wav`; nothing of it was trained on.
"""

import re
import wave
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from asr.training import channel, numerals
from asr.training.corpus import Utterance, punctuated, read_shard, write_shard
from asr.training.voices import RATE_HZ, Manner, RHVoice, Samples
from bench.understanding import UNSEEN
from calls.errors import BadInput
from scenarios.understanding import Question
from scenarios.understanding.phrases import read_phrases

TEXTS = Path(__file__).with_name("recognition_ru.txt")
UNSEEN_VOICES = ("arina", "vsevolod", "yuriy", "tatiana", "pavel")
HUMAN_FOLDERS = (
    Path("/usr/share/asterisk/sounds/ru_RU_f_IvrvoiceRU"),
    Path("/usr/share/asterisk/sounds/ru"),
)
TEMPOS = (1.0, 0.85, 1.2)
LEAD_S, TAIL_S = 0.3, 0.6
NOISE_S = 5
CLIPS_PER_NOISE = 12
NOISES = ("white", "pink", "brown", "car", "street", "hum")

Sound = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording at 8 kHz and every transcript that is right for it; none for what should not be written."""

    samples: Samples
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecognitionSet:
    """Clips of one kind; `phrases` narrow the recogniser (a closed grammar); `lines` it is heard over."""

    name: str
    clips: tuple[Clip, ...]
    lines: tuple[str, ...]
    phrases: tuple[str, ...] = ()

    @property
    def expects_words(self) -> bool:
        return any(clip.texts for clip in self.clips)


def sentences() -> dict[str, tuple[str, ...]]:
    """The bench's sentences by section of `recognition_ru.txt`."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in TEXTS.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            found.setdefault(section, []).append(line)
    return {name: tuple(lines) for name, lines in found.items()} | {"natural": natural_answers()}


def natural_answers() -> tuple[str, ...]:
    """Unseen answers to "are you coming?" without figures, in the recogniser's spelling."""
    answers = (
        phrase.text.lower().replace("ё", "е")
        for path in sorted((UNSEEN / "ru").glob("*.tsv"))
        for phrase in read_phrases(path)
        if phrase.question is Question.CONFIRM_VISIT
    )
    return tuple(
        dict.fromkeys(
            " ".join(re.findall("[а-я]+", text)) for text in answers if not re.search("[0-9a-z]", text)
        )
    )


class Lines:
    """The telephone lines of the bench; equal seeds give equal noise; `lead_s` comes before the speech."""

    def __init__(self, voices: Sequence[Samples], seed: int = 7, *, lead_s: float = LEAD_S) -> None:
        self._voices = voices
        self._lead = round(lead_s * RATE_HZ)
        self._rng = np.random.default_rng(seed)
        self._lines: Mapping[str, Callable[[Sound], Sound]] = MappingProxyType(
            {
                "studio": lambda sound: sound,
                "clean": self._coded,
                "20 dB": lambda sound: self._coded(self._noisy(sound, 20)),
                "10 dB": lambda sound: self._coded(self._noisy(sound, 10)),
                "5 dB": lambda sound: self._coded(self._noisy(sound, 5)),
                "3 % loss": lambda sound: channel.lose_packets(self._rng, self._coded(sound), 0.03),
            }
        )

    def over(self, line: str, samples: Samples) -> Samples:
        """The clip with silence around it, as the recogniser gets it."""
        speech = samples.astype(np.float64)
        sound = np.concatenate([np.zeros(self._lead), speech, np.zeros(int(TAIL_S * RATE_HZ))])
        return np.asarray(np.clip(self._lines[line](sound), -32768, 32767), np.int16)

    def _coded(self, sound: Sound) -> Sound:
        """300–3400 Hz and A-law."""
        return channel.a_law(_banded(sound))

    def _noisy(self, sound: Sound, snr_db: float) -> Sound:
        spoken = sound[self._lead : len(sound) - int(TAIL_S * RATE_HZ)]
        kind = ("babble", "pink", "street")[self._rng.integers(3)]
        around = _banded(channel.noise(self._rng, len(sound), kind, self._voices))
        mixed = sound + around * (np.sqrt(np.mean(spoken**2)) / around.std() * 10 ** (-snr_db / 20))
        return np.asarray(mixed * (12000 / (np.abs(mixed).max() + 1)))


def _banded(sound: Sound) -> Sound:
    """A telephone band with soft edges."""
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    spectrum *= np.clip((hz - 200) / 150, 0, 1) * np.clip((3700 - hz) / 300, 0, 1)
    return np.asarray(np.fft.irfft(spectrum, len(sound)))


def evenly(texts: Sequence[str], limit: int) -> tuple[str, ...]:
    """At most `limit` of the texts, from all over the list."""
    return (
        tuple(texts[at * len(texts) // limit] for at in range(limit)) if limit < len(texts) else tuple(texts)
    )


def spoken(work: Path, rhvoice: Path, section: str, limit: int) -> list[Utterance]:
    """A section said by every unseen voice at several speeds; kept under `work` for the next run."""
    texts = evenly(sentences()[section], limit)
    found: list[Utterance] = []
    for name in UNSEEN_VOICES:
        path = work / f"{section}-{name}-{len(texts)}.npz"
        if not path.exists():
            if not (rhvoice / "usr/share/RHVoice/voices" / name).is_dir():
                raise BadInput(
                    f"the test voice {name} is not under {rhvoice}",
                    hint="Run scripts/setup-voices --measuring; see docs/model-card.md.",
                )
            rng = Random(f"{section}{name}")
            manners = [Manner(rng.uniform(0.85, 1.35), rng.uniform(0.9, 1.1)) for _ in texts]
            said = RHVoice(name, rhvoice).say([punctuated(rng, text) for text in texts], manners)
            heard = [
                Utterance(clip, text) for clip, text in zip(said, texts, strict=True) if clip is not None
            ]
            work.mkdir(parents=True, exist_ok=True)
            write_shard(path, heard)
        found += read_shard(path)
    return found


def voice_sets(work: Path, rhvoice: Path, limit: int) -> Iterator[RecognitionSet]:
    """The sets said by unseen voices."""
    every = ("studio", "clean", "20 dB", "10 dB", "5 dB", "3 % loss")
    lines = {
        "core": every,
        "wide": every,
        "pairs": ("clean", "20 dB", "10 dB"),
        "natural": ("clean", "20 dB", "10 dB"),
        "other": ("clean", "20 dB", "10 dB"),
    }
    for section, over in lines.items():
        utterances = spoken(work, rhvoice, section, limit)
        told = section != "other"
        clips = tuple(Clip(item.samples, (item.text,) if told else ()) for item in utterances)
        yield RecognitionSet(f"voices: {section}", clips, over)


def human_words() -> dict[str, tuple[str, ...]]:
    """The announcer's files with isolated words of the vocabulary, and what they may be written as."""
    files: dict[str, tuple[str, ...]] = {
        f"digits/{number}": (numerals.cardinal(number),) for number in (*range(21), 30, 40, 50)
    }
    week = [numerals.DAYS[-1], *numerals.DAYS[:-1]]
    files |= {f"digits/day-{at}": (day,) for at, day in enumerate(week)}
    months = zip(numerals.MONTHS_GENITIVE, numerals.MONTHS, strict=True)
    files |= {f"digits/mon-{at}": names for at, names in enumerate(months)}
    for day in (*range(1, 21), 30):
        forms = (numerals.ordinal_genitive(day), numerals.ordinal_neuter(day))
        files[f"digits/h-{day}"] = (*forms, *numerals.ordinal_masculine(day))
    files |= {
        "digits/today": ("сегодня",),
        "digits/tomorrow": ("завтра",),
        "goodbye": ("до свидания",),
        "vm-goodbye": ("до свидания",),
        "hours": ("часов", "часа", "час"),
        "minutes": ("минут", "минуты"),
        "vm-minutes": ("минут", "минуты"),
        "vm-no": ("нет",),
        "vm-and": ("и",),
    }
    return files


HUMAN_PHRASES = MappingProxyType(
    {
        "hello": ("здравствуйте",),
        "auth-thankyou": ("спасибо",),
        "privacy-thankyou": ("спасибо",),
        "number-not-answering": ("номер не отвечает",),
        "one-moment-please": ("секундочку пожалуйста",),
        "priv-recordintro": ("пожалуйста представьтесь",),
        "im-sorry": ("к сожалению",),
        "digits/60": ("шестьдесят",),
        "digits/70": ("семьдесят",),
        "digits/80": ("восемьдесят",),
        "digits/90": ("девяносто",),
        "digits/hundred": ("сто",),
        "digits/thousand": ("тысяча",),
        "digits/1n": ("одно",),
        "digits/at": ("в",),
        "time": ("время",),
        "number": ("номер",),
        "phonetic/n_p": ("ноябрь",),
        "phonetic/p_p": ("папа",),
        "queue-minute": ("минута",),
        "queue-minutes": ("минут", "минуты"),
        "for": ("для",),
    }
)


def human_sets() -> Iterator[RecognitionSet]:
    """The announcer: words open and with a closed grammar at three tempos, phrases, and all the rest."""
    folder = next((path for path in HUMAN_FOLDERS if path.is_dir()), None)
    if folder is None:
        raise BadInput(
            "there are no human recordings to test on", hint="apt-get install asterisk-core-sounds-ru-wav"
        )
    words = {name: texts for name, texts in human_words().items() if (folder / f"{name}.wav").exists()}
    grammar = tuple(sorted({text for texts in words.values() for text in texts}))
    for tempo in TEMPOS:
        clips = tuple(
            Clip(at_tempo(_read(folder / f"{name}.wav"), tempo), texts) for name, texts in words.items()
        )
        noisy = ("studio", "clean", "20 dB", "10 dB") if tempo == 1.0 else ("clean",)
        yield RecognitionSet(f"human words ×{tempo:g}", clips, noisy)
        yield RecognitionSet(f"human words ×{tempo:g}, grammar", clips, noisy, grammar)
    phrases = {name: texts for name, texts in HUMAN_PHRASES.items() if (folder / f"{name}.wav").exists()}
    yield RecognitionSet(
        "human phrases",
        tuple(Clip(_read(folder / f"{name}.wav"), texts) for name, texts in phrases.items()),
        ("clean",),
    )
    yield RecognitionSet("human: other", tuple(_other_prompts(folder, {*words, *phrases})), ("clean",))


def _other_prompts(folder: Path, known: set[str]) -> Iterator[Clip]:
    for path in sorted(folder.rglob("*.wav")):
        name = str(path.relative_to(folder))[:-4]
        speech = not any(part in name for part in ("silence", "beep", "tone", "monkeys", "jingle", "digits/"))
        if speech and name not in known:
            yield Clip(_read(path))


def at_tempo(samples: Samples, tempo: float) -> Samples:
    """Play faster (above 1) or slower."""
    import soxr

    if tempo == 1.0:
        return samples
    return np.asarray(soxr.resample(samples, RATE_HZ * tempo, RATE_HZ), np.int16)


def _read(path: Path) -> Samples:
    with wave.open(str(path)) as source:
        return np.frombuffer(source.readframes(source.getnframes()), np.int16)


def noise_sets(voices: Sequence[Samples], seed: int = 11) -> Iterator[RecognitionSet]:
    """Nobody speaks to the robot: noises of every kind, and people talking in the background."""
    rng = np.random.default_rng(seed)
    yield RecognitionSet(
        "noise only",
        tuple(_background(rng, kind, voices) for kind in NOISES for _ in range(CLIPS_PER_NOISE)),
        ("studio",),
    )
    yield RecognitionSet(
        "babble only",
        tuple(_background(rng, "babble", voices) for _ in range(4 * CLIPS_PER_NOISE)),
        ("studio",),
    )


def _background(rng: np.random.Generator, kind: str, voices: Sequence[Samples]) -> Clip:
    length = NOISE_S * RATE_HZ
    around = (
        channel.babble(rng, length, voices, 4)
        if kind == "babble"
        else channel.noise(rng, length, kind, voices)
    )
    heard = channel.a_law(around / around.std() * 10 ** rng.uniform(1.3, 3.3))
    return Clip(np.asarray(np.clip(heard, -32768, 32767), np.int16))
