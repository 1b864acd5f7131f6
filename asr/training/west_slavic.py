"""Russian spelled as it sounds for Polish, Slovak and Czech voices: an accent, and other throats.

They stress words where their own language does, and have no hard «л» beside a soft one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from asr.training.accent import ACUTE, as_ukrainian

VOWELS = MappingProxyType(
    {"а": "a", "о": "o", "у": "u", "и": "y", "е": "e"}
    | {"я": "a", "ьо": "o", "ю": "u", "і": "i", "є": "e", "ь": "", "": ""}
)
WITH_GLIDE = MappingProxyType({"я": "ja", "йо": "jo", "ю": "ju", "ї": "ji", "є": "je"})
SOFTENING = frozenset({"я", "ьо", "ю", "і", "є", "ь"})
ALWAYS_SOFT = "чщ"
_SOUND = re.compile("([бвґгджзклмнпрстфхцчшщ])(ьо|[аоуиеяюієь])?|йо|[яюїє]|[аоуиіейь']")


@dataclass(frozen=True, slots=True)
class Softness:
    """How a soft consonant is written at a syllable's end, before i, before e, and before other vowels."""

    last: str
    before_i: str
    before_e: str
    before_others: str


@dataclass(frozen=True, slots=True)
class Alphabet:
    """Consonants by the letters of `as_ukrainian`; a soft one that is not listed has `glide` after it."""

    hard: Mapping[str, str]
    soft: Mapping[str, Softness]
    glide_before_e: str
    glide: str

    def consonant(self, letter: str, following: str) -> str:
        """The letter before what follows it: a vowel, a soft sign or nothing."""
        hard = self.hard[letter]
        if following not in SOFTENING and letter not in ALWAYS_SOFT:
            return hard
        other = Softness(hard, hard, hard + self.glide_before_e, hard + self.glide)
        soft = self.soft.get(letter, other)
        match VOWELS[following]:
            case "":
                return soft.last
            case "i":
                return soft.before_i
            case "e":
                return soft.before_e
            case _:
                return soft.before_others


LATIN = MappingProxyType(
    dict(zip("бвґгджзклмнпрстфхцчшщ", "b v g g d ž z k l m n p r s t f ch c č š š".split(), strict=True))
)
POLISH = Alphabet(
    MappingProxyType({**LATIN, "в": "w", "ж": "ż", "ш": "sz"}),
    MappingProxyType(
        {"т": Softness("ć", "t", "tj", "tj"), "д": Softness("dź", "d", "dj", "dj")}
        | {"с": Softness("ś", "sj", "sj", "sj"), "з": Softness("ź", "zj", "zj", "zj")}
        | {"н": Softness("ń", "n", "ni", "ni"), "ч": Softness("ć", "c", "ci", "ci")}
        | {"щ": Softness("ś", "s", "si", "si")}
    ),
    glide_before_e="i",
    glide="i",
)
# Slovak reads a plain letter as soft before i and e, Czech before i.
HUSHES = MappingProxyType({each: Softness(*[LATIN[each]] * 4) for each in ALWAYS_SOFT})
SLOVAK = Alphabet(
    LATIN,
    HUSHES
    | {of: Softness(soft, LATIN[of], LATIN[of], soft) for of, soft in zip("тднл", "ťďňľ", strict=True)},
    glide_before_e="",
    glide="j",
)
CZECH = Alphabet(
    LATIN,
    HUSHES | {of: Softness(soft, LATIN[of], soft, soft) for of, soft in zip("тдн", "ťďň", strict=True)},
    glide_before_e="",
    glide="j",
)


def as_polish(text: str) -> str:
    """Respell a sentence for a Polish voice; punctuation stays."""
    return _respelled(text, POLISH)


def as_slovak(text: str) -> str:
    """Respell a sentence for a Slovak voice."""
    return _respelled(text, SLOVAK)


def as_czech(text: str) -> str:
    """Respell a sentence for a Czech voice."""
    return _respelled(text, CZECH)


def _respelled(text: str, alphabet: Alphabet) -> str:
    def sound(found: re.Match[str]) -> str:
        letter, following = found[1], found[2] or ""
        if letter:
            return alphabet.consonant(letter, following) + VOWELS[following]
        return WITH_GLIDE.get(found[0]) or {"й": "j", "'": ""}.get(found[0]) or VOWELS.get(found[0], "")

    return _SOUND.sub(sound, as_ukrainian(text).replace(ACUTE, "").replace("шь", "щ"))
