"""Tells the patient from whoever talks behind them: by loudness, within one turn.

A telephone is held to one mouth. What comes before a much louder voice, and what the recogniser could not
read beside much louder words, was said by others. Known words are never left out for being quiet: a «не» may
be 20 dB below the verb.
"""

import math
from collections.abc import Callable, Iterator, Sequence

from calls.transcript import UNKNOWN_WORD, Transcript, Word

RISE_DB = 6.0
LASTS = 3
ONSET_LASTS = 2
QUIET_LINE_DB = 28.0  # from a voice down to a line without any background it is more
TALK = 13
QUIETER_DB = 12.0
LONGEST_SYLLABLE_S = 0.4  # an unread piece before the answer that is no longer may be its «не»


def nearer_voice(levels_db: Sequence[float]) -> int | None:
    """The window at which a voice begins that is much louder than all that was said before it, if one does.

    Only a loudness that lasts counts, not a click; and only above talk that has lasted, not above the quiet
    first syllable of a sentence. Where there is a background at all, a single moment of it may be as loud as
    the voice. Windows are of 32 ms.
    """
    loudest_db = max(_lasting(levels_db, LASTS), default=-math.inf)
    is_noisy = loudest_db - _floor_db(levels_db) < QUIET_LINE_DB
    onsets = enumerate(_lasting(levels_db, ONSET_LASTS if is_noisy else 1))
    begins = next((at for at, level in onsets if level > loudest_db - RISE_DB), 0)
    return begins if begins >= TALK else None


def _lasting(levels_db: Sequence[float], windows: int) -> Iterator[float]:
    """The level that so many windows from each one on do not fall below."""
    return map(min, zip(*(levels_db[at:] for at in range(windows)), strict=False))


def _floor_db(levels_db: Sequence[float]) -> float:
    """A tenth of the windows is quieter."""
    return sorted(levels_db)[len(levels_db) // 10] if levels_db else -math.inf


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
