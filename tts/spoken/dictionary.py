"""A clinic's own pronunciation dictionary: what is written → what is spoken, put in first of all."""

import re
from collections.abc import Mapping


class PronunciationDictionary:
    """Replaces whole words and phrases, the longest first, without regard to case.

    A stress mark is U+0301 after the vowel, or `+` before it.
    """

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._entries = {written.casefold(): spoken for written, spoken in entries.items() if written.strip()}
        longest_first = sorted(self._entries, key=len, reverse=True)
        alternatives = "|".join(map(re.escape, longest_first))
        self._pattern = (
            re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE) if longest_first else None
        )

    def __call__(self, text: str) -> str:
        """The text as it is to be spoken."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self._entries[found[0].casefold()], text)

    def with_entries(self, entries: Mapping[str, str]) -> "PronunciationDictionary":
        """This dictionary with entries added; they win over the old ones."""
        return PronunciationDictionary({**self._entries, **entries})
