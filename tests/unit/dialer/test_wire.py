"""Messages survive the way to the child and back, and show nothing personal when they are printed."""

import msgspec
import pytest

from dialer import wire
from dialer.backends.pjsua2 import Pjsua2Backend, Settings
from dialer.backends.pjsua2_line import event_of
from dialer.port import LegEvent
from tests.unit.dialer.standing_clock import standing_clock

REPORTS: list[wire.LegReport] = [
    wire.LegRinging(1),
    wire.LegEarlyMedia(1),
    wire.LegAnswered(1),
    wire.LegRejected(1, 486, 17),
    wire.LegPeerHungUp(1, None),
    wire.LegReleased(1),
    wire.LegFailed(1, "503", False),
    wire.LegMediaLost(1, 10.0),
    wire.LegTransferred(1, True),
    wire.LegTransferred(1, False),
    wire.LegDigit(1, "#"),
    wire.LegPlaybackStarted(1, "mark", 5),
    wire.LegPlaybackEnded(1, "mark", 6, True),
]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: type(report).__name__)
def test_reports_become_events(report: wire.LegReport) -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(report), type=wire.LineReport) == report
    assert isinstance(event_of(report), LegEvent)


def test_messages_print_nothing_personal() -> None:
    place = wire.Place(1, "sip:+79000000001@host", (("X-Attempt", "canary"),))
    assert repr(place) == "Place(…)"
    trunk = {"host": "h", "username": "u", "password": "canary", "register": True}
    backend = Pjsua2Backend(Settings.model_validate({"trunk": trunk}), standing_clock())
    first = backend._open_request(0, 1)
    assert first.password == "canary"
    assert "canary" not in repr(first)


def test_processes_share_ports_and_only_the_first_registers() -> None:
    trunk = {"host": "h", "username": "u", "password": "p", "register": True}
    local = {"sip_port": 5070, "rtp_ports": [20000, 20099]}
    settings = Settings.model_validate({"lines": 8, "trunk": trunk, "local": local})
    backend = Pjsua2Backend(settings, standing_clock())
    requests = [backend._open_request(index, 3) for index in range(3)]
    assert [each.sip_port for each in requests] == [5070, 5071, 5072]
    assert [bool(each.registrar_uri) for each in requests] == [True, False, False]
    ranges = [(each.rtp_first_port, each.rtp_last_port) for each in requests]
    assert ranges == [(20000, 20031), (20032, 20063), (20064, 20095)]
