"""The SIP user agent behind every simulated patient: it answers for all numbers on one address."""

import random
import re
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from demo import sdp
from demo.dialog import Dialog
from demo.digest import Accounts, Doorkeeper
from demo.journal import Happening
from demo.sip import MalformedMessage, Request, Response, parse, reply, uri_of, user_of
from demo.telephone import Telephone
from demo.ticker import Ticker
from demo.transactions import Transactions
from demo.transport import Listeners, Way

log = structlog.get_logger(__name__)

ALLOWED = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, REFER, NOTIFY, REGISTER"
_SIGNAL = re.compile(rb"Signal\s*=\s*([0-9A-D*#])", re.IGNORECASE)


@dataclass(slots=True)
class Invites:
    """How often the phone was made to ring: new INVITEs, their retransmissions not counted."""

    by_attempt: Counter[str] = field(default_factory=Counter)
    by_number: Counter[str] = field(default_factory=Counter, repr=False)

    def count(self, request: Request) -> None:
        self.by_attempt[request.headers.get("x-attempt")] += 1
        self.by_number[request.user] += 1


class UserAgent:
    """Gives every new call to `on_call`; keeps the dialogues of the calls going meanwhile."""

    def __init__(
        self,
        ticker: Ticker,
        rng: random.Random,
        on_call: Callable[[Telephone], None],
        accounts: Accounts | None = None,
    ) -> None:
        self._ticker, self._rng, self._on_call = ticker, rng, on_call
        self._doorkeeper = Doorkeeper(accounts, rng) if accounts else None
        self._listeners = Listeners(self._receive)
        self._calls: dict[str, Telephone] = {}
        self._handlers: dict[str, Callable[[Request, Way], None]] = {
            "INVITE": self._invite,
            "ACK": self._ack,
            "BYE": self._bye,
            "CANCEL": self._cancel,
            "INFO": self._info,
            "REFER": self._refer,
            "REGISTER": self._register,
            "OPTIONS": lambda request, way: self._answer(request, way, 200, (("Allow", ALLOWED),)),
            "NOTIFY": lambda request, way: self._answer(request, way, 200),
        }
        self._unsubscribe: Callable[[], None] = lambda: None
        self.transactions = Transactions(ticker)
        self.invites = Invites()
        self.registered: set[str] = set()
        self.malformed = 0

    async def open_udp(self, host: str, port: int = 0) -> int:
        """Listen for UDP; returns the port."""
        return await self._listeners.open_udp(host, port)

    async def open_tcp(self, host: str, port: int = 0, tls: ssl.SSLContext | None = None) -> int:
        """Listen for TCP, or for TLS with the server's context; returns the port."""
        return await self._listeners.open_tcp(host, port, tls)

    def start(self) -> None:
        """Let SIP's timers run."""
        self._unsubscribe = self._ticker.subscribe(self.transactions.tick)

    async def close(self) -> None:
        """Say BYE to whoever is still talking, and close the sockets."""
        for call in self.active_calls:
            if call.is_answered and not call.is_dead:
                call.hang_up()
            else:
                call.end(Happening.HUNG_UP)
        self._unsubscribe()
        await self._listeners.close()

    @property
    def active_calls(self) -> tuple[Telephone, ...]:
        return tuple(call for call in self._calls.values() if not call.is_over)

    def _receive(self, data: bytes, way: Way) -> None:
        try:
            message = parse(data)
        except MalformedMessage:
            self.malformed += 1
            return
        call = self._calls.get(message.call_id)
        if call is not None and call.is_dead:
            return
        if isinstance(message, Response):
            if message.code >= 200:
                self.transactions.settle(message.branch)
            return
        if message.method != "ACK" and self.transactions.repeats(message.branch, message.method, way):
            return
        handler = self._handlers.get(message.method)
        if handler is None:
            self._answer(message, way, 405, (("Allow", ALLOWED),))
        else:
            handler(message, way)

    def _answer(
        self, request: Request, way: Way, code: int, fields: tuple[tuple[str, str], ...] = ()
    ) -> None:
        call = self._calls.get(request.call_id)
        tag = call.dialog.tag if call else f"{self._rng.getrandbits(64):016x}"
        data = reply(request, code, source=way.source, to_tag=tag, fields=fields)
        self.transactions.answer(request.branch, request.method, data, way)

    def _within(self, request: Request) -> Telephone | None:
        """The call that the request belongs to (RFC 3261, 12.2.2)."""
        call = self._calls.get(request.call_id)
        return call if call and not call.is_over and request.to_tag == call.dialog.tag else None

    # Requests

    def _invite(self, request: Request, way: Way) -> None:
        if request.to_tag:
            self._reinvite(request, way)
        elif not self._admits(request, way, "proxy-authorization", 407, "Proxy-Authenticate"):
            return
        elif request.call_id in self._calls and not self._calls[request.call_id].is_over:
            self._answer(request, way, 482)
        else:
            self._new_call(request, way)

    def _new_call(self, request: Request, way: Way) -> None:
        self.invites.count(request)
        try:
            offer = sdp.parse(request.body)
        except sdp.NoCommonCodec:
            self._answer(request, way, 488)
            return
        dialog = Dialog(request, way, self._rng)
        self.transactions.answer(request.branch, "INVITE", dialog.response(100), way)
        call = Telephone(dialog, offer, self._ticker, self.transactions, self._rng)
        self._calls[request.call_id] = call
        self._on_call(call)

    def _reinvite(self, request: Request, way: Way) -> None:
        call = self._within(request)
        if call is None:
            self._answer(request, way, 481)
            return
        try:
            offer = sdp.parse(request.body, kept=call.offer.codec)
        except sdp.NoCommonCodec:
            self._answer(request, way, 488)
            return
        call.dialog.refresh(request)
        data = call.dialog.response(200, to=request, offer=offer, rtp_port=call.renegotiated(offer))
        self.transactions.keep(request.branch, "INVITE", data)
        key = call.final_key(request.cseq[0])
        self.transactions.send(key, data, way, call.hang_up, everywhere=True)

    def _ack(self, request: Request, way: Way) -> None:
        call = self._calls.get(request.call_id)
        if call and self.transactions.settle(call.final_key(request.cseq[0])):
            call.acknowledged()

    def _bye(self, request: Request, way: Way) -> None:
        call = self._within(request)
        self._answer(request, way, 200 if call else 481)
        if call:
            call.end(Happening.ROBOT_HUNG_UP, request.headers.get("reason"))

    def _cancel(self, request: Request, way: Way) -> None:
        call = self._calls.get(request.call_id)
        matches = call is not None and request.branch == call.dialog.invite.branch
        self._answer(request, way, 200 if matches else 481)
        if call and matches and not call.is_answered and not call.is_over:
            call.cancelled(request.headers.get("reason"))

    def _info(self, request: Request, way: Way) -> None:
        call = self._within(request)
        self._answer(request, way, 200 if call else 481)
        if call and (signal := _SIGNAL.search(request.body)):
            call.key_heard(signal.group(1).decode())

    def _refer(self, request: Request, way: Way) -> None:
        call = self._within(request)
        self._answer(request, way, 202 if call else 481)
        if call:
            call.transfer_asked(user_of(uri_of(request.headers.get("refer-to"))))

    def _register(self, request: Request, way: Way) -> None:
        if not self._admits(request, way, "authorization", 401, "WWW-Authenticate"):
            return
        self.registered.add(user_of(uri_of(request.headers.get("to"))))
        expires = request.headers.get("expires", "300")
        contact = f"{request.headers.get('contact')};expires={expires}"
        self._answer(request, way, 200, (("Contact", contact), ("Expires", expires)))

    def _admits(self, request: Request, way: Way, header: str, code: int, challenge: str) -> bool:
        """Check the credentials; without good ones the request is answered with a challenge."""
        door = self._doorkeeper
        if door is None or (request.method == "INVITE" and not door.accounts.challenges_calls):
            return True
        given = request.headers.get(header)
        if door.admits(request.method, given):
            return True
        self._answer(request, way, code, ((challenge, door.challenge()),))
        if request.method == "INVITE":
            log.info("call_without_credentials", action="challenge", given=bool(given))
        return False
