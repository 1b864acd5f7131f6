"""SIP's timers on the town's ticks: what was answered is answered again, what is unanswered is sent again."""

from collections.abc import Callable
from dataclasses import dataclass

from demo.ticker import Ticker, frames_of
from demo.transport import Way

# RFC 3261, 17.1.1.1
T1_S = 0.5
T2_S = 4.0
GIVE_UP_S = 64 * T1_S


@dataclass(slots=True)
class _Sending:
    data: bytes
    way: Way
    interval_s: float
    next_frame: int
    last_frame: int
    gave_up: Callable[[], None]


class Transactions:
    """The answers we gave and the messages that still wait for theirs."""

    def __init__(self, ticker: Ticker) -> None:
        self._ticker = ticker
        self._answers: dict[tuple[str, str], tuple[int, bytes]] = {}
        self._sendings: dict[str, _Sending] = {}
        self.repeats_answered = 0

    def answer(self, branch: str, method: str, data: bytes, way: Way) -> None:
        """Send a response, and the same again for each retransmission of its request."""
        self.keep(branch, method, data)
        way.send(data)

    def keep(self, branch: str, method: str, data: bytes) -> None:
        """Answer retransmissions of the request with this from now on; empty while it is worked on."""
        self._answers[branch, method] = (self._ticker.frame, data)

    def repeats(self, branch: str, method: str, way: Way) -> bool:
        """Whether the request was seen before; it then gets its last answer again."""
        known = self._answers.get((branch, method))
        if known is None:
            return False
        self.repeats_answered += 1
        if known[1]:
            way.send(known[1])
        return True

    def send(
        self, key: str, data: bytes, way: Way, gave_up: Callable[[], None], *, everywhere: bool = False
    ) -> None:
        """Send until `settle(key)`; over UDP, or `everywhere`, again and again (timers A, E, G; 13.3.1.4)."""
        frame = self._ticker.frame
        repeat_s = T1_S if everywhere or way.protocol == "UDP" else GIVE_UP_S
        self._sendings[key] = _Sending(
            data, way, repeat_s, frame + frames_of(repeat_s), frame + frames_of(GIVE_UP_S), gave_up
        )
        way.send(data)

    def settle(self, key: str) -> bool:
        """The message was answered; whether it had been waiting for that."""
        return self._sendings.pop(key, None) is not None

    def tick(self) -> None:
        """Send again what is due, give up what is hopeless, forget what is old."""
        frame = self._ticker.frame
        for key, sending in tuple(self._sendings.items()):
            if frame >= sending.last_frame:
                del self._sendings[key]
                sending.gave_up()
            elif frame >= sending.next_frame:
                sending.interval_s = min(2 * sending.interval_s, T2_S)
                sending.next_frame = frame + frames_of(sending.interval_s)
                sending.way.send(sending.data)
        if frame % frames_of(GIVE_UP_S) == 0:
            oldest = frame - frames_of(GIVE_UP_S)
            self._answers = {key: kept for key, kept in self._answers.items() if kept[0] > oldest}
