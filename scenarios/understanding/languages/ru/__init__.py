"""Russian."""

from scenarios.understanding.language import Language
from scenarios.understanding.languages.ru.dates import find_mentions
from scenarios.understanding.languages.ru.morphology import shape_of
from scenarios.understanding.languages.ru.numbers import find_numbers
from scenarios.understanding.languages.ru.rules import MACROS, RULES
from scenarios.understanding.languages.ru.words import FILLERS, NEGATIONS, PLAIN_WORDS

LANGUAGE = Language(
    shape_of=shape_of,
    macros=MACROS,
    rules=RULES,
    fillers=FILLERS,
    plain_words=PLAIN_WORDS,
    negations=NEGATIONS,
    mentions=find_mentions,
    numbers=find_numbers,
)
