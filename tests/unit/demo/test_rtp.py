"""RTP packets and one call's stream, without a network."""

import asyncio
import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from demo.g711 import PCMA
from demo.rtp import Packet, RtpStream, unpack

ROBOT = ("127.0.0.1", 4000)


class FakeTransport(asyncio.DatagramTransport):
    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Packet] = []

    def sendto(self, data: bytes, addr: object = None) -> None:  # type: ignore[override]
        assert addr == ROBOT
        packet = unpack(data)
        assert packet is not None
        self.sent.append(packet)

    def close(self) -> None:
        return


class Notes:
    def __init__(self) -> None:
        self.audio: list[bytes] = []
        self.keys = ""

    def heard(self, payload: bytes, timestamp: int) -> None:
        self.audio.append(payload)

    def key_heard(self, key: str) -> None:
        self.keys += key


def stream() -> tuple[RtpStream, FakeTransport, Notes]:
    notes, transport = Notes(), FakeTransport()
    opened = RtpStream(notes, random.Random(1))
    opened.connection_made(transport)
    opened.direct(*ROBOT, PCMA, 101)
    return opened, transport, notes


def test_a_packet_survives_packing() -> None:
    packet = Packet(8, 65535, 2**32 - 1, 7, b"abc", marker=True)
    assert unpack(packet.pack()) == packet


def test_padding_extension_and_sources_are_left_out() -> None:
    data = Packet(8, 1, 2, 3, b"\1\1\1\1" + b"\xbe\xde\0\1" + b"\2\2\2\2" + b"audio" + b"\0\2").pack()
    found = unpack(bytes([0x80 | 0x20 | 0x10 | 1]) + data[1:])
    assert found is not None
    assert found.payload == b"audio"


@given(st.binary(max_size=64))
def test_noise_is_no_packet_or_a_harmless_one(data: bytes) -> None:
    found = unpack(data)
    assert found is None or len(found.payload) <= len(data)


def test_silence_fills_what_is_not_played() -> None:
    opened, transport, _ = stream()
    opened.play([b"a" * 160, b"b" * 160])
    for _ in range(4):
        opened.tick()
    payloads = [packet.payload[:1] for packet in transport.sent]
    assert payloads == [b"a", b"b", PCMA.silence, PCMA.silence]
    steps = {(b.timestamp - a.timestamp, b.sequence - a.sequence) for a, b in _pairs(transport.sent)}
    assert steps == {(160, 1)}


def test_a_key_is_pressed_as_rfc_4733_wants_it() -> None:
    opened, transport, _ = stream()
    opened.press("5")
    while not opened.is_idle:
        opened.tick()
    events = [packet for packet in transport.sent if packet.payload_type == 101]
    assert {packet.payload[0] for packet in events} == {5}
    assert len({packet.timestamp for packet in events}) == 1
    assert [packet.marker for packet in events] == [True, *[False] * 10]
    durations = [int.from_bytes(packet.payload[2:]) for packet in events]
    assert durations == [160 * n for n in range(1, 9)] + [1280] * 3
    assert [bool(packet.payload[1] & 0x80) for packet in events] == [False] * 8 + [True] * 3


def test_audio_waits_while_keys_are_pressed() -> None:
    opened, transport, _ = stream()
    opened.press("1")
    opened.play([b"a" * 160])
    while not opened.is_idle:
        opened.tick()
    assert transport.sent[-1].payload == b"a" * 160


def test_keys_and_audio_are_heard_once() -> None:
    opened, _, notes = stream()
    sender, transport, _ = stream()
    sender.press("7#")
    while not sender.is_idle:
        sender.tick()
    for packet in transport.sent:
        opened.datagram_received(packet.pack(), ROBOT)
    assert notes.keys == "7#"
    assert len(notes.audio) == 8, "the gaps after the keys"


def test_losses_are_counted() -> None:
    opened, _, _ = stream()
    for sequence in (65534, 1, 0, 2):
        opened.datagram_received(Packet(8, sequence, 0, 1, b"x").pack(), ROBOT)
    counters = opened.counters
    assert (counters.received, counters.lost, counters.disordered) == (4, 2, 1)


def test_a_dead_line_neither_sends_nor_hears() -> None:
    opened, transport, notes = stream()
    opened.is_dead = True
    opened.tick()
    opened.datagram_received(Packet(8, 1, 0, 1, b"x").pack(), ROBOT)
    assert transport.sent == []
    assert notes.audio == []


def _pairs(packets: list[Packet]) -> list[tuple[Packet, Packet]]:
    return list(itertools.pairwise(packets))
