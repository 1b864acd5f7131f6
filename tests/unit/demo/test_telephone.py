"""A call's long silences, tick by tick instead of second by second."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from calls.clock import ManualClock
from demo.dialog import Dialog
from demo.g711 import PCMA
from demo.journal import Happening
from demo.sdp import Offer
from demo.sip import Message, Request, Response, build, parse
from demo.telephone import ROBOT_SILENCE_LIMIT_S, CallEnded, Telephone
from demo.ticker import Ticker
from demo.transactions import GIVE_UP_S, Transactions

INVITE = build(
    "INVITE sip:79000000001@127.0.0.1 SIP/2.0",
    [
        ("Via", "SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKa"),
        ("From", "<sip:robot@127.0.0.1>;tag=r"),
        ("To", "<sip:79000000001@127.0.0.1>"),
        ("Call-ID", "one"),
        ("CSeq", "1 INVITE"),
        ("Contact", "<sip:robot@127.0.0.1:9>"),
        ("Record-Route", "<sip:proxy.example;lr>"),
        ("X-Attempt", "r:1"),
    ],
)


class FakeWay:
    protocol = "UDP"
    local = ("127.0.0.1", 5060)
    source = ("127.0.0.1", 9)

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, data: bytes) -> None:
        self.sent.append(parse(data))

    def codes(self) -> list[int]:
        return [each.code for each in self.sent if isinstance(each, Response)]

    def requests(self, method: str) -> list[Request]:
        return [each for each in self.sent if isinstance(each, Request) and each.method == method]


@pytest.fixture
def way() -> FakeWay:
    return FakeWay()


@pytest.fixture
def ticker() -> Ticker:
    return Ticker(ManualClock(datetime(2027, 3, 2, tzinfo=UTC)))


@pytest.fixture
async def call(way: FakeWay, ticker: Ticker) -> AsyncIterator[Telephone]:
    """Answered; its ACK is still on the way."""
    transactions = Transactions(ticker)
    ticker.subscribe(transactions.tick)
    invite = parse(INVITE)
    assert isinstance(invite, Request)
    dialog = Dialog(invite, way, random.Random(1))
    made = Telephone(dialog, Offer("127.0.0.1", 9, PCMA), ticker, transactions, random.Random(1))
    answering = asyncio.get_running_loop().create_task(made.answer())
    while not made.is_answered:
        await turn()
    yield made
    made.end(Happening.HUNG_UP)
    await asyncio.gather(answering, return_exceptions=True)


async def turn() -> None:
    """Let sockets and tasks do what is due."""
    done = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.001, done.set_result, None)
    await done


def pass_s(ticker: Ticker, seconds: float) -> None:
    for _ in range(round(seconds / 0.02)):
        ticker.tick()


async def test_a_robot_that_was_killed_is_noticed_by_its_silence(
    call: Telephone, way: FakeWay, ticker: Ticker
) -> None:
    call.acknowledged()
    pass_s(ticker, ROBOT_SILENCE_LIMIT_S - 1)
    assert not call.is_over
    call.heard(PCMA.silence * 160, 0)
    pass_s(ticker, ROBOT_SILENCE_LIMIT_S - 1)
    assert not call.is_over, "a packet shows that it lives"
    pass_s(ticker, 2)
    assert call.journal.ending is Happening.ROBOT_VANISHED
    assert len({bye.branch for bye in way.requests("BYE")}) == 1


async def test_silence_on_hold_is_no_death(call: Telephone, way: FakeWay, ticker: Ticker) -> None:
    call.acknowledged()
    call.renegotiated(Offer("127.0.0.1", 9, PCMA, on_hold=True))
    pass_s(ticker, 3 * ROBOT_SILENCE_LIMIT_S)
    assert not call.is_over


async def test_an_answer_that_nobody_acknowledges_is_repeated_and_given_up(
    call: Telephone, way: FakeWay, ticker: Ticker
) -> None:
    for second in range(round(GIVE_UP_S) + 1):
        call.heard(PCMA.silence * 160, 8000 * second)
        pass_s(ticker, 1)
    assert way.codes().count(200) > 5
    assert call.journal.ending is Happening.NEVER_ACKNOWLEDGED


async def test_requests_within_the_dialogue_follow_its_route(call: Telephone, way: FakeWay) -> None:
    call.acknowledged()
    call.hang_up()
    [bye] = way.requests("BYE")
    assert bye.uri == "sip:robot@127.0.0.1:9"
    assert bye.headers.get("route") == "<sip:proxy.example;lr>"
    assert bye.headers.get("from").endswith(f"tag={call.dialog.tag}")
    assert bye.to_tag == "r"


async def test_nothing_can_be_done_with_a_call_that_is_over(call: Telephone, ticker: Ticker) -> None:
    call.acknowledged()
    ticker.tick()
    await turn()
    waiting = asyncio.get_running_loop().create_task(call.wait(5))
    await turn()
    call.end(Happening.ROBOT_HUNG_UP)
    with pytest.raises(CallEnded):
        await waiting
    with pytest.raises(CallEnded):
        await call.hear_prompt_end(1)
    with pytest.raises(CallEnded):
        call.ring()


async def test_patience_ends(call: Telephone, ticker: Ticker) -> None:
    call.acknowledged()
    ticker.tick()
    await turn()
    waiting = asyncio.get_running_loop().create_task(call.hear_prompt_end(2))
    await turn()
    pass_s(ticker, 2.1)
    assert await waiting is False
