"""English."""

from scenarios.understanding.language import Language
from scenarios.understanding.languages.en.dates import find_mentions
from scenarios.understanding.languages.en.grammar import GRAMMAR
from scenarios.understanding.languages.en.morphology import expand, shape_of
from scenarios.understanding.languages.en.numbers import find_numbers
from scenarios.understanding.languages.en.words import (
    AWAY_WORDS,
    FILLERS,
    HARMLESS_WORDS,
    MISHEARD,
    NEGATIONS,
    OPENING_FILLERS,
    PLAIN_WORDS,
    QUESTIONING,
    TRANSPARENT,
    TURNING,
)
from scenarios.understanding.rulefile import read_rules

MACROS, RULES = read_rules(__name__, ("visit.txt", "situations.txt", "questions.txt"))
LANGUAGE = Language(
    shape_of=shape_of,
    expand=expand,
    macros=MACROS,
    rules=RULES,
    fillers=FILLERS,
    opening_fillers=OPENING_FILLERS,
    plain_words=PLAIN_WORDS,
    harmless_words=HARMLESS_WORDS,
    away_words=AWAY_WORDS,
    negations=NEGATIONS,
    turning=TURNING,
    questioning=QUESTIONING,
    transparent=TRANSPARENT,
    misheard=MISHEARD,
    grammar=GRAMMAR,
    mentions=find_mentions,
    numbers=find_numbers,
)
