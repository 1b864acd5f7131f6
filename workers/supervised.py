"""The parent's side: start a child, shake hands, restart it when it dies, stop it politely."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

import msgspec
import structlog

from calls.clock import Clock
from calls.errors import MissingDependency, ZvonarError
from workers.wire import HEARTBEAT, BrokenFrame, Ready, Refused, Unpacker, pack

log = structlog.get_logger(__name__)

Request = TypeVar("Request", bound=msgspec.Struct)
Report = TypeVar("Report", bound=msgspec.Struct)

FIRST_RESTART_DELAY_S = 0.2
LONGEST_RESTART_DELAY_S = 10.0
LONG_LIFE_S = 60.0
MOST_UNSENT_BYTES = 32 * 1024 * 1024


class ChildRefused(ZvonarError):
    """The child process could not start its work; the message is its own."""

    def __init__(self, kind: str, message: str, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind


class ChildDown(ZvonarError):
    """The child process is not running at the moment."""


class Startable(Protocol):
    """A child process, or what stands around one."""

    async def start(self) -> Ready: ...

    async def stop(self) -> None: ...


async def start_all(children: Sequence[Startable]) -> list[Ready]:
    """Start them at the same time; when one fails, all are stopped and its error is raised.

    A child that lacks a library or a model makes it MissingDependency; else ChildRefused or ChildDown.
    """
    started = await asyncio.gather(*(child.start() for child in children), return_exceptions=True)
    failures = [outcome for outcome in started if isinstance(outcome, BaseException)]
    if failures:
        await asyncio.gather(*(child.stop() for child in children))
        raise _as_missing(failures[0])
    return [outcome for outcome in started if isinstance(outcome, Ready)]


def _as_missing(error: BaseException) -> BaseException:
    if isinstance(error, ChildRefused) and error.kind == MissingDependency.__name__:
        return MissingDependency(str(error), hint=error.hint)
    return error


class _Connection(asyncio.Protocol):
    """Cuts what the child sends into reports."""

    def __init__(self, decoder: "msgspec.msgpack.Decoder[Any]", on_report: Callable[[Any], None]) -> None:
        self._decoder = decoder
        self._on_report = on_report
        self._unpacker = Unpacker()
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None
        self.has_answered = True

    @property
    def is_open(self) -> bool:
        return self.transport is not None and not self.transport.is_closing() and not self.lost.done()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            for payload in self._unpacker.feed(data):
                if payload:
                    self._on_report(self._decoder.decode(payload))
                else:
                    self.has_answered = True
        except (BrokenFrame, msgspec.MsgspecError) as error:
            log.error("child_spoke_nonsense", action="close", error=type(error).__name__)
            if self.transport:
                self.transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.lost.done():
            self.lost.set_result(None)


class SupervisedChild(Generic[Request, Report]):
    """One child process, `python -m MODULE FD`, kept alive.

    `first` is its first request (never on the command line: it may hold a password); reports reach
    `on_report` in the event loop; `on_death` is called each time the process is lost, before the restart.
    A process that takes no requests for `hang_timeout_s` is ended and restarted; give that only where no
    request may take so long.
    """

    def __init__(
        self,
        module: str,
        first: Request,
        report_type: Any,
        *,
        clock: Clock,
        on_report: Callable[[Report], None],
        on_death: Callable[[], None],
        start_timeout_s: float = 60.0,
        stop_timeout_s: float = 5.0,
        hang_timeout_s: float | None = None,
    ) -> None:
        self._module, self._first, self._clock = module, first, clock
        self._decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(report_type | Ready | Refused)
        self._encoder = msgspec.msgpack.Encoder()
        self._on_report, self._on_death = on_report, on_death
        self._start_timeout_s, self._stop_timeout_s = start_timeout_s, stop_timeout_s
        self._hang_timeout_s = hang_timeout_s
        self._process: asyncio.subprocess.Process | None = None
        self._connection: _Connection | None = None
        self._ready: asyncio.Future[Ready] | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self.restarts = 0

    @property
    def pid(self) -> int | None:
        """Of the process, while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    @property
    def is_up(self) -> bool:
        """The child has said that it works, and is there."""
        ready = self._ready
        has_said_so = ready is not None and ready.done() and not ready.cancelled() and not ready.exception()
        return has_said_so and self._connection is not None and self._connection.is_open

    async def start(self) -> Ready:
        """Start the process; raises ChildRefused with the child's own words, or ChildDown."""
        ready = await self._spawn()
        self._supervisor = asyncio.get_running_loop().create_task(self._supervise())
        return ready

    def send(self, *requests: Request) -> None:
        """Send requests in one write; raises ChildDown when the process is not there or still starting."""
        if not self.is_up:
            raise ChildDown(f"{self._module} is not running")
        self._write(*requests)

    def _write(self, *requests: Request) -> None:
        connection = self._connection
        if connection is None or connection.transport is None or connection.transport.is_closing():
            raise ChildDown(f"{self._module} is not running")
        if connection.transport.get_write_buffer_size() > MOST_UNSENT_BYTES:
            log.error("child_stuck", action="kill", module=self._module)
            self.kill()
            raise ChildDown(f"{self._module} no longer reads")
        connection.transport.write(b"".join(pack(self._encoder.encode(each)) for each in requests))

    def kill(self) -> None:
        """End the process at once; the supervisor starts a new one."""
        if self._process and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def stop(self) -> None:
        """Close the pipe, wait for the process to end by itself, then end it."""
        if self._supervisor:
            self._supervisor.cancel()
            await asyncio.gather(self._supervisor, return_exceptions=True)
            self._supervisor = None
        await self._reap()

    async def _spawn(self) -> Ready:
        ours, theirs = socket.socketpair()
        loop = asyncio.get_running_loop()
        self._ready = loop.create_future()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self._module, str(theirs.fileno())),
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
            )
        ours.setblocking(False)
        _, self._connection = await loop.create_connection(
            lambda: _Connection(self._decoder, self._take), sock=ours
        )
        try:
            self._write(self._first)
            return await self._handshake(self._ready)
        except BaseException:
            await self._reap()
            raise

    async def _handshake(self, ready: "asyncio.Future[Ready]") -> Ready:
        assert self._connection is not None
        waiting: set[asyncio.Future[Any]] = {ready, self._connection.lost}
        done, _ = await asyncio.wait(
            waiting, timeout=self._start_timeout_s, return_when=asyncio.FIRST_COMPLETED
        )
        if ready in done:
            return ready.result()
        why = "ended while starting" if done else f"said nothing for {self._start_timeout_s:.0f} s"
        raise ChildDown(f"{self._module} {why}", hint="Its own messages above say more.")

    def _take(self, report: Any) -> None:
        assert self._ready is not None
        if isinstance(report, Ready):
            if not self._ready.done():
                self._ready.set_result(report)
        elif isinstance(report, Refused):
            if not self._ready.done():
                self._ready.set_exception(ChildRefused(report.kind, report.message, report.hint))
        else:
            self._on_report(report)

    async def _supervise(self) -> None:
        delay_s = FIRST_RESTART_DELAY_S
        while True:
            began_s = self._clock.monotonic()
            await self._until_lost()
            await self._reap()
            self._on_death()
            if self._clock.monotonic() - began_s > LONG_LIFE_S:
                delay_s = FIRST_RESTART_DELAY_S
            while not self.is_up:
                self.restarts += 1
                log.warning("child_died", action="restart", module=self._module, delay_s=delay_s)
                await self._clock.sleep(delay_s)
                delay_s = min(2 * delay_s, LONGEST_RESTART_DELAY_S)
                try:
                    await self._spawn()
                except (ZvonarError, OSError) as error:
                    log.error("child_refused", action="retry", module=self._module, error=str(error))

    async def _until_lost(self) -> None:
        assert self._connection is not None
        connection = self._connection
        if self._hang_timeout_s is None:
            await asyncio.shield(connection.lost)
            return
        while not connection.lost.done():
            connection.has_answered = False
            if connection.transport:
                connection.transport.write(HEARTBEAT)
            pause = asyncio.ensure_future(self._clock.sleep(self._hang_timeout_s))
            try:
                await asyncio.wait({connection.lost, pause}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                pause.cancel()
            if not connection.has_answered and not connection.lost.done():
                log.error("child_hangs", action="kill", module=self._module)
                self.kill()
                await asyncio.shield(connection.lost)

    async def _reap(self) -> None:
        if self._connection and self._connection.transport:
            self._connection.transport.close()
        self._connection = None
        process = self._process
        if process is None or process.returncode is not None:
            return
        await self._ended_within(process, self._stop_timeout_s)
        for end in (process.terminate, process.kill):
            if process.returncode is None:
                end()
                await self._ended_within(process, self._stop_timeout_s)

    async def _ended_within(self, process: asyncio.subprocess.Process, timeout_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), timeout_s)
