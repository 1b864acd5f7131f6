"""The child's side: a blocking pipe to the parent, and the frame around a child's main function."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from calls.errors import ZvonarError
from workers.wire import Ready, Refused, Unpacker, pack


class ParentPipe:
    """Requests from the parent, reports to it; `send` may be called from any thread."""

    def __init__(self, connection: socket.socket, request_type: Any) -> None:
        self._socket = connection
        self._decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(request_type)
        self._encoder = msgspec.msgpack.Encoder()
        self._lock = threading.Lock()
        self._unpacker = Unpacker()

    def requests(self) -> Iterator[Any]:
        """Every request until the parent closes the pipe or dies."""
        while data := self._read():
            for payload in self._unpacker.feed(data):
                yield self._decoder.decode(payload)

    def _read(self) -> bytes:
        try:
            return self._socket.recv(1 << 18)
        except ConnectionError:
            return b""

    def send(self, *reports: msgspec.Struct) -> None:
        """Send the reports in one write; a parent that is gone is noticed by `requests`."""
        data = b"".join(pack(self._encoder.encode(report)) for report in reports)
        with self._lock:
            try:
                self._socket.sendall(data)
            except (BrokenPipeError, ConnectionError):
                return


def run_child(
    request_type: Any, prepare: Callable[[Any], dict[str, str]], serve: Callable[[ParentPipe], None]
) -> None:
    """The main function of a child process.

    The first request starts it: `prepare` gets that request and returns the facts to report, or raises
    a ZvonarError, which the parent raises in turn. Then `serve` runs until the pipe closes. Ctrl-C is left to
    the parent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = socket.socket(fileno=int(sys.argv[1]))
    pipe = ParentPipe(connection, request_type)
    first = next(pipe.requests(), None)
    if first is None:
        os._exit(0)
    try:
        facts = prepare(first)
    except ZvonarError as error:
        pipe.send(Refused(type(error).__name__, str(error), error.hint))
        sys.stdout.flush()
        os._exit(2)
    pipe.send(Ready(facts))
    serve(pipe)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
