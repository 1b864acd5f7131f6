"""Session descriptions: one audio stream, offered and answered (RFC 4566, RFC 3264)."""

import re
from dataclasses import dataclass

from demo.g711 import CODECS, PCMA, Codec

EVENT_PAYLOAD_TYPE = 101


class NoCommonCodec(ValueError):
    """The offer holds no audio that this telephone can speak: 488 Not Acceptable Here."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Where the other side listens, what it speaks, and whether it put us on hold."""

    host: str
    port: int
    codec: Codec = PCMA
    event_payload_type: int = EVENT_PAYLOAD_TYPE
    on_hold: bool = False


def parse(body: bytes, kept: Codec | None = None) -> Offer:
    """Read an offer; raises NoCommonCodec when nothing in it can be answered.

    `kept` is the codec of a call that is under way: it goes on when it is offered again.
    """
    text = body.decode("utf-8", "replace")
    media = re.search(r"^m=audio (\d{1,5})\S* RTP/AVP((?: \d{1,3})+)", text, re.MULTILINE)
    if media is None:
        raise NoCommonCodec("no plain RTP audio is offered")
    section = text[media.start() :]
    connection = re.search(r"^c=IN IP4 (\S+)", section, re.MULTILINE) or re.search(
        r"^c=IN IP4 (\S+)", text, re.MULTILINE
    )
    codecs = [CODECS[number] for number in map(int, media.group(2).split()) if number in CODECS]
    if connection is None or not codecs:
        raise NoCommonCodec("neither PCMA nor PCMU is offered")
    event = re.search(r"^a=rtpmap:(\d{1,3}) telephone-event/8000", section, re.MULTILINE)
    return Offer(
        host=connection.group(1),
        port=int(media.group(1)),
        codec=kept if kept in codecs else codecs[0],
        event_payload_type=int(event.group(1)) if event else EVENT_PAYLOAD_TYPE,
        on_hold=bool(re.search(r"^a=(sendonly|inactive)", text, re.MULTILINE)),
    )


def answer(offer: Offer, host: str, port: int, version: int = 1) -> bytes:
    """The answer: the first codec that both know, telephone events, 20 ms."""
    audio, events = offer.codec.payload_type, offer.event_payload_type
    lines = [
        "v=0",
        f"o=patient 1 {version} IN IP4 {host}",
        "s=-",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {audio} {events}",
        f"a=rtpmap:{audio} {offer.codec.name}/8000",
        f"a=rtpmap:{events} telephone-event/8000",
        f"a=fmtp:{events} 0-15",
        "a=ptime:20",
        "a=recvonly" if offer.on_hold else "a=sendrecv",
    ]
    return "\r\n".join([*lines, ""]).encode()
