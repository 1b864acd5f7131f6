"""Both sides of a call on one clock: the robot's track is painted in where its prompts really left."""

from pathlib import Path

from calls.audio import FRAME_BYTES, interleave, write_wav


class Recorder:
    """Collects 20 ms frames of the patient and prompts of the robot; frame 0 is the leg's first."""

    def __init__(self) -> None:
        self._patient = bytearray()
        self._robot = bytearray()

    @property
    def frames(self) -> int:
        return len(self._patient) // FRAME_BYTES

    def hear(self, frame: int, pcm: bytes) -> None:
        """A frame from the patient; missing frames become silence."""
        _paint(self._patient, frame * FRAME_BYTES, pcm)

    def speak(self, first_frame: int, last_frame: int, pcm: bytes) -> None:
        """A prompt that left from `first_frame` on and was over, or cut, in `last_frame`."""
        length = min(len(pcm), max(0, last_frame - first_frame) * FRAME_BYTES)
        _paint(self._robot, first_frame * FRAME_BYTES, pcm[:length])

    def write(self, path: Path) -> None:
        """Write a stereo WAV: the robot left, the patient right."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write_wav(path, interleave(bytes(self._robot), bytes(self._patient)), channels=2)


def _paint(track: bytearray, start: int, pcm: bytes) -> None:
    if len(track) < start:
        track.extend(bytes(start - len(track)))
    track[start : start + len(pcm)] = pcm
