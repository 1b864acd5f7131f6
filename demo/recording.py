"""Both sides of a call as the patient's end knows them, on the clock of its own frames."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from calls.audio import FRAME_SAMPLES, RATE_HZ, interleave, write_wav
from demo.g711 import Codec

MOST_DRIFT_SAMPLES = RATE_HZ


class Recording:
    """Companded audio is kept as it came and decoded only when it is written."""

    def __init__(self) -> None:
        self._sent: list[bytes] = []
        self._heard: list[tuple[int, bytes]] = []
        self._anchor: tuple[int, int] | None = None

    def keep_sent(self, payload: bytes) -> None:
        """One more frame of ours has left: this is the recording's clock."""
        self._sent.append(payload)

    def keep_heard(self, payload: bytes, timestamp: int) -> None:
        """Lay the packet where its RTP time says; a source that jumps is laid anew where it is heard."""
        now = len(self._sent) * FRAME_SAMPLES
        if self._anchor is None:
            self._anchor = (now, timestamp)
        position = self._anchor[0] + _difference(timestamp, self._anchor[1])
        if abs(position - now) > MOST_DRIFT_SAMPLES:
            self._anchor, position = (now, timestamp), now
        self._heard.append((max(0, position), payload))

    def robot(self, codec: Codec) -> bytes:
        """What was heard, as PCM; lost packets are silence."""
        length = max((position + len(payload) for position, payload in self._heard), default=0)
        samples: npt.NDArray[np.int16] = np.zeros(length, dtype="<i2")
        for position, payload in self._heard:
            samples[position : position + len(payload)] = codec.values[np.frombuffer(payload, np.uint8)]
        return samples.tobytes()

    def patient(self, codec: Codec) -> bytes:
        """What was sent, as PCM."""
        return codec.decode(b"".join(self._sent))

    def write(self, path: Path, codec: Codec) -> None:
        """A stereo WAV: the robot left, the patient right."""
        write_wav(path, interleave(self.robot(codec), self.patient(codec)), channels=2)


def _difference(later: int, earlier: int) -> int:
    """The distance of two RTP times, over their wrap at 32 bits."""
    return (later - earlier + 0x80000000) % 0x100000000 - 0x80000000
