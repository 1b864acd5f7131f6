"""Keeps the robot from hearing itself: its own voice comes back from hands-free phones and from bad lines.

What comes in while the robot speaks, and is far below what it has just said, is taken for echo and turned
down until nothing takes it for speech. This is the double-talk test of line echo cancellers (Geigel) with a
margin for speech of ordinary loudness, which passes untouched.
"""

import numpy as np

from calls.audio import FRAME_BYTES, FRAME_SAMPLES

# An echo comes back within the round trip of the line and its jitter buffers.
LATEST_ECHO_FRAMES = 20
# The robot's own next sounds count, too: the line's noise may be louder than the soft beginning of a word.
AHEAD_FRAMES = 25
ECHO_BELOW_VOICE = 10 ** (-20 / 20)
TURNED_DOWN_BY = np.float32(10 ** (-18 / 20))
# Between the loud parts of words a patient's voice is quiet, too.
PASSES_ON_FRAMES = 10


class EchoGuard:
    """One call's. Frames are the leg's; audio is 20 ms of 8 kHz PCM."""

    def __init__(self) -> None:
        self._says: list[tuple[int, list[int]]] = []
        self._passes_until = -1

    def robot_says(self, first_frame: int, pcm: bytes) -> None:
        """A sentence began to leave in that frame."""
        self._forget_before(first_frame - LATEST_ECHO_FRAMES)
        self._says.append((first_frame, _peaks(pcm)))

    def robot_stops(self, frame: int) -> None:
        """Nothing of what was begun leaves from this frame on."""
        self._says = [(first, peaks[: max(0, frame - first)]) for first, peaks in self._says]

    def cleaned(self, frame: int, pcm: bytes) -> bytes:
        """The patient's frame, turned down when it holds no more than echo."""
        loudest = self._loudest_said(frame)
        if not loudest:
            return pcm
        samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2")
        if len(samples) and _peak(samples) > loudest * ECHO_BELOW_VOICE:
            self._passes_until = frame + PASSES_ON_FRAMES
        if frame <= self._passes_until:
            return pcm
        return bytes((samples * TURNED_DOWN_BY).astype("<i2").tobytes())

    def _loudest_said(self, frame: int) -> int:
        """The robot's peak around this moment."""
        loudest = 0
        for first, peaks in self._says:
            at = frame - first
            if 0 <= at < len(peaks) + LATEST_ECHO_FRAMES:
                around = peaks[max(0, at - LATEST_ECHO_FRAMES) : at + AHEAD_FRAMES]
                loudest = max(loudest, max(around, default=0))
        return loudest

    def _forget_before(self, frame: int) -> None:
        self._says = [(first, peaks) for first, peaks in self._says if first + len(peaks) >= frame]


def _peaks(pcm: bytes) -> list[int]:
    """The peak of every frame."""
    padded = pcm + bytes(-len(pcm) % FRAME_BYTES)
    samples = np.frombuffer(padded, "<i2").astype(np.int32).reshape(-1, FRAME_SAMPLES)
    return [int(peak) for peak in np.abs(samples).max(axis=1)] if len(samples) else []


def _peak(samples: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> int:
    return max(int(samples.max()), -int(samples.min()))
