"""SIP messages: parsing and building the part of RFC 3261 that a telephone needs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

LONGEST_MESSAGE = 65536

# RFC 3261, 7.3.3 and 20; RFC 3515 for Refer-To, RFC 6665 for Event.
COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
    "e": "content-encoding",
    "k": "supported",
    "s": "subject",
    "r": "refer-to",
    "b": "referred-by",
    "o": "event",
    "u": "allow-events",
}
REQUIRED = ("via", "from", "to", "call-id", "cseq")
REASONS = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    484: "Address Incomplete",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    500: "Server Internal Error",
    503: "Service Unavailable",
    600: "Busy Everywhere",
    603: "Decline",
    604: "Does Not Exist Anywhere",
}

_TOKEN = re.compile(r"[A-Za-z0-9.!%*_+`'~-]+")
_CSEQ = re.compile(r"(\d{1,10})\s+([A-Za-z0-9.!%*_+`'~-]+)")
_USER = re.compile(r"(?:sips?|tel):([^@;>?]*)", re.IGNORECASE)


class MalformedMessage(ValueError):
    """The bytes are no SIP message that a dialogue could be kept with."""


@dataclass(frozen=True, slots=True)
class Headers:
    """Header fields in their order; names are lower case and never compact."""

    fields: tuple[tuple[str, str], ...] = ()

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for each, value in self.fields if each == name)

    def get(self, name: str, default: str = "") -> str:
        return next((value for each, value in self.fields if each == name), default)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.fields)


@dataclass(frozen=True, slots=True)
class Message:
    """What a request and a response have in common."""

    headers: Headers
    body: bytes = field(default=b"", repr=False)

    @property
    def call_id(self) -> str:
        return self.headers.get("call-id")

    @property
    def cseq(self) -> tuple[int, str]:
        number, method = _CSEQ.fullmatch(self.headers.get("cseq")).groups()  # type: ignore[union-attr]
        return int(number), method

    @property
    def branch(self) -> str:
        """The transaction's name: the branch of the topmost Via (RFC 3261, 17.2.3)."""
        return parameter(self.headers.get("via").split(",")[0], "branch")

    @property
    def to_tag(self) -> str:
        return parameter(self.headers.get("to").rpartition(">")[2], "tag")


@dataclass(frozen=True, slots=True)
class Request(Message):
    """A request line with its headers."""

    method: str = ""
    uri: str = field(default="", repr=False)

    @property
    def user(self) -> str:
        """The user part of the Request-URI: the number that was dialled."""
        return user_of(self.uri)


@dataclass(frozen=True, slots=True)
class Response(Message):
    """A status line with its headers."""

    code: int = 0
    reason: str = ""


def user_of(uri: str) -> str:
    """The user part of a SIP or tel URI, without its password; empty when there is none."""
    match = _USER.search(uri)
    if match is None or ("@" not in uri and not uri.lower().startswith("tel:")):
        return ""
    return match.group(1).partition(":")[0]


def uri_of(address: str) -> str:
    """The URI inside a name-addr or an addr-spec (RFC 3261, 20.10)."""
    match = re.search(r"<([^>]*)>", address)
    return match.group(1) if match else address.partition(";")[0].strip()


def parameter(value: str, name: str) -> str:
    """A `;name=value` parameter, without quotes; empty when it is missing."""
    match = re.search(rf';\s*{name}\s*=\s*("[^"]*"|[^;,\s>]+)', value, re.IGNORECASE)
    return match.group(1).strip('"') if match else ""


def parse(data: bytes) -> Request | Response:
    """Read one whole message; raises MalformedMessage."""
    if len(data) > LONGEST_MESSAGE:
        raise MalformedMessage("the message is too long")
    head, gap, body = data.lstrip(b"\r\n").partition(b"\r\n\r\n")
    if not gap:
        raise MalformedMessage("the headers do not end")
    start, *lines = head.decode("utf-8", "replace").split("\r\n")
    headers = Headers(tuple(_fields(lines)))
    _require(headers)
    body = _body(headers, body)
    if start.startswith("SIP/2.0 "):
        code, _, reason = start[8:].partition(" ")
        if not (code.isascii() and code.isdigit() and 100 <= int(code) <= 699):
            raise MalformedMessage("no status code")
        return Response(headers, body, int(code), reason)
    parts = start.split(" ")
    if len(parts) != 3 or parts[2] != "SIP/2.0" or not _TOKEN.fullmatch(parts[0]) or not parts[1]:
        raise MalformedMessage("neither a request line nor a status line")
    if parts[0] != Message(headers).cseq[1]:
        raise MalformedMessage("CSeq names another method")
    return Request(headers, body, parts[0], parts[1])


def _fields(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    unfolded: list[str] = []
    for line in lines:
        if line[:1] in (" ", "\t") and unfolded:
            unfolded[-1] += " " + line.strip()
        else:
            unfolded.append(line)
    for line in unfolded:
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not colon or not _TOKEN.fullmatch(name):
            raise MalformedMessage("a header without a name")
        yield COMPACT.get(name, name), value.strip()


def _require(headers: Headers) -> None:
    for name in REQUIRED:
        if not headers.get(name):
            raise MalformedMessage(f"no {name} header")
    if not _CSEQ.fullmatch(headers.get("cseq")):
        raise MalformedMessage("CSeq is not a number and a method")


def _body(headers: Headers, rest: bytes) -> bytes:
    length = headers.get("content-length")
    if not length:
        return rest
    if not (length.isascii() and length.isdigit()) or int(length) > len(rest):
        raise MalformedMessage("Content-Length does not fit the body")
    return rest[: int(length)]


def build(start: str, fields: Iterable[tuple[str, str]], body: bytes = b"") -> bytes:
    """One message as bytes, with its Content-Length."""
    lines = [start, *(f"{name}: {value}" for name, value in fields), f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def reply(
    request: Request,
    code: int,
    *,
    source: tuple[str, int],
    to_tag: str = "",
    fields: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
) -> bytes:
    """A response with what RFC 3261 (8.2.6) copies from the request; `source` answers rport (RFC 3581)."""
    first, *others = request.headers.all("via")
    to = request.headers.get("to")
    if to_tag and not request.to_tag and code > 100:
        to += f";tag={to_tag}"
    copied = [
        ("Via", _seen_from(first, source)),
        *(("Via", via) for via in others),
        ("From", request.headers.get("from")),
        ("To", to),
        ("Call-ID", request.call_id),
        ("CSeq", request.headers.get("cseq")),
    ]
    routes = [("Record-Route", route) for route in request.headers.all("record-route")]
    return build(f"SIP/2.0 {code} {REASONS.get(code, 'Result')}", [*copied, *routes, *fields], body)


def _seen_from(via: str, source: tuple[str, int]) -> str:
    top, comma, rest = via.partition(",")
    if re.search(r";\s*rport\s*(;|$)", top):
        top = re.sub(r";\s*rport\s*(?=;|$)", f";rport={source[1]};received={source[0]}", top)
    return top + comma + rest


class Cutter:
    """Cuts a TCP stream into messages by Content-Length (RFC 3261, 18.3)."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Every message that is complete; raises MalformedMessage when the stream cannot be followed."""
        self._buffer = (self._buffer + data).lstrip(b"\r\n")
        while b"\r\n\r\n" in self._buffer:
            head, _, rest = self._buffer.partition(b"\r\n\r\n")
            lines = head.decode("utf-8", "replace").split("\r\n")[1:]
            length = Headers(tuple(_fields(lines))).get("content-length", "0")
            if not (length.isascii() and length.isdigit()) or int(length) > LONGEST_MESSAGE:
                raise MalformedMessage("a stream needs a Content-Length")
            if len(rest) < int(length):
                break
            whole = len(head) + 4 + int(length)
            message, self._buffer = self._buffer[:whole], self._buffer[whole:].lstrip(b"\r\n")
            yield message
        if len(self._buffer) > LONGEST_MESSAGE:
            raise MalformedMessage("the message is too long")
