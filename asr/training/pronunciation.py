"""From Russian words to phones: 43 of them, by rules over the spoken forms in `spoken.txt`.

A soft consonant carries an apostrophe; `A` is unstressed a/o, `i` unstressed e/i/ya, `y` the hard i.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from asr.training.grammar import TEXTS

LETTER_SOUNDS = MappingProxyType(
    dict(zip("бвгджзйклмнпрстфхцчшщ", "b v g d zh z j k l m n p r s t f x c ch sh sch".split(), strict=True))
)
ALWAYS_HARD = frozenset({"zh", "sh", "c"})
UNPAIRED = ALWAYS_HARD | {"ch", "sch", "j"}
VOWELS = ("a", "A", "e", "i", "o", "u", "y")
CONSONANTS = tuple(
    phone
    for sound in LETTER_SOUNDS.values()
    for phone in ((sound,) if sound in UNPAIRED else (sound, f"{sound}'"))
)
PHONES = (*VOWELS, *CONSONANTS)
DEVOICED = MappingProxyType({"b": "p", "v": "f", "g": "k", "d": "t", "zh": "sh", "z": "s"})
VOICED = MappingProxyType({voiceless: voiced for voiced, voiceless in DEVOICED.items()})
VOICELESS = frozenset({*VOICED, "x", "c", "ch", "sch"})
VOWEL_LETTERS = "аеёиоуыэюя"
SOFTENING_LETTERS = "еёиюяь"
PROCLITICS = frozenset("не ни в во с со к ко на по за до от из без для об при под над про у о а и но".split())
CLUSTERS = (
    ("ть?ся$", "ца"), ("[дт]ьс", "ц"), ("[дт]ц", "ц"), ("стн", "сн"), ("здн", "зн"), ("[сз]ч", "щ"),
    ("[сз]ш", "шш"), ("[дт]ч", "ч"), ("вств", "ств"),
)  # fmt: skip
STRESS_MARK = "+"

Pronunciation = tuple[str, ...]


@cache
def spoken_forms() -> dict[str, tuple[str, ...]]:
    """Read how words sound; the first form of a word is the usual one."""
    forms: dict[str, tuple[str, ...]] = {}
    for line in (TEXTS / "spoken.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            word, form = line.split()
            forms[word] = (*forms.get(word, ()), form)
    return forms


def with_yo(text: str) -> str:
    """Put «ё» back for the synthesiser, which reads «придем» wrong."""
    return " ".join(_word_with_yo(word) for word in text.split())


def _word_with_yo(word: str) -> str:
    sound = spoken_forms().get(word, (word,))[0].replace(STRESS_MARK, "")
    if len(sound) != len(word):
        return word
    return "".join(
        "ё" if heard == "ё" and letter == "е" else letter for letter, heard in zip(word, sound, strict=True)
    )


def phones_of(form: str) -> Pronunciation:
    """Turn a spoken form such as «прид+ём» into phones; without a mark no vowel is stressed."""
    marked = form
    for pattern, sound in CLUSTERS:
        marked = re.sub(pattern, sound, marked)
    sounds: list[str] = []
    letters = marked.replace(STRESS_MARK, "")
    stressed_at = marked.find(STRESS_MARK)
    last_vowel = max((at for at, letter in enumerate(letters) if letter in VOWEL_LETTERS), default=-1)
    for at, letter in enumerate(letters):
        before, after = letters[at - 1 : at], letters[at + 1 : at + 2]
        if letter in VOWEL_LETTERS:
            if _needs_glide(letter, before):
                sounds.append("j")
            sounds.append(
                _vowel(letter, before, at == stressed_at, at == last_vowel and not after, at < stressed_at)
            )
        elif letter in LETTER_SOUNDS:
            sound = LETTER_SOUNDS[letter]
            soft = sound not in UNPAIRED and after != "" and after in SOFTENING_LETTERS
            sounds.append(f"{sound}'" if soft else sound)
    return _collapsed(_softened(_voiced(sounds)))


def _needs_glide(letter: str, before: str) -> bool:
    return (letter in "еёюя" and (before == "" or before in VOWEL_LETTERS + "ъь")) or (
        letter == "и" and before == "ь"
    )


def _vowel(letter: str, before: str, stressed: bool, final: bool, pretonic: bool) -> str:
    hard = before != "" and before in "жшц"
    if letter in "уюыиё":
        return {"у": "u", "ю": "u", "ы": "y", "и": "y" if hard else "i", "ё": "o"}[letter]
    if letter in "еэ":
        return "e" if stressed else ("y" if hard else "i")
    if stressed:
        return "o" if letter == "о" else "a"
    if letter == "я" and not final:
        return "i"
    return "i" if letter in "ао" and before != "" and before in "чщ" and pretonic else "A"


def _base(phone: str) -> str:
    return phone.removesuffix("'")


def _voiced(sounds: list[str]) -> list[str]:
    """Devoice at the end and before voiceless sounds, voice before voiced ones, right to left."""
    if len(sounds) < 2:
        return sounds
    result = list(sounds)
    for at in range(len(result) - 1, -1, -1):
        base, softness = _base(result[at]), result[at][len(_base(result[at])) :]
        after = _base(result[at + 1]) if at + 1 < len(result) else None
        if base in DEVOICED and (after is None or after in VOICELESS):
            result[at] = DEVOICED[base] + softness
        elif base in VOICED and after in DEVOICED and after != "v":
            result[at] = VOICED[base] + softness
    return result


def _softened(sounds: list[str]) -> list[str]:
    """Soften dentals before soft dentals, and n before ch and sch."""
    result = list(sounds)
    for at, (sound, after) in enumerate(pairwise(sounds)):
        if sound in {"s", "z", "d", "n"} and after in {"t'", "d'", "n'", "s'", "z'"}:
            result[at] = f"{sound}'"
        elif sound == "n" and after in {"ch", "sch"}:
            result[at] = "n'"
    return result


def _collapsed(sounds: list[str]) -> Pronunciation:
    """Write a doubled consonant once."""
    result: list[str] = []
    for sound in sounds:
        if result and sound not in VOWELS and _base(result[-1]) == _base(sound):
            result[-1] = sound
        else:
            result.append(sound)
    return tuple(result)


def sentence_phones(words: Sequence[str]) -> Pronunciation:
    """The phones of a sentence as it is said: prepositions and «не» lean on the next word."""
    result: list[str] = []
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else None
        result.extend(
            _leaning(word, following) if following and word in PROCLITICS else pronunciations(word)[0]
        )
    return tuple(result)


def _leaning(word: str, following: str) -> Pronunciation:
    sounds = phones_of(word)
    first = _base(pronunciations(following)[0][0])
    last = _base(sounds[-1])
    voiceless_next, voiced_next = first in VOICELESS, first in DEVOICED and first != "v"
    if last in DEVOICED or last in VOICED:
        voiced_last = last if last in DEVOICED else VOICED[last]
        own_voiced = word[-1] in "бвгджз"
        voiced = voiced_next or (own_voiced and not voiceless_next)
        return (*sounds[:-1], voiced_last if voiced else DEVOICED[voiced_last])
    return sounds


@cache
def pronunciations(word: str) -> tuple[Pronunciation, ...]:
    """Every way a word may sound, the usual one first."""
    forms = spoken_forms().get(word, (word,))
    found = [phones_of(form) for form in forms]
    if word in PROCLITICS:
        found += _leaning_variants(word)
    return tuple(dict.fromkeys(found))


def _leaning_variants(word: str) -> list[Pronunciation]:
    plain = phones_of(word)
    last = _base(plain[-1])
    variants = [plain]
    if last in DEVOICED:
        variants.append((*plain[:-1], DEVOICED[last]))
    if last in VOICED:
        variants.append((*plain[:-1], VOICED[last]))
    return variants
