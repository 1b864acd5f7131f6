"""Tells the patient from whoever talks behind them: by loudness, within one turn.

A telephone is held to one mouth. What comes before a much louder voice, and what the recogniser could not
read beside much louder words, was said by others. Known words are never left out for being quiet: a «не» may
be 20 dB below the verb.
"""

import math
from collections import deque
from collections.abc import Callable

from calls.transcript import UNKNOWN_WORD, Transcript, Word

QUIETER_DB = 12.0
LONGEST_SYLLABLE_S = 0.4  # an unread piece before the answer that is no longer may be its «не»


class Nearness:
    """Notices a voice that rises far above the turn so far.

    Only a loudness that lasts counts, not a click; and only above talk that has lasted, not above the quiet
    first syllable of a sentence. Windows are the segmenter's, of 32 ms.
    """

    RISE_DB = 9.0
    LASTS = 3
    SWELLS = 5  # windows more: a syllable takes so long to become loud
    TALK = 13

    def __init__(self) -> None:
        self._recent_dbfs: deque[float] = deque(maxlen=self.LASTS + self.SWELLS)
        self._before_dbfs = -math.inf
        self._windows_before = 0

    def hear(self, level_dbfs: float) -> None:
        """Take the next window of the turn."""
        if len(self._recent_dbfs) == self._recent_dbfs.maxlen:
            self._before_dbfs = max(self._before_dbfs, self._recent_dbfs[0])
            self._windows_before += 1
        self._recent_dbfs.append(level_dbfs)

    def windows_since_rise(self) -> int | None:
        """How many windows ago a nearer voice began, if one just did; what was before it is forgotten."""
        recent_dbfs = list(self._recent_dbfs)
        lasting_dbfs = min(recent_dbfs[-self.LASTS :], default=-math.inf)
        if self._windows_before < self.TALK or lasting_dbfs < self._before_dbfs + self.RISE_DB:
            return None
        is_above = [level > self._before_dbfs + self.RISE_DB / 2 for level in recent_dbfs]
        nearer_dbfs = recent_dbfs[is_above.index(True) :]
        self.forget()
        self._recent_dbfs.extend(nearer_dbfs)
        return len(nearer_dbfs)

    def forget(self) -> None:
        """A new turn begins."""
        self._recent_dbfs.clear()
        self._before_dbfs = -math.inf
        self._windows_before = 0


def without_distant_talk(turn: Transcript, loudest_db: Callable[[Word], float]) -> Transcript:
    """The turn less the unread words at its edges that are far below the loudest word that was read.

    A word of which there is no sound, at minus infinity, stays: nobody knows how loud it was.
    """
    words = list(turn.words)
    read_db = [loudest_db(word) for word in words if word.text != UNKNOWN_WORD]
    if not read_db or len(read_db) == len(words):
        return turn

    def is_distant(word: Word) -> bool:
        return word.text == UNKNOWN_WORD and -math.inf < loudest_db(word) < max(read_db) - QUIETER_DB

    while is_distant(words[-1]):
        words.pop()
    while is_distant(words[0]) and words[0].end_s - words[0].start_s > LONGEST_SYLLABLE_S:
        words.pop(0)
    return Transcript(tuple(words))
