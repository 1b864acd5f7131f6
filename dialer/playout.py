"""What a leg still has to say: prompts cut into frames, with a mark at each one's beginning and end."""

from collections import deque

from calls.audio import FRAME_BYTES
from dialer.port import PlaybackEnded, PlaybackStarted

PlaybackEvent = PlaybackStarted | PlaybackEnded


class PromptQueue:
    """Prompts in the order in which they are played.

    `play` and `flush` may be called from another thread than `next_frame`: they only leave a note, which the
    next frame heeds. So a flush takes effect within one frame.
    """

    def __init__(self) -> None:
        self._notes: deque[tuple[str, bytes] | None] = deque()
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._mark: str | None = None
        self._pcm = b""
        self._position = 0

    def play(self, pcm: bytes, mark: str) -> None:
        """Queue a prompt; an empty one begins and ends at once."""
        self._notes.append((mark, pcm))

    def flush(self) -> None:
        """Forget everything that was queued before."""
        self._notes.append(None)

    def next_frame(self, frame: int) -> tuple[bytes | None, list[PlaybackEvent]]:
        """The 20 ms for frame number `frame` (None: nothing to say), and what begins or ends there.

        The last frame of a prompt is filled up with silence; a prompt's end is the first frame without it.
        """
        events: list[PlaybackEvent] = []
        if self._notes:
            self._heed_notes(frame, events)
        while self._mark is None and self._waiting:
            self._mark, self._pcm = self._waiting.popleft()
            self._position = 0
            events.append(PlaybackStarted(self._mark, frame))
            if not self._pcm:
                events.append(PlaybackEnded(self._mark, frame, cut=False))
                self._mark = None
        if self._mark is None:
            return None, events
        pcm = self._pcm[self._position : self._position + FRAME_BYTES]
        self._position += FRAME_BYTES
        if self._position >= len(self._pcm):
            events.append(PlaybackEnded(self._mark, frame + 1, cut=False))
            self._mark = None
        return pcm if len(pcm) == FRAME_BYTES else pcm.ljust(FRAME_BYTES, b"\0"), events

    def _heed_notes(self, frame: int, events: list[PlaybackEvent]) -> None:
        while self._notes:
            note = self._notes.popleft()
            if note is not None:
                self._waiting.append(note)
                continue
            if self._mark is not None:
                events.append(PlaybackEnded(self._mark, frame, cut=True))
                self._mark = None
            events.extend(PlaybackEnded(mark, frame, cut=True) for mark, _ in self._waiting)
            self._waiting.clear()
