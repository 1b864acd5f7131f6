"""Russian spelled as it sounds for Ukrainian and Kyrgyz voices: with an accent that many patients have.

Ukrainian has every consonant, hard and soft; Kyrgyz has no soft ones but those before «и» and «е».
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from asr.training.pronunciation import CLUSTERS, STRESS_MARK, VOWEL_LETTERS, spoken_forms

# How each vowel is written where it is stressed, and where it is not.
AFTER_CONSONANT = MappingProxyType(
    {"а": ("а", "а"), "о": ("о", "а"), "у": ("у", "у"), "ы": ("и", "и"), "э": ("е", "і")}
    | {"я": ("я", "і"), "ё": ("ьо", "ьо"), "ю": ("ю", "ю"), "и": ("і", "і"), "е": ("є", "і")}
)
AFTER_CHUG = MappingProxyType({**AFTER_CONSONANT, "ё": ("о", "о")})
WITH_GLIDE = MappingProxyType({**AFTER_CONSONANT, "я": ("я", "ї"), "ё": ("йо", "йо"), "е": ("є", "ї")})
AFTER_SIGN = MappingProxyType({**WITH_GLIDE, "и": ("ї", "ї")})
AFTER_HARD = MappingProxyType(
    {**AFTER_CONSONANT, "я": ("а", "а"), "ё": ("о", "о"), "ю": ("у", "у"), "и": ("и", "и")}
    | dict.fromkeys("еэ", ("е", "и"))
)
ACUTE = "\u0301"  # follows the stressed vowel
SAME = frozenset("бвджзйклмнпрстфхцчшь" + STRESS_MARK)
OTHER_CONSONANTS = MappingProxyType({"г": "ґ", "щ": "шь", "ъ": "'"})
DEVOICED = MappingProxyType(dict(zip("бвгджз", "пфктшс", strict=True)))
KYRGYZ = (
    ("шь", "щ"), ("йо", "ё"), ("ьо", "ё"), ("и", "ы"), ("і", "и"), ("ї", "и"), ("є", "е"), ("ґ", "г"),
    ("'", "ъ"),
)  # fmt: skip
_BEFORE_VOICELESS = re.compile(r"[бвгджз](?=ь?(?:[пфктшсхцчщ]|$))")


def as_ukrainian(text: str) -> str:
    """Respell a sentence; punctuation stays, prepositions of one consonant join the next word."""
    respelled = re.sub(r"[а-яё]+", lambda found: _word(found[0]), text.lower())
    return re.sub(r"\b([вфкгсз]) (?=\w)", r"\1", respelled)


def as_kyrgyz(text: str) -> str:
    """The same in Kyrgyz letters, without marks of stress."""
    respelled = as_ukrainian(text).replace(ACUTE, "")
    for ukrainian, kyrgyz in KYRGYZ:
        respelled = respelled.replace(ukrainian, kyrgyz)
    return respelled


def _word(word: str) -> str:
    form = spoken_forms().get(word.replace("ё", "е"), (word,))[0]
    for pattern, sound in CLUSTERS:
        form = re.sub(pattern, sound, form)
    form = re.sub(r"(.)\1", r"\1", form)
    form = _BEFORE_VOICELESS.sub(lambda found: DEVOICED[found[0]], form)
    marked = STRESS_MARK in form
    written = ""
    for at, letter in enumerate(form):
        if letter in VOWEL_LETTERS:
            stressed = form[at - 1 : at] == STRESS_MARK or not marked
            sounds = _vowels_after(form[:at].rstrip(STRESS_MARK)[-1:])[letter]
            full = stressed or (letter == "я" and at == len(form) - 1)
            written = written.removesuffix(STRESS_MARK) + sounds[0 if full else 1]
            written += ACUTE if marked and stressed else ""
        elif letter in SAME:
            written += letter
        else:
            written += OTHER_CONSONANTS[letter]
    return written.replace("ьь", "ь")


def _vowels_after(letter: str) -> Mapping[str, tuple[str, str]]:
    if letter and letter in "жшц":
        return AFTER_HARD
    if not letter or letter in VOWEL_LETTERS + "ъь":
        return AFTER_SIGN if letter == "ь" else WITH_GLIDE
    return AFTER_CHUG if letter in "чщ" else AFTER_CONSONANT
