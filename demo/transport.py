"""Where SIP comes in: UDP, TCP and TLS listeners that hand on whole messages with the way back."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, cast

import structlog

from demo.sip import Cutter, MalformedMessage

log = structlog.get_logger(__name__)


class Way(Protocol):
    """The way back to whom a message came from."""

    @property
    def protocol(self) -> str: ...

    @property
    def source(self) -> tuple[str, int]: ...

    @property
    def local(self) -> tuple[str, int]: ...

    def send(self, data: bytes) -> None: ...


OnMessage = Callable[[bytes, Way], None]


@dataclass(frozen=True, slots=True)
class DatagramWay:
    """Back over UDP."""

    transport: asyncio.DatagramTransport = field(repr=False)
    source: tuple[str, int]
    protocol: str = "UDP"

    @property
    def local(self) -> tuple[str, int]:
        return _address(self.transport, "sockname")

    def send(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.sendto(data, self.source)


@dataclass(frozen=True, slots=True)
class StreamWay:
    """Back over the TCP or TLS connection on which the message came."""

    transport: asyncio.Transport = field(repr=False)
    protocol: str = "TCP"

    @property
    def source(self) -> tuple[str, int]:
        return _address(self.transport, "peername")

    @property
    def local(self) -> tuple[str, int]:
        return _address(self.transport, "sockname")

    def send(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)


def _address(transport: asyncio.BaseTransport, name: str) -> tuple[str, int]:
    host, port = transport.get_extra_info(name)[:2]
    return str(host), int(port)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, on_message: OnMessage) -> None:
        self._on_message = on_message

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        if data.strip(b"\r\n\0"):
            self._on_message(data, DatagramWay(self._transport, address))

    def error_received(self, error: Exception) -> None:
        """Nobody listens there any more; the transaction's timer will notice."""


class _Stream(asyncio.Protocol):
    def __init__(self, on_message: OnMessage, streams: set[asyncio.Transport], protocol: str) -> None:
        self._on_message, self._streams, self._protocol = on_message, streams, protocol
        self._cutter = Cutter()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._streams.add(transport)

    def data_received(self, data: bytes) -> None:
        way = StreamWay(self._transport, self._protocol)
        try:
            for message in self._cutter.feed(data):
                self._on_message(message, way)
        except MalformedMessage:
            log.info("stream_is_no_sip", action="close")
            self._transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self._streams.discard(self._transport)


class Listeners:
    """All sockets on which the town hears SIP; the first one that is opened gives the port for the others."""

    def __init__(self, on_message: OnMessage) -> None:
        self._on_message = on_message
        self._datagrams: list[asyncio.DatagramTransport] = []
        self._servers: list[asyncio.Server] = []
        self._streams: set[asyncio.Transport] = set()

    async def open_udp(self, host: str, port: int) -> int:
        """Listen for datagrams; returns the port, which the system chooses when 0 is asked for."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self._on_message), local_addr=(host, port)
        )
        self._datagrams.append(transport)
        return _address(transport, "sockname")[1]

    async def open_tcp(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
        """Listen for connections, inside TLS when a context is handed in; returns the port."""
        protocol = "TLS" if tls else "TCP"
        server = await asyncio.get_running_loop().create_server(
            lambda: _Stream(self._on_message, self._streams, protocol), host, port, ssl=tls
        )
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        for server in self._servers:
            server.close()
        for stream in tuple(self._streams):
            stream.abort()
        for server in self._servers:
            await server.wait_closed()
        for transport in self._datagrams:
            transport.close()
        self._servers.clear()
        self._datagrams.clear()
