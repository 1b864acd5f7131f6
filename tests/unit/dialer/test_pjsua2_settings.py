"""The line's configuration, and the SIP addresses that follow from it."""

import pytest
from pydantic import ValidationError

from dialer.backends.pjsua2_settings import Addresses, Settings, Trunk, checked_headers
from dialer.errors import BadNumber, NoRoute

NUMBER = "+79000000001"


def addresses(**trunk: object) -> Addresses:
    return Addresses(Trunk.model_validate(trunk))


def test_a_plain_trunk_is_called_directly() -> None:
    plain = addresses(host="sip.example.ru")
    assert plain.uri_of(NUMBER) == f"sip:{NUMBER}@sip.example.ru"
    assert (plain.proxy, plain.registrar) == ("", "")
    assert plain.identity == "sip:zvonar@sip.example.ru"


def test_transport_port_and_identity() -> None:
    tls = addresses(host="192.0.2.1", port=5071, transport="tls", username="robot", caller_id="74950000000")
    assert tls.uri_of(NUMBER) == f"sip:{NUMBER}@192.0.2.1:5071;transport=tls"
    assert tls.identity == "sip:74950000000@192.0.2.1"
    assert tls.uri_of("sip:100@192.0.2.9") == "sip:100@192.0.2.9;transport=tls"
    assert tls.uri_of("sip:100@192.0.2.9;transport=tcp") == "sip:100@192.0.2.9;transport=tcp"
    assert tls.uri_of("*21#") == "sip:*21%23@192.0.2.1:5071;transport=tls"


def test_a_domain_of_its_own_is_reached_through_the_host() -> None:
    own = addresses(host="10.0.0.5", port=5080, domain="clinic.ru", username="u", password="p", register=True)
    assert own.uri_of(NUMBER) == f"sip:{NUMBER}@clinic.ru"
    assert own.proxy == "sip:10.0.0.5:5080;lr;hide"
    assert own.registrar == "sip:clinic.ru"
    assert own.identity == "sip:u@clinic.ru"


def test_an_outbound_proxy_is_a_loose_route() -> None:
    proxied = addresses(host="sip.example.ru", outbound_proxy="sip:proxy.example.ru;transport=tcp")
    assert proxied.proxy == "sip:proxy.example.ru;transport=tcp;lr"


@pytest.mark.parametrize(
    "number",
    ["", "+", "7", "позвони", "+7 900 000", "sip:", "sip:a b@c", "sip:a@b\r\nX: y", "sip:<a>@b", "tel:+7"],
)
def test_what_cannot_be_dialled(number: str) -> None:
    with pytest.raises(BadNumber) as caught:
        addresses(host="sip.example.ru").uri_of(number)
    assert not caught.value.may_have_rung
    if number:
        assert number not in str(caught.value).split()


def test_a_number_without_a_trunk_has_no_route() -> None:
    nowhere = Addresses(None)
    with pytest.raises(NoRoute) as caught:
        nowhere.uri_of(NUMBER)
    assert "trunk.host" in caught.value.hint
    assert nowhere.uri_of("sip:100@127.0.0.1:5090") == "sip:100@127.0.0.1:5090"


@pytest.mark.parametrize(
    "trunk",
    [
        {},
        {"host": "a b"},
        {"host": "h;x=y"},
        {"host": "h", "port": 0},
        {"host": "h", "transport": "sctp"},
        {"host": "h", "outbound_proxy": "proxy"},
        {"host": "h", "caller_id": "a>b"},
        {"host": "h", "register": True},
        {"host": "h", "registre": True},
    ],
)
def test_a_bad_trunk_is_refused(trunk: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"trunk": trunk})


@pytest.mark.parametrize("ports", [[1, 2], [20000, 20000], [30000, 20000], [20000, 70000]])
def test_bad_audio_ports_are_refused(ports: list[int]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"local": {"rtp_ports": ports}})


def test_the_password_shows_nowhere() -> None:
    trunk = {"host": "h", "username": "u", "password": "canary"}
    settings = Settings.model_validate({"trunk": trunk})
    assert "canary" not in repr(settings) + settings.model_dump_json()


def test_headers_cannot_smuggle_in_another_line() -> None:
    fine = (("X-Attempt", "reminder:1"),)
    assert checked_headers(fine) == fine
    for bad in (("X-A", "b\r\nX-C: d"), ("X A", "b"), ("", "b"), ("X:A", "b")):
        with pytest.raises(ValueError, match="header"):
            checked_headers((bad,))
