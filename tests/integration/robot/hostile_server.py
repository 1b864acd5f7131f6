"""A web server for downloads that misbehaves as it is told, over real sockets."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Manners:
    """How the server treats its one file, and what it was asked for."""

    content: bytes
    etag: str = '"one"'
    break_after: list[int] = field(default_factory=list)  # bytes of each of the next answers
    statuses: list[int] = field(default_factory=list)  # of the next answers
    knows_ranges: bool = True
    told_length: int | None = None
    hold: threading.Event | None = None  # the second half waits for it
    half_sent: threading.Event = field(default_factory=threading.Event)
    asked: list[str | None] = field(default_factory=list)  # the Range of each request


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        manners = self.server.manners
        asked = self.headers.get("Range")
        manners.asked.append(asked)
        if manners.statuses:
            self.send_response(manners.statuses.pop(0))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start = self._start(asked)
        if start > len(manners.content):
            self.send_response(416)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self._send(manners.content[start:], start)

    def _start(self, asked: str | None) -> int:
        manners = self.server.manners
        same = self.headers.get("If-Range") in (None, manners.etag)
        if asked is None or not manners.knows_ranges or not same:
            return 0
        return int(asked.removeprefix("bytes=").removesuffix("-"))

    def _send(self, body: bytes, start: int) -> None:
        manners = self.server.manners
        total = len(manners.content)
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        if manners.etag:
            self.send_header("ETag", manners.etag)
        length = len(body) if manners.told_length is None else manners.told_length
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if manners.break_after:
            self.wfile.write(body[: manners.break_after.pop(0)])
            self.close_connection = True
            return
        half = len(body) // 2
        self.wfile.write(body[:half])
        self.wfile.flush()
        manners.half_sent.set()
        if manners.hold:
            manners.hold.wait(30)
        self.wfile.write(body[half:])

    def log_message(self, format: str, *args: object) -> None:
        return None


class _Server(ThreadingHTTPServer):
    manners: Manners
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        return None  # a client that goes away in mid-answer is what some tests are about


@contextmanager
def serving(manners: Manners) -> Iterator[str]:
    """The server's address, while the block lasts."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.manners = manners
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            if manners.hold:
                manners.hold.set()
            server.shutdown()
            thread.join()
