"""Offers and answers of one audio stream."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo import sdp
from demo.g711 import PCMA, PCMU

OFFER = (
    b"v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n"
    b"m=audio 4000 RTP/AVP 96 0 8 97\r\na=rtpmap:96 speex/8000\r\na=rtpmap:97 telephone-event/8000\r\n"
)


def test_the_first_common_codec_is_taken() -> None:
    offer = sdp.parse(OFFER)
    assert (offer.host, offer.port, offer.codec, offer.event_payload_type) == ("10.0.0.1", 4000, PCMU, 97)
    assert not offer.on_hold


def test_an_address_of_the_stream_itself_wins() -> None:
    assert sdp.parse(OFFER + b"c=IN IP4 10.0.0.2\r\n").host == "10.0.0.2"


def test_hold() -> None:
    offer = sdp.parse(OFFER + b"a=sendonly\r\n")
    assert offer.on_hold
    assert b"a=recvonly" in sdp.answer(offer, "127.0.0.1", 5000)


def test_the_answer_is_an_offer_that_can_be_read() -> None:
    answer = sdp.parse(sdp.answer(sdp.Offer("h", 1, PCMA, 101), "127.0.0.1", 5000))
    assert answer == sdp.Offer("127.0.0.1", 5000, PCMA, 101)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        OFFER.replace(b"RTP/AVP 96 0 8 97", b"RTP/AVP 96 97"),
        OFFER.replace(b"RTP/AVP", b"RTP/SAVP"),
        OFFER.replace(b"c=IN IP4 10.0.0.1\r\n", b""),
        OFFER.replace(b"m=audio", b"m=video"),
    ],
)
def test_an_offer_that_cannot_be_answered(body: bytes) -> None:
    with pytest.raises(sdp.NoCommonCodec):
        sdp.parse(body)


@given(st.binary(max_size=200), st.integers(0, len(OFFER)))
def test_damage_is_read_or_refused(damage: bytes, position: int) -> None:
    try:
        sdp.parse(OFFER[:position] + damage + OFFER[position:])
    except sdp.NoCommonCodec:
        return


def test_a_call_under_way_keeps_its_codec_while_it_is_offered() -> None:
    assert sdp.parse(OFFER, kept=PCMA).codec is PCMA
    assert sdp.parse(OFFER.replace(b" 0 8 ", b" 0 "), kept=PCMA).codec is PCMU
