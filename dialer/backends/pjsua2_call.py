"""One call inside the line's child process: pjsua2's callbacks become reports. For the child only."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

import msgspec
import pjsua2 as pj

from dialer.backends.pjsua2_ports import LegPort, PortPool
from dialer.causes import q850_cause_in
from dialer.playout import PromptQueue
from dialer.wire import (
    LegAnswered,
    LegDigit,
    LegEarlyMedia,
    LegFailed,
    LegMediaLost,
    LegPeerHungUp,
    LegRejected,
    LegReleased,
    LegRinging,
    LegTransferred,
    Place,
    Trouble,
)

NO_REMOTE_EVENTS = 220107  # PJMEDIA_RTP_EREMNORFC2833: the other side takes no telephone events
NEVER_CONNECTED = ("refused", "unreachable", "no route")


class Line(Protocol):
    """What a call needs of its endpoint."""

    account: "pj.Account"
    ports: PortPool
    sends_keys_by_info: bool

    def report(self, *reports: msgspec.Struct) -> None: ...

    def forget(self, call: "PlacedCall") -> None: ...


def guarded(callback: Callable[..., None]) -> Callable[..., None]:
    """No exception may pass through C++ (that would be a crash): it is reported, and the call goes on."""

    @wraps(callback)
    def call_safely(self: "PlacedCall", *arguments: Any) -> None:
        try:
            callback(self, *arguments)
        except pj.Error as error:
            self.line.report(Trouble(callback.__name__, f"pjsua2 error {error.status}"))
        except Exception as error:  # noqa: BLE001 - see above
            self.line.report(Trouble(callback.__name__, type(error).__name__))

    return call_safely


class PlacedCall(pj.Call):  # type: ignore[misc]
    """A call that we place. Callbacks come from pjsip's thread, methods are called by the main thread.

    The object serves one leg after another, with a long rest between, and is never destroyed: pjsua gives a
    new call the number of an old one, and the end of the old one's object would take its callbacks away.
    """

    def __init__(self, line: Line) -> None:
        super().__init__(line.account)
        self.line = line
        self._begin(0)

    def _begin(self, leg: int) -> None:
        self.leg = leg
        self.prompts = PromptQueue()
        self._port: LegPort | None = None
        self._rang = self._answered = self._hanging_up = False
        self._media: int | None = None
        self._packets, self._packets_at_s, self._lost = -1, 0.0, False
        self.over = False

    # what the parent asks for

    def place(self, request: Place) -> None:
        """Send the INVITE; raises pj.Error."""
        self._begin(request.leg)
        parameters = pj.CallOpParam(True)
        parameters.opt.audioCount, parameters.opt.videoCount = 1, 0
        for name, value in request.headers:
            parameters.txOption.headers.append(_header(name, value))
        self.makeCall(request.uri, parameters)

    def press(self, digits: str) -> None:
        """RFC 4733; SIP INFO where the trunk wants it so or the other side does not know RFC 4733."""
        if self.line.sends_keys_by_info:
            self._press_by_info(digits)
            return
        try:
            self.dialDtmf(digits)
        except pj.Error as error:
            if error.status != NO_REMOTE_EVENTS:
                raise
            self._press_by_info(digits)

    def _press_by_info(self, digits: str) -> None:
        """One INFO with `application/dtmf-relay` for each key."""
        parameters = pj.CallSendDtmfParam()
        parameters.digits, parameters.method = digits, pj.PJSUA_DTMF_METHOD_SIP_INFO
        self.sendDtmf(parameters)

    def transfer(self, uri: str) -> None:
        """Blind transfer by REFER (RFC 3515)."""
        self.xfer(uri, pj.CallOpParam(True))

    def hang_up(self, q850_cause: int) -> None:
        """CANCEL or BYE with a Reason header (RFC 3326)."""
        if self._hanging_up or self.over:
            return
        self._hanging_up = True
        parameters = pj.CallOpParam(True)
        parameters.txOption.headers.append(_header("Reason", f"Q.850;cause={q850_cause}"))
        self.hangup(parameters)

    def watch(self, now_s: float, timeout_s: float) -> None:
        """Report a call whose RTP has stopped; pjsip has no such time-out."""
        if not self._answered or self._hanging_up or self.over or self._media is None:
            return
        packets = self.getStreamStat(self._media).rtcp.rxStat.pkt
        if packets != self._packets:
            self._packets, self._packets_at_s, self._lost = packets, now_s, False
        elif not self._lost and now_s - self._packets_at_s >= timeout_s:
            self._lost = True
            self.line.report(LegMediaLost(self.leg, now_s - self._packets_at_s))

    # what pjsip tells

    @guarded
    def onCallState(self, prm: "pj.OnCallStateParam") -> None:
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_EARLY:
            if info.lastStatusCode == pj.PJSIP_SC_RINGING and not self._rang:
                self._rang = True
                self.line.report(LegRinging(self.leg))
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED and not self._answered:
            self._answered = True
            self._packets_at_s = time.monotonic()  # noqa: TID251 - the child's own watchdog
            if not self._hanging_up:
                self.line.report(LegAnswered(self.leg))
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED and not self.over:
            self._end(info, prm)

    def _end(self, info: "pj.CallInfo", prm: "pj.OnCallStateParam") -> None:
        self.over = True
        if self._port is not None:
            self.line.ports.give_back(self._port)
            self._port = None
        source = prm.e.body.tsxState
        message = source.src.rdata.wholeMsg if source.type == pj.PJSIP_EVENT_RX_MSG else ""
        try:
            self.line.report(self._last_report(info.lastStatusCode, info.lastReason, message))
        finally:
            self.line.forget(self)

    def _last_report(self, code: int, phrase: str, message: str) -> msgspec.Struct:
        """How the call ended; `message` is what the other side said last, empty if it said nothing.

        The other side's phrase is not passed on: it may hold a number.
        """
        if self._hanging_up:
            return LegReleased(self.leg)
        if message.startswith("BYE ") and self._answered:
            return LegPeerHungUp(self.leg, q850_cause_in(message))
        if message and not self._answered:
            return LegRejected(self.leg, code, q850_cause_in(message))
        if message:
            return LegFailed(self.leg, f"SIP {code}", may_have_rung=True)
        never_left = any(word in phrase.lower() for word in NEVER_CONNECTED)
        return LegFailed(self.leg, f"SIP {code} {phrase}", may_have_rung=not never_left)

    @guarded
    def onCallMediaState(self, prm: "pj.OnCallMediaStateParam") -> None:
        info = self.getInfo()
        media_list = info.media  # a temporary here would be freed memory
        for media in media_list:
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                self._connect(media.index)
                if info.state == pj.PJSIP_INV_STATE_EARLY:
                    self.line.report(LegEarlyMedia(self.leg))
                return
        self._media = None  # on hold: no audio is to be expected

    def _connect(self, index: int) -> None:
        if self.over:
            return
        if self._port is None:
            self._port = self.line.ports.take(self.leg, self.prompts)
        audio = self.getAudioMedia(index)
        self._port.startTransmit(audio)
        audio.startTransmit(self._port)
        self._packets = -1
        self._media = index

    @guarded
    def onDtmfDigit(self, prm: "pj.OnDtmfDigitParam") -> None:
        self.line.report(LegDigit(self.leg, prm.digit))

    @guarded
    def onCallTransferStatus(self, prm: "pj.OnCallTransferStatusParam") -> None:
        prm.cont = not prm.finalNotify
        if prm.finalNotify and not self.over:
            self.line.report(LegTransferred(self.leg, 200 <= prm.statusCode < 300))


def _header(name: str, value: str) -> "pj.SipHeader":
    header = pj.SipHeader()
    header.hName, header.hValue = name, value
    return header
