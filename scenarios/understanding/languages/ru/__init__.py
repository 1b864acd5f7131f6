"""Russian."""

from scenarios.understanding.language import Language
from scenarios.understanding.languages.ru.dates import find_mentions
from scenarios.understanding.languages.ru.grammar import GRAMMAR
from scenarios.understanding.languages.ru.harmless import AWAY_WORDS, HARMLESS_WORDS
from scenarios.understanding.languages.ru.morphology import shape_of, without_particle
from scenarios.understanding.languages.ru.numbers import find_numbers
from scenarios.understanding.languages.ru.words import (
    FILLERS,
    MISHEARD,
    NEGATIONS,
    OPENING_FILLERS,
    PLAIN_WORDS,
    QUESTIONING,
    TRANSPARENT,
    TURNING,
)
from scenarios.understanding.rulefile import read_rules

MACROS, RULES = read_rules(
    __name__,
    ("coming.txt", "staying_away.txt", "doubting.txt", "readiness.txt", "situations.txt", "questions.txt"),
)
LANGUAGE = Language(
    shape_of=shape_of,
    expand=without_particle,
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
