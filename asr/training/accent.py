"""Russian spelled as it sounds for Ukrainian and Kyrgyz voices: with an accent that many patients have.

Ukrainian has every consonant, hard and soft; Kyrgyz has no soft ones but those before «и» and «е».
"""

import re
from types import MappingProxyType

from asr.training.pronunciation import CLUSTERS, STRESS_MARK, VOWEL_LETTERS, spoken_forms

HARD = "жшц"
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
            before = form[:at].rstrip(STRESS_MARK)[-1:]
            sound = _vowel(letter, before, stressed=stressed, final=at == len(form) - 1)
            written = written.removesuffix(STRESS_MARK) + _stressed(sound, marked and stressed)
        elif letter in SAME:
            written += letter
        else:
            written += OTHER_CONSONANTS[letter]
    return written.replace("ьь", "ь")


def _stressed(vowel: str, stressed: bool) -> str:
    return vowel + ACUTE if stressed else vowel


def _vowel(letter: str, before: str, *, stressed: bool, final: bool) -> str:
    glide = before == "" or before in VOWEL_LETTERS + "ъь"
    if before in HARD and before:
        hard = {"а": "а", "о": "о", "у": "у", "ы": "и", "и": "и", "ё": "о", "ю": "у", "я": "а"}
        if letter in "еэ":
            return "е" if stressed else "и"
        return "а" if letter == "о" and not stressed else hard[letter]
    if letter in "уыю":
        return {"у": "у", "ы": "и", "ю": "ю"}[letter]
    if letter == "и":
        return "ї" if before == "ь" else "і"
    if letter == "ё":
        return "йо" if glide else ("о" if before in "чщ" else "ьо")
    if letter == "э":
        return "е" if stressed else "і"
    if letter == "е":
        return "є" if stressed else ("ї" if glide else "і")
    if letter == "я":
        return "я" if stressed or final else ("ї" if glide else "і")
    return letter if stressed else "а"
