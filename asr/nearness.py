"""Tells the patient from whoever talks behind them: by loudness, within one turn.

A telephone is held to one mouth. What comes before a much louder voice, and what the recogniser could not
read beside much louder words, was said by others. Known words are never left out for being quiet: a «не» may
be 20 dB below the verb.
"""

import math
from collections.abc import Callable, Sequence

from calls.transcript import UNKNOWN_WORD, Transcript, Word

RISE_DB = 7.0
LASTS = 3
TALK = 13
QUIETER_DB = 12.0
LONGEST_SYLLABLE_S = 0.4  # an unread piece before the answer that is no longer may be its «не»


def nearer_voice(levels_db: Sequence[float]) -> int | None:
    """The window at which a voice begins that is much louder than all that was said before it, if one does.

    Only a loudness that lasts counts, not a click; and only above talk that has lasted, not above the quiet
    first syllable of a sentence. Windows are of 32 ms.
    """
    lasting_db = max(map(min, zip(*(levels_db[at:] for at in range(LASTS)), strict=False)), default=-math.inf)
    talk = next((at for at, level in enumerate(levels_db) if level > lasting_db - RISE_DB), 0)
    return talk if talk >= TALK else None


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
