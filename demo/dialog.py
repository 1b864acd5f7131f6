"""The called side of one SIP dialogue: tags, routes, sequence numbers, and the requests we send in it."""

import random

from demo.sdp import Offer, answer
from demo.sip import Request, build, reply, uri_of
from demo.transport import Way

BRANCH_COOKIE = "z9hG4bK"


class Dialog:
    """What must be remembered of an INVITE to answer it and to speak within it (RFC 3261, 12)."""

    def __init__(self, invite: Request, way: Way, rng: random.Random) -> None:
        self.invite, self.way = invite, way
        self._rng = rng
        self.tag = f"{rng.getrandbits(64):016x}"
        self._sequence = rng.randrange(1, 1000)
        self._remote_target = uri_of(invite.headers.get("contact")) or invite.uri
        self._sdp_version = 0

    @property
    def call_id(self) -> str:
        return self.invite.call_id

    @property
    def contact(self) -> str:
        host, port = self.way.local
        transport = "" if self.way.protocol == "UDP" else f";transport={self.way.protocol.lower()}"
        return f"<sip:{self.invite.user or 'patient'}@{host}:{port}{transport}>"

    def response(
        self,
        code: int,
        *,
        to: Request | None = None,
        offer: Offer | None = None,
        rtp_port: int = 0,
        reason: str = "",
    ) -> bytes:
        """A response to the INVITE, or to a later request; with a session description when there is an offer.

        `reason` is the value of a Reason header (RFC 3326).
        """
        request = to or self.invite
        fields = [("Contact", self.contact)] if code < 300 else []
        if code == 200:
            fields.append(("Allow", "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, REFER, NOTIFY"))
        if reason:
            fields.append(("Reason", reason))
        body = b""
        if offer is not None:
            self._sdp_version += 1
            body = answer(offer, self.way.local[0], rtp_port, self._sdp_version)
            fields.append(("Content-Type", "application/sdp"))
        return reply(request, code, source=self.way.source, to_tag=self.tag, fields=fields, body=body)

    def refresh(self, request: Request) -> None:
        """A request of the other side may move its Contact (RFC 3261, 12.2.2)."""
        if contact := request.headers.get("contact"):
            self._remote_target = uri_of(contact)

    def request(
        self, method: str, fields: tuple[tuple[str, str], ...] = (), body: bytes = b""
    ) -> tuple[str, bytes]:
        """A request within the dialogue: its branch and its bytes."""
        self._sequence += 1
        host, port = self.way.local
        branch = f"{BRANCH_COOKIE}{self._rng.getrandbits(64):016x}"
        to = self.invite.headers.get("to")
        ours = to if self.invite.to_tag else f"{to};tag={self.tag}"
        heads = [
            ("Via", f"SIP/2.0/{self.way.protocol} {host}:{port};branch={branch};rport"),
            ("Max-Forwards", "70"),
            ("From", ours),
            ("To", self.invite.headers.get("from")),
            ("Call-ID", self.call_id),
            ("CSeq", f"{self._sequence} {method}"),
            ("Contact", self.contact),
            # The route set of the called side is the Record-Route in its own order (RFC 3261, 12.1.1).
            *(("Route", route) for route in self.invite.headers.all("record-route")),
        ]
        return branch, build(f"{method} {self._remote_target} SIP/2.0", [*heads, *fields], body)
