"""G.711 by tables: A-law and µ-law bytes to 16-bit PCM and back (ITU-T G.711)."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

AUDIBLE_AMPLITUDE = 300


def _alaw_values() -> npt.NDArray[np.int16]:
    code = np.arange(256) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    magnitude = (mantissa << 4) + 8
    magnitude = np.where(exponent > 0, (magnitude + 0x100) << np.maximum(exponent - 1, 0), magnitude)
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _ulaw_values() -> npt.NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF
    exponent, mantissa = (code >> 4) & 7, code & 15
    magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _nearest_codes(values: npt.NDArray[np.int16]) -> npt.NDArray[np.uint8]:
    """For every 16-bit sample, seen as unsigned, the code whose value is nearest."""
    codes = np.argsort(values, kind="stable")
    ladder = values[codes].astype(np.int32)
    samples = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    steps = np.searchsorted((ladder[1:] + ladder[:-1]) / 2, samples)
    return codes[steps].astype(np.uint8)


@dataclass(frozen=True, eq=False)
class Codec:
    """One law of companding, with its static RTP payload type (RFC 3551)."""

    name: str
    payload_type: int
    values: npt.NDArray[np.int16] = field(repr=False)

    @cached_property
    def _codes(self) -> npt.NDArray[np.uint8]:
        return _nearest_codes(self.values)

    @cached_property
    def silence(self) -> bytes:
        """The byte of digital silence."""
        return self.encode(b"\0\0")

    @cached_property
    def audible(self) -> bytes:
        """A table for `bytes.translate`: 1 where a sample can be heard, else 0."""
        return (np.abs(self.values.astype(np.int32)) > AUDIBLE_AMPLITUDE).astype(np.uint8).tobytes()

    def encode(self, pcm: bytes) -> bytes:
        """16-bit little-endian PCM to one byte a sample."""
        codes: npt.NDArray[np.uint8] = self._codes[np.frombuffer(pcm, dtype="<u2")]
        return codes.tobytes()

    def decode(self, payload: bytes) -> bytes:
        """One byte a sample to 16-bit little-endian PCM."""
        return self.values[np.frombuffer(payload, dtype=np.uint8)].astype("<i2").tobytes()


PCMA = Codec("PCMA", 8, _alaw_values())
PCMU = Codec("PCMU", 0, _ulaw_values())
CODECS = {codec.payload_type: codec for codec in (PCMA, PCMU)}
