"""SIP's timers, tick by tick."""

from datetime import UTC, datetime

import pytest

from calls.clock import ManualClock
from demo.ticker import Ticker
from demo.transactions import GIVE_UP_S, Transactions


class FakeWay:
    local = source = ("127.0.0.1", 5060)

    def __init__(self, protocol: str = "UDP") -> None:
        self.protocol = protocol
        self.sent: list[bytes] = []

    def send(self, data: bytes) -> None:
        self.sent.append(data)


@pytest.fixture
def ticker() -> Ticker:
    return Ticker(ManualClock(datetime(2027, 3, 2, tzinfo=UTC)))


@pytest.fixture
def transactions(ticker: Ticker) -> Transactions:
    made = Transactions(ticker)
    ticker.subscribe(made.tick)
    return made


def pass_s(ticker: Ticker, seconds: float) -> None:
    for _ in range(round(seconds / 0.02)):
        ticker.tick()


def test_a_repeated_request_gets_its_last_answer_again(transactions: Transactions) -> None:
    way = FakeWay()
    assert not transactions.repeats("b", "INVITE", way)
    transactions.answer("b", "INVITE", b"100", way)
    transactions.answer("b", "INVITE", b"180", way)
    assert transactions.repeats("b", "INVITE", way)
    assert not transactions.repeats("b", "CANCEL", way), "CANCEL has the branch of its INVITE"
    assert way.sent == [b"100", b"180", b"180"]


def test_answers_are_forgotten_after_a_while(ticker: Ticker, transactions: Transactions) -> None:
    way = FakeWay()
    transactions.answer("b", "BYE", b"200", way)
    pass_s(ticker, 2 * GIVE_UP_S + 1)
    assert not transactions.repeats("b", "BYE", way)


def test_udp_repeats_with_growing_intervals_and_gives_up(ticker: Ticker, transactions: Transactions) -> None:
    way, given_up = FakeWay(), []
    transactions.send("k", b"BYE", way, lambda: given_up.append("k"))
    counts = []
    for _ in range(9):
        pass_s(ticker, 0.5)
        counts.append(len(way.sent))
    assert counts == [2, 2, 3, 3, 3, 3, 4, 4, 4], "0.5, 1, 2, then every 4 s"
    pass_s(ticker, GIVE_UP_S)
    assert given_up == ["k"]
    sent = len(way.sent)
    pass_s(ticker, 10)
    assert len(way.sent) == sent


def test_tcp_does_not_repeat_unless_it_must_go_all_the_way(
    ticker: Ticker, transactions: Transactions
) -> None:
    bye, answer = FakeWay("TCP"), FakeWay("TCP")
    transactions.send("bye", b"BYE", bye, lambda: None)
    transactions.send("200", b"200", answer, lambda: None, everywhere=True)
    pass_s(ticker, 1)
    assert (len(bye.sent), len(answer.sent)) == (1, 2)


def test_what_is_settled_is_not_sent_again(ticker: Ticker, transactions: Transactions) -> None:
    way = FakeWay()
    transactions.send("k", b"BYE", way, lambda: None)
    assert transactions.settle("k")
    assert not transactions.settle("k")
    pass_s(ticker, 2)
    assert way.sent == [b"BYE"]
