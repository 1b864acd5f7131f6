"""English words without a dictionary: contractions taken apart, regular endings taken off."""

from functools import lru_cache

from scenarios.understanding.tokens import Shape

_WHOLE = {
    "can't": ["can", "not"],
    "cannot": ["can", "not"],
    "cant": ["can", "not"],
    "won't": ["will", "not"],
    "wont": ["will", "not"],
    "dont": ["do", "not"],
    "shan't": ["will", "not"],
    "ain't": ["am", "not"],
    "let's": ["let", "us"],
    "gonna": ["going", "to"],
    "wanna": ["want", "to"],
    "gotta": ["have", "to"],
    "couldnt": ["could", "not"],
    "didnt": ["did", "not"],
    "wouldnt": ["would", "not"],
}
_ENDINGS = {"n't": "not", "'ll": "will", "'m": "am", "'re": "are", "'s": "is", "'ve": "have", "'d": "would"}
_IRREGULAR = {
    "came": "come",
    "said": "say",
    "died": "die",
    "made": "make",
    "went": "go",
    "gone": "go",
    "got": "get",
    "heard": "hear",
    "moved": "move",
    "moving": "move",
    "coming": "come",
    "making": "make",
    "caught": "catch",
}


def expand(word: str) -> list[str]:
    """«can't» is «can not», «I'll» is «i will»."""
    if word in _WHOLE:
        return _WHOLE[word]
    for ending, full in _ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending):
            return [word.removesuffix(ending), full]
    return [word]


@lru_cache(maxsize=4096)
def shape_of(word: str) -> Shape:
    """The word itself and what remains without a regular ending."""
    lemmas = {word}
    if word in _IRREGULAR:
        lemmas.add(_IRREGULAR[word])
    for ending in ("ing", "led", "ed", "s"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2:
            lemmas.add(stem)
    return Shape(frozenset(lemmas))
