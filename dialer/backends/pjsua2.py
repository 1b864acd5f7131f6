"""Calls by the embedded SIP library: the parent's side of supervised child processes that carry them."""

import asyncio
import contextlib
import itertools
import math

from calls.clock import Clock
from dialer import errors, wire
from dialer.backends.pjsua2_line import Line, Pjsua2Leg
from dialer.backends.pjsua2_settings import Addresses, Settings, checked_headers
from dialer.port import CallBackend, DialRequest
from workers.supervised import ChildDown

__all__ = ["Pjsua2Backend", "Settings", "build"]

FAREWELL_S = 2.5
USUAL_CALLS_PER_PROCESS = 4
# A call that was hung up keeps its place in pjsua until the other side has answered the BYE.
BYE_WAIT_S, BYE_TRIES = 0.05, 40


def build(settings: Settings, clock: Clock) -> CallBackend:
    """The backend that the configuration names."""
    return Pjsua2Backend(settings, clock)


class Pjsua2Backend:
    """As many child processes as the lines need: the library tells how many calls one of them can carry."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._addresses = Addresses(settings.trunk)
        self._lines: list[Line] = []
        self._leg_numbers = itertools.count(1)

    @property
    def capacity(self) -> int:
        """How many calls can be carried at once; a child process that is down takes its share with it."""
        return min(self._settings.lines, sum(line.capacity for line in self._lines if line.child.is_up))

    @property
    def pids(self) -> list[int]:
        """The child processes, for measurements."""
        return [line.child.pid for line in self._lines if line.child.pid is not None]

    async def start(self) -> None:
        usual = self._settings.calls_per_process or USUAL_CALLS_PER_PROCESS
        shares = math.ceil(self._settings.lines / usual)
        first = Line(self._open_request(0, shares), self._addresses, self._clock)
        await first.start()
        self._lines = [first]
        processes = math.ceil(self._settings.lines / first.capacity)
        others = [
            Line(self._open_request(index, max(shares, processes)), self._addresses, self._clock)
            for index in range(1, processes)
        ]
        self._lines += others
        results = await asyncio.gather(*(line.start() for line in others), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                await self.stop()
                raise result

    def _open_request(self, index: int, shares: int) -> wire.Open:
        """The first request of the process number `index`; every process has its share of the RTP ports."""
        settings, trunk = self._settings, self._settings.trunk
        first_port, last_port = settings.local.rtp_ports
        share = (last_port - first_port + 1) // shares // 2 * 2
        return wire.Open(
            bind_address=settings.local.bind_address,
            public_address=settings.local.public_address,
            sip_port=settings.local.sip_port + index if settings.local.sip_port else 0,
            rtp_first_port=first_port + index * share,
            rtp_last_port=first_port + (index + 1) * share - 1,
            transport=self._addresses.transport,
            id_uri=self._addresses.identity,
            registrar_uri=self._addresses.registrar if index == 0 else "",
            proxy_uri=self._addresses.proxy,
            username=trunk.username if trunk else "",
            password=trunk.password.get_secret_value() if trunk else "",
            srtp=trunk.srtp if trunk else "off",
            dtmf=trunk.dtmf if trunk else "rfc4733",
            codecs=settings.codecs,
            calls=settings.calls_per_process or 0,
            rtp_timeout_s=settings.rtp_timeout_s,
            registration_timeout_s=settings.registration_timeout_s,
            tls_ca_file=trunk.tls.ca_file if trunk else "",
            tls_certificate_file=trunk.tls.certificate_file if trunk else "",
            tls_key_file=trunk.tls.key_file if trunk else "",
            tls_verify=trunk.tls.verify if trunk else True,
        )

    async def stop(self) -> None:
        for line in self._lines:
            line.close()
        deadline_s = self._clock.monotonic() + FAREWELL_S
        while any(line.legs for line in self._lines) and self._clock.monotonic() < deadline_s:
            await self._clock.sleep(0.02)
        await asyncio.gather(*(line.child.stop() for line in self._lines))
        for line in self._lines:
            line.forget()
        self._lines = []

    async def place(self, request: DialRequest) -> Pjsua2Leg:
        uri = self._addresses.uri_of(request.number)
        headers = checked_headers(request.headers)
        for _ in range(BYE_TRIES):
            if self._is_full:
                break
            line = max(self._lines, key=lambda each: each.free)
            if line.free > 0:
                with contextlib.suppress(errors.NoFreeLine):
                    return await self._place(line, uri, headers)
            await self._clock.sleep(BYE_WAIT_S)
        raise errors.NoFreeLine(hint="Wait for a call to end, or raise line.lines.")

    @property
    def _is_full(self) -> bool:
        under_way = sum(len(line.legs) for line in self._lines)
        return under_way >= self._settings.lines or all(line.is_full for line in self._lines)

    async def _place(self, line: Line, uri: str, headers: tuple[tuple[str, str], ...]) -> Pjsua2Leg:
        leg = Pjsua2Leg(next(self._leg_numbers), line)
        line.legs[leg.number] = leg
        try:
            line.child.send(wire.Place(leg.number, uri, headers))
            await leg.placed
        except ChildDown as error:
            del line.legs[leg.number]
            raise errors.NoFreeLine("The line is being restarted") from error
        except asyncio.CancelledError:
            leg.hang_up()
            raise
        return leg
