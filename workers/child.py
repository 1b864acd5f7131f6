"""The child's side: a blocking pipe to the parent, and the frame around a child's main function."""

import os
import signal
import socket
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import msgspec

from calls.errors import ZvonarError
from workers.wire import HEARTBEAT, Ready, Refused, Unpacker, pack

READ_BYTES = 1 << 18
LONGEST_WAIT_FOR_PIPE_S = 0.002


class ParentPipe:
    """Requests from the parent, reports to it; `send` and `offer` may be called from any thread."""

    def __init__(self, connection: socket.socket, request_type: Any) -> None:
        self._socket = connection
        self._decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(request_type)
        self._encoder = msgspec.msgpack.Encoder()
        self._lock = threading.Lock()
        self._unpacker = Unpacker()
        self._received: deque[bytes] = deque()
        self._unsent = b""

    def requests(self) -> Iterator[Any]:
        """Every request until the parent closes the pipe or dies, or `close` is called."""
        while True:
            while self._received:
                payload = self._received.popleft()
                if payload:
                    yield self._decoder.decode(payload)
                else:
                    self._write(HEARTBEAT)
            data = self._read()
            if not data:
                return
            self._received.extend(self._unpacker.feed(data))

    def _read(self) -> bytes:
        try:
            return self._socket.recv(READ_BYTES)
        except ConnectionError:
            return b""

    def send(self, *reports: msgspec.Struct) -> None:
        """Send the reports in one write, however long it takes; `requests` notices a parent that is gone."""
        self._write(self._frames(reports))

    def _write(self, data: bytes) -> None:
        with self._lock:
            data, self._unsent = self._unsent + data, b""
            try:
                self._socket.sendall(data)
            except ConnectionError:
                return

    def offer(self, *reports: msgspec.Struct) -> bool:
        """Send the reports without ever waiting for the parent; False if it does not keep up."""
        if not self._lock.acquire(timeout=LONGEST_WAIT_FOR_PIPE_S):
            return False
        try:
            if not self._push():
                return False
            self._unsent = self._frames(reports)
            self._push()
            return True
        finally:
            self._lock.release()

    def close(self) -> None:
        """Let `requests` end; what is said after this still reaches the parent."""
        self._socket.shutdown(socket.SHUT_RD)

    def _frames(self, reports: tuple[msgspec.Struct, ...]) -> bytes:
        return b"".join([pack(self._encoder.encode(report)) for report in reports])

    def _push(self) -> bool:
        """Write as much of what is left over as the pipe takes; True if nothing is left."""
        if not self._unsent:
            return True
        try:
            written = self._socket.send(self._unsent, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except ConnectionError:
            written = len(self._unsent)
        self._unsent = self._unsent[written:]
        return not self._unsent


def run_child(
    request_type: Any, prepare: Callable[[Any], dict[str, str]], serve: Callable[[ParentPipe], None]
) -> None:
    """The main function of a child process.

    The first request starts it: `prepare` gets that request and returns the facts to report, or raises
    a ZvonarError, which the parent raises in turn. Then `serve` runs until the pipe closes. Ctrl-C is left to
    the parent; SIGTERM counts as a closed pipe.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(2, 1)  # native libraries chat on standard output, which belongs to the parent's screen
    pipe = ParentPipe(socket.socket(fileno=int(sys.argv[1])), request_type)
    first = next(pipe.requests(), None)
    if first is None:
        os._exit(0)
    try:
        facts = prepare(first)
    except ZvonarError as error:
        pipe.send(Refused(type(error).__name__, str(error), error.hint))
        _leave(2)

    def on_terminate(signal_number: int, frame: FrameType | None) -> None:
        pipe.close()

    signal.signal(signal.SIGTERM, on_terminate)
    pipe.send(Ready(facts))
    serve(pipe)
    _leave(0)


def _leave(status: int) -> None:
    """End without the interpreter's tidying up, in which native libraries crash."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
