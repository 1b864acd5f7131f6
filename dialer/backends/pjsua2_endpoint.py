"""The endpoint of a line's child process: transports, codecs, the trunk's account. For the child only."""

import contextlib
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

import msgspec
import pjsua2 as pj

from calls.audio import RATE_HZ
from calls.errors import ZvonarError
from dialer.backends.pjsua2_call import PlacedCall
from dialer.backends.pjsua2_ports import PortPool, Tick
from dialer.errors import PortInUse, RegistrationRefused, TrunkUnreachable
from dialer.wire import Open, Place, Trouble
from workers.child import ParentPipe

WATCH_EVERY_S = 0.5
FAREWELL_S = 2.0
# Longer than any SIP transaction: a late callback turns a reused object back to its old call's number.
REST_S = 40.0
ADDRESS_IN_USE = 120098
PORTS_PER_CALL = 4

_TRANSPORTS = {
    "udp": pj.PJSIP_TRANSPORT_UDP,
    "tcp": pj.PJSIP_TRANSPORT_TCP,
    "tls": pj.PJSIP_TRANSPORT_TLS,
}
_SRTP = {
    "off": pj.PJMEDIA_SRTP_DISABLED,
    "optional": pj.PJMEDIA_SRTP_OPTIONAL,
    "required": pj.PJMEDIA_SRTP_MANDATORY,
}


class TrunkAccount(pj.Account):  # type: ignore[misc]
    """Our identity at the trunk; hears how the registration goes."""

    def __init__(self, on_trouble: Callable[[Trouble], None]) -> None:
        super().__init__()
        self._on_trouble = on_trouble
        self.first_answer: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._registered = False
        self.is_leaving = False

    def leave(self) -> None:
        """Take our registration back."""
        self.is_leaving = True
        self.setRegistration(False)

    def onRegState(self, prm: "pj.OnRegStateParam") -> None:
        self.first_answer.put(prm.code)
        accepted = prm.code == 200
        if self.is_leaving:
            self.is_leaving = False
        elif self._registered and not accepted:
            self._on_trouble(Trouble("registration_lost", f"SIP {prm.code}"))
        self._registered = accepted


class Endpoint:
    """Everything that lives as long as the child process."""

    def __init__(self, settings: Open) -> None:
        self._settings = settings
        self._pipe: ParentPipe | None = None
        self.calls: dict[int, PlacedCall] = {}
        self._resting: deque[tuple[float, PlacedCall]] = deque()
        self._endpoint = pj.Endpoint()
        self.capacity = settings.calls
        self.sends_keys_by_info = settings.dtmf == "sip_info"
        self.ports = PortPool(Tick(self._offer))
        self.account = TrunkAccount(self.report)

    # opening

    def open(self) -> dict[str, str]:
        """Raises PortInUse, RegistrationRefused or TrunkUnreachable; returns the facts for the parent."""
        with _silent_output():
            self._endpoint.libCreate()  # chats before its log level can be set
        config = self._endpoint_config()
        self._endpoint.libInit(config)
        self._open_transport()
        self._endpoint.libStart()
        self._endpoint.audDevManager().setNullDev()
        self._choose_codecs()
        self.account.create(self._account_config())
        if self._settings.registrar_uri:
            self._await_registration()
        threading.Thread(target=self._watch_media, name="watchdog", daemon=True).start()
        return {"calls": str(self.capacity), "pjproject": self._endpoint.libVersion().full}

    def _endpoint_config(self) -> "pj.EpConfig":
        config = pj.EpConfig()
        self.capacity = self._settings.calls or config.uaConfig.maxCalls
        config.uaConfig.maxCalls = self.capacity
        config.uaConfig.threadCnt = 1
        config.uaConfig.userAgent = "Zvonar"
        config.medConfig.clockRate = config.medConfig.sndClockRate = RATE_HZ
        config.medConfig.channelCount = 1
        config.medConfig.noVad = True
        config.medConfig.ecTailLen = 0
        # The clock runs on between calls: the library looks without a lock whether it is idle, so calls that
        # come and go at once start its timer twice (2.15.1).
        config.medConfig.sndAutoCloseTime = -1
        config.medConfig.maxMediaPorts = max(254, PORTS_PER_CALL * self.capacity)
        config.logConfig.level = config.logConfig.consoleLevel = 0  # its lines are full of numbers
        return config

    def _open_transport(self) -> None:
        settings = self._settings
        config = pj.TransportConfig()
        config.port, config.boundAddress = settings.sip_port, settings.bind_address
        config.publicAddress = settings.public_address
        if settings.transport == "tls":
            tls = config.tlsConfig
            tls.CaListFile, tls.verifyServer = settings.tls_ca_file, settings.tls_verify
            tls.certFile, tls.privKeyFile = settings.tls_certificate_file, settings.tls_key_file
            tls.method = pj.PJSIP_TLSV1_2_METHOD
        try:
            self._endpoint.transportCreate(_TRANSPORTS[settings.transport], config)
        except pj.Error as error:
            raise _transport_error(error, settings) from error

    def _choose_codecs(self) -> None:
        wanted = [name.upper() for name in self._settings.codecs]
        codecs = self._endpoint.codecEnum2()
        for codec in codecs:
            name = codec.codecId.partition("/")[0].upper()
            self._endpoint.codecSetPriority(codec.codecId, 255 - wanted.index(name) if name in wanted else 0)

    def _account_config(self) -> "pj.AccountConfig":
        settings = self._settings
        config = pj.AccountConfig()
        config.idUri = settings.id_uri
        config.regConfig.registrarUri = settings.registrar_uri
        config.regConfig.registerOnAdd = bool(settings.registrar_uri)
        config.regConfig.firstRetryIntervalSec, config.regConfig.retryIntervalSec = 5, 30
        if settings.username:
            credentials = pj.AuthCredInfo("digest", "*", settings.username, 0, settings.password)
            config.sipConfig.authCreds.append(credentials)
        if settings.proxy_uri:
            config.sipConfig.proxies.append(settings.proxy_uri)
        media = config.mediaConfig
        # No re-INVITE of our own: one still under way when its call is hung up hits the next call in the same
        # place, up to pjproject 2.17 (its pull request 4995).
        media.lockCodecEnabled = False
        media.srtpUse, media.srtpSecureSignaling = _SRTP[settings.srtp], 0
        media.transportConfig.port = settings.rtp_first_port
        media.transportConfig.portRange = settings.rtp_last_port - settings.rtp_first_port
        media.transportConfig.boundAddress = settings.bind_address
        media.transportConfig.publicAddress = settings.public_address
        return config

    def _await_registration(self) -> None:
        silent = TrunkUnreachable(
            "Станция (trunk) не ответила на регистрацию",
            hint="Проверьте trunk.host, trunk.port и trunk.transport и пропускает ли SIP сетевой экран.",
        )
        try:
            code = self.account.first_answer.get(timeout=self._settings.registration_timeout_s)
        except queue.Empty:
            raise silent from None
        if code == 200:
            return
        if code in (408, 502, 503, 504):
            raise silent
        raise RegistrationRefused(
            f"Станция (trunk) отказала в регистрации, ответ SIP {code}",
            hint="Сверьте trunk.username, trunk.password и trunk.domain с вашим оператором связи.",
        )

    # working

    def serve(self, pipe: ParentPipe) -> None:
        """Connect the parent: from now on reports go to it."""
        self._pipe = pipe

    def report(self, *reports: msgspec.Struct) -> None:
        if self._pipe is not None:
            self._pipe.send(*reports)

    def _offer(self, *reports: msgspec.Struct) -> bool:
        return self._pipe is not None and self._pipe.offer(*reports)

    def place(self, request: Place) -> None:
        """Send an INVITE; raises pj.Error."""
        call = self._rested_call() or PlacedCall(self)
        self.calls[request.leg] = call
        try:
            call.place(request)
        except pj.Error:
            call.over = True
            self.forget(call)
            raise

    def forget(self, call: PlacedCall) -> None:
        """The call is over for us; pjsua may go on with it for a while, until the other side agrees."""
        if self.calls.pop(call.leg, None):
            now_s = time.monotonic()  # noqa: TID251 - a child process has no clock handed in
            self._resting.append((now_s + REST_S, call))

    def _rested_call(self) -> PlacedCall | None:
        if self._resting and self._resting[0][0] < time.monotonic():  # noqa: TID251
            return self._resting.popleft()[1]
        return None

    def _watch_media(self) -> None:
        self._endpoint.libRegisterThread("watchdog")
        while True:
            time.sleep(WATCH_EVERY_S)  # noqa: TID251
            now_s = time.monotonic()  # noqa: TID251
            for call in list(self.calls.values()):
                try:
                    call.watch(now_s, self._settings.rtp_timeout_s)
                except pj.Error:
                    continue  # the call has ended meanwhile

    # closing

    def close(self, q850_cause: int) -> None:
        """BYE or CANCEL on every call, leave the registrar, then wait a moment for the answers."""
        calls = list(self.calls.values())
        for call in calls:
            with contextlib.suppress(pj.Error):  # it has ended meanwhile
                call.hang_up(q850_cause)
        if self._settings.registrar_uri:
            with contextlib.suppress(pj.Error):  # a registration is under way: it runs out by itself
                self.account.leave()
        deadline_s = time.monotonic() + FAREWELL_S  # noqa: TID251 - a child process has no clock handed in
        while self._is_busy(calls) and time.monotonic() < deadline_s:  # noqa: TID251
            time.sleep(0.02)  # noqa: TID251

    def _is_busy(self, calls: list[PlacedCall]) -> bool:
        """pjsua calls a call over as soon as we hang up; its dialogue lasts until the other side agrees."""
        return self.account.is_leaving or any(call.isActive() for call in calls)


@contextlib.contextmanager
def _silent_output() -> Iterator[None]:
    output = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(output, 1)
        os.close(nowhere)
        os.close(output)


def _transport_error(error: "pj.Error", settings: Open) -> ZvonarError:
    address = settings.bind_address or "этой машины"
    where = f"порт {settings.sip_port} ({settings.transport.upper()}) адреса {address}"
    if error.status == ADDRESS_IN_USE:
        return PortInUse(
            f"SIP: {where} занят",
            hint="Остановите того, кто его держит, или задайте другой line.local.sip_port (0 — любой).",
        )
    return TrunkUnreachable(
        f"SIP: {where} не открывается: {error.reason}",
        hint="Проверьте line.local.bind_address, а для TLS и файлы сертификатов.",
    )
