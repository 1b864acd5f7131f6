"""Keys as RTP telephone events (RFC 4733): the packets of one press, and reading them back."""

import struct
from dataclasses import dataclass

from calls.audio import FRAME_SAMPLES

KEYS = "0123456789*#ABCD"
PRESS_FRAMES = 8
END_REPEATS = 3
GAP_FRAMES = 4
VOLUME = 10


@dataclass(frozen=True, slots=True)
class EventPacket:
    """One packet of a press: all of its packets carry the RTP time of its beginning."""

    payload: bytes
    marker: bool


def press(key: str) -> tuple[EventPacket | None, ...]:
    """One press as a packet per 20 ms frame; the trailing None are the gap before the next key."""
    code = KEYS.index(key)
    packets = [
        EventPacket(_payload(code, frame + 1, end=False), marker=frame == 0) for frame in range(PRESS_FRAMES)
    ]
    end = EventPacket(_payload(code, PRESS_FRAMES, end=True), marker=False)
    return (*packets, *(end,) * END_REPEATS, *(None,) * GAP_FRAMES)


def _payload(code: int, frames: int, end: bool) -> bytes:
    return struct.pack("!BBH", code, (0x80 if end else 0) | VOLUME, frames * FRAME_SAMPLES)


class KeyReader:
    """Tells each press once, from the first of its packets that arrives."""

    def __init__(self) -> None:
        self._last_timestamp: int | None = None

    def feed(self, timestamp: int, payload: bytes) -> str:
        """The key when this packet begins a press, else nothing."""
        if len(payload) < 4 or payload[0] >= len(KEYS) or timestamp == self._last_timestamp:
            return ""
        self._last_timestamp = timestamp
        return KEYS[payload[0]]
