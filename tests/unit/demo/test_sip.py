"""SIP messages: what is read, what is refused, what is copied into an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.sip import (
    Cutter,
    MalformedMessage,
    Request,
    Response,
    build,
    parameter,
    parse,
    reply,
    uri_of,
    user_of,
)

INVITE = (
    b"INVITE sip:+79000000001@127.0.0.1:5090;user=phone SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKa;rport\r\n"
    b"Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKb\r\n"
    b'f: "Robot" <sip:robot@clinic.example>;tag=r1\r\n'
    b"t: <sip:+79000000001@127.0.0.1>\r\n"
    b"i: call-1\r\n"
    b"CSeq: 7 INVITE\r\n"
    b"Record-Route: <sip:p1;lr>\r\n"
    b"Record-Route: <sip:p2;lr>\r\n"
    b"m: <sip:robot@10.0.0.1:5060>\r\n"
    b"X-Attempt: r:1\r\n"
    b"Subject: folded\r\n"
    b"  over two lines\r\n"
    b"l: 4\r\n"
    b"\r\n"
    b"bodyTRAILER"
)


def invite() -> Request:
    message = parse(INVITE)
    assert isinstance(message, Request)
    return message


def test_compact_and_folded_headers_are_read() -> None:
    message = invite()
    assert (message.method, message.user) == ("INVITE", "+79000000001")
    assert message.cseq == (7, "INVITE")
    assert message.branch == "z9hG4bKa"
    assert message.headers.get("x-attempt") == "r:1"
    assert message.headers.get("subject") == "folded over two lines"
    assert message.body == b"body", "Content-Length ends the body"


def test_an_answer_copies_what_it_must() -> None:
    answer = parse(reply(invite(), 200, source=("192.0.2.9", 4444), to_tag="t1"))
    assert isinstance(answer, Response)
    assert (answer.code, answer.reason, answer.to_tag) == (200, "OK", "t1")
    first, second = answer.headers.all("via")
    assert first.endswith(";branch=z9hG4bKa;rport=4444;received=192.0.2.9")
    assert second == "SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKb"
    assert answer.headers.all("record-route") == ("<sip:p1;lr>", "<sip:p2;lr>")
    assert answer.cseq == (7, "INVITE")


def test_100_trying_has_no_tag() -> None:
    assert parse(reply(invite(), 100, source=("192.0.2.9", 4444), to_tag="t1")).to_tag == ""


@pytest.mark.parametrize(
    "spoiled",
    [
        INVITE.replace(b"CSeq: 7 INVITE", b"CSeq: 7 BYE"),
        INVITE.replace(b"CSeq: 7 INVITE", b"CSeq: many INVITE"),
        INVITE.replace(b"i: call-1\r\n", b""),
        INVITE.replace(b"l: 4", b"l: 400"),
        INVITE.replace(b"l: 4", b"l: -4"),
        INVITE.replace(b"SIP/2.0\r\n", b"SIP/7.0\r\n", 1),
        INVITE.replace(b"X-Attempt:", b"X Attempt "),
        INVITE.replace(b"\r\n\r\n", b"\r\n"),
        b"SIP/2.0 9000 Much\r\n" + INVITE.partition(b"\r\n")[2],
        b"\r\n\r\n",
        b"INVITE" * 20000,
    ],
)
def test_what_cannot_be_followed_is_refused(spoiled: bytes) -> None:
    with pytest.raises(MalformedMessage):
        parse(spoiled)


@given(st.binary(max_size=300))
def test_noise_is_refused_and_does_no_harm(noise: bytes) -> None:
    with pytest.raises(MalformedMessage):
        parse(noise)


@given(st.integers(0, len(INVITE) - 1), st.binary(max_size=4))
def test_a_damaged_message_is_read_or_refused(position: int, damage: bytes) -> None:
    damaged = INVITE[:position] + damage + INVITE[position + len(damage) :]
    try:
        message = parse(damaged)
    except MalformedMessage:
        return
    assert message.call_id
    assert message.cseq[0] >= 0


@given(st.lists(st.integers(1, 200), min_size=1, max_size=8))
def test_a_stream_is_cut_into_messages_wherever_it_breaks(steps: list[int]) -> None:
    messages = [build("OPTIONS sip:a SIP/2.0", [("Call-ID", str(n))], b"x" * n) for n in (0, 3, 50)]
    stream = b"\r\n\r\n" + messages[0] + b"\r\n\r\n" + messages[1] + messages[2]
    cutter = Cutter()
    found: list[bytes] = []
    while stream:
        step = steps[len(stream) % len(steps)]
        found += cutter.feed(stream[:step])
        stream = stream[step:]
    assert found == messages


def test_a_stream_that_never_ends_a_message_is_refused() -> None:
    cutter = Cutter()
    with pytest.raises(MalformedMessage):
        list(cutter.feed(b"INVITE sip:a SIP/2.0\r\nContent-Length: much\r\n\r\n"))
    with pytest.raises(MalformedMessage):
        list(Cutter().feed(b"x" * 70000))


@pytest.mark.parametrize(
    ("uri", "user"),
    [
        ("sip:+7900@host;user=phone", "+7900"),
        ("SIPS:alice:secret@host", "alice"),
        ("sip:host:5060", ""),
        ("tel:+7900;phone-context=x", "+7900"),
        ("mailto:alice@host", ""),
    ],
)
def test_the_user_of_an_address(uri: str, user: str) -> None:
    assert user_of(uri) == user


def test_addresses_and_parameters() -> None:
    assert uri_of('"A; B" <sip:a@h;lr>;tag=1') == "sip:a@h;lr"
    assert uri_of("sip:a@h;tag=1") == "sip:a@h"
    assert parameter('<sip:a@h>;q=0.5; Tag="x y"', "tag") == "x y"
    assert parameter("<sip:a@h>", "tag") == ""
