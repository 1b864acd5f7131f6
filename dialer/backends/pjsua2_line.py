"""One child process of the SIP line as the parent sees it, and the legs that it carries."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

import structlog

from calls import events
from calls.clock import Clock
from calls.errors import MissingDependency, ZvonarError
from dialer import errors, wire
from dialer.backends.pjsua2_settings import Addresses
from dialer.causes import meaning_of
from dialer.mailbox import Mailbox
from dialer.port import AudioIn, DigitPressed, LegEvent, PlaybackEnded, PlaybackStarted
from workers.supervised import ChildDown, ChildRefused, SupervisedChild

log = structlog.get_logger(__name__)

CHILD = "dialer.backends.pjsua2_child"
HANG_TIMEOUT_S = 15.0
NORMAL_CLEARING = 16
# A late answer to an ended call must not meet the next call in its place: pjproject crashes then, up to 2.17
# (its pull request 4995).
PLACE_REST_S = 0.5
_ERRORS: dict[str, type[ZvonarError]] = {
    kind.__name__: kind
    for kind in (
        errors.BadNumber,
        errors.InviteNotSent,
        errors.NoFreeLine,
        errors.PortInUse,
        errors.RegistrationRefused,
        errors.TrunkUnreachable,
        MissingDependency,
    )
}


class Pjsua2Leg:
    """One call; what it is asked to do goes to its child process, what happens comes from there."""

    def __init__(self, number: int, line: "Line") -> None:
        self.number = number
        self._line = line
        self.mailbox = Mailbox()
        self.is_given_up = False
        self.placed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def dropped_frames(self) -> int:
        """How much audio the reader has missed because it was stuck."""
        return self.mailbox.dropped_frames

    def events(self) -> AsyncIterator[LegEvent]:
        return self.mailbox.read()

    def play(self, pcm: bytes, mark: str) -> None:
        self._line.tell(self, wire.Play(self.number, mark, pcm))

    def flush(self) -> None:
        self._line.tell(self, wire.Flush(self.number))

    def send_digits(self, digits: str) -> None:
        self._line.tell(self, wire.Press(self.number, digits))

    def transfer(self, target: str) -> None:
        """`TransferRefused` follows at once if the target is no address."""
        try:
            uri = self._line.addresses.uri_of(target)
        except ZvonarError as error:
            log.warning("transfer_impossible", action="refuse", reason=str(error))
            self.mailbox.put(events.TransferRefused())
        else:
            self._line.tell(self, wire.Transfer(self.number, uri))

    def hang_up(self, q850_cause: int = 16) -> None:
        self.is_given_up = True
        self._line.tell(self, wire.HangUp(self.number, q850_cause))


class Line:
    """One child process and the calls that it carries."""

    def __init__(self, first: wire.Open, addresses: Addresses, clock: Clock) -> None:
        self.addresses, self._clock = addresses, clock
        self._resting: deque[float] = deque()
        self.capacity = 0
        self.legs: dict[int, Pjsua2Leg] = {}
        self.child: SupervisedChild[wire.LineRequest, wire.LineReport] = SupervisedChild(
            CHILD,
            first,
            wire.LineReport,
            clock=clock,
            on_report=self._take,
            on_death=self._bury,
            hang_timeout_s=HANG_TIMEOUT_S,
        )

    @property
    def is_full(self) -> bool:
        """Every place is taken by a call, or the process is down."""
        return not self.child.is_up or len(self.legs) >= self.capacity

    @property
    def free(self) -> int:
        """Places that may be used now: those of calls that have just ended rest."""
        while self._resting and self._resting[0] <= self._clock.monotonic():
            self._resting.popleft()
        return 0 if self.is_full else self.capacity - len(self.legs) - len(self._resting)

    async def start(self) -> None:
        """Raises the ZvonarError that the child reports."""
        try:
            ready = await self.child.start()
        except ChildRefused as refusal:
            kind = _ERRORS.get(refusal.kind, ZvonarError)
            raise kind(str(refusal), hint=refusal.hint) from refusal
        self.capacity = int(ready.facts["calls"])

    def tell(self, leg: Pjsua2Leg, request: wire.LineRequest) -> None:
        """Hand a request to the child; a call that is over or a child that died takes none."""
        if leg.number not in self.legs:
            return
        try:
            self.child.send(request)
        except ChildDown:
            log.debug("line_down", action="ignore", request=type(request).__name__)

    def _bury(self) -> None:
        """The child has died: so have its calls."""
        for leg in list(self.legs.values()):
            self._finish(leg, events.LineFailed("the line's process died", may_have_rung=True))
        self._resting.clear()

    def close(self) -> None:
        """End every call politely."""
        for leg in list(self.legs.values()):
            self.tell(leg, wire.HangUp(leg.number, NORMAL_CLEARING))

    def forget(self) -> None:
        """The child was stopped by us: what is left of its calls is over."""
        for leg in list(self.legs.values()):
            self._finish(leg, _released(leg))

    def _finish(self, leg: Pjsua2Leg, last: LegEvent) -> None:
        if self.legs.pop(leg.number, None):
            self._resting.append(self._clock.monotonic() + PLACE_REST_S)
        leg.mailbox.put(last)
        if not leg.placed.done():
            leg.placed.set_exception(errors.LineDown())

    def _take(self, report: wire.LineReport) -> None:
        if isinstance(report, wire.Audio):
            for number, frame, pcm in report.frames:
                leg = self.legs.get(number)
                if leg is not None:
                    leg.mailbox.put(AudioIn(frame, pcm))
            return
        if isinstance(report, wire.Trouble):
            log.warning("line_trouble", action="continue", trouble=report.event, detail=report.detail)
            return
        leg = self.legs.get(report.leg)
        if leg is None:
            return
        if isinstance(report, wire.NotPlaced):
            del self.legs[leg.number]
            if not leg.placed.done():
                leg.placed.set_exception(_ERRORS.get(report.kind, errors.InviteNotSent)(report.message))
            return
        if not leg.placed.done():
            leg.placed.set_result(None)
        if isinstance(report, wire.Placed):
            return
        event = _released(leg) if isinstance(report, wire.LegReleased) else event_of(report)
        leg.mailbox.put(event)
        if leg.mailbox.closed:
            self._finish(leg, event)


def _released(leg: Pjsua2Leg) -> LegEvent:
    """Only who has hung up is told so; for others the line has failed them."""
    return events.Released() if leg.is_given_up else events.LineFailed("the line was closed")


def event_of(report: wire.LegReport) -> LegEvent:
    """A child's report in the words of the rest of the program."""
    match report:
        case wire.LegRinging():
            return events.Ringing()
        case wire.LegEarlyMedia():
            return events.EarlyMedia()
        case wire.LegAnswered():
            return events.Answered()
        case wire.LegRejected(_, sip_code, cause):
            return events.Rejected(sip_code, cause, meaning_of(sip_code, cause).outcome)
        case wire.LegPeerHungUp(_, cause):
            return events.PeerHungUp(cause)
        case wire.LegReleased():
            return events.Released()
        case wire.LegFailed(_, reason, may_have_rung):
            return events.LineFailed(reason, may_have_rung)
        case wire.LegMediaLost(_, silent_s):
            return events.MediaLost(silent_s)
        case wire.LegTransferred(_, accepted):
            return events.TransferAccepted() if accepted else events.TransferRefused()
        case wire.LegDigit(_, digit):
            return DigitPressed(digit)
        case wire.LegPlaybackStarted(_, mark, frame):
            return PlaybackStarted(mark, frame)
        case wire.LegPlaybackEnded(_, mark, frame, cut):
            return PlaybackEnded(mark, frame, cut)
