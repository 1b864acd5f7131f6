"""Messages between parent and child: MessagePack in frames with a four-byte big-endian length.

An empty frame asks the child whether it still works; it answers with one.
"""

import struct

import msgspec

LENGTH = struct.Struct("!I")
HEARTBEAT = LENGTH.pack(0)
LONGEST_MESSAGE_BYTES = 64 * 1024 * 1024


class Ready(msgspec.Struct, tag=True, frozen=True):
    """The child's first report: it works. `facts` tell what it found (capacity, version)."""

    facts: dict[str, str]


class Refused(msgspec.Struct, tag=True, frozen=True):
    """The child's first report when it cannot work: what a person must mend."""

    kind: str
    message: str
    hint: str


class BrokenFrame(Exception):
    """The other side sent something that is no message."""


def pack(payload: bytes) -> bytes:
    """One frame."""
    return LENGTH.pack(len(payload)) + payload


class Unpacker:
    """Cuts a byte stream into payloads."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Every whole payload that the data completes; BrokenFrame for an impossible length."""
        self._buffer += data
        payloads, start = [], 0
        while len(self._buffer) - start >= LENGTH.size:
            (length,) = LENGTH.unpack_from(self._buffer, start)
            if length > LONGEST_MESSAGE_BYTES:
                raise BrokenFrame(f"a message of {length} bytes")
            end = start + LENGTH.size + length
            if end > len(self._buffer):
                break
            payloads.append(bytes(self._buffer[start + LENGTH.size : end]))
            start = end
        del self._buffer[:start]
        return payloads
