"""The way to the trunk: registration, transports, encryption, and what is said when it does not work."""

import random
import socket

import pytest

from calls.errors import ZvonarError
from calls.events import Answered, LineFailed, Rejected, Released
from demo.clock import ProcessClock
from demo.digest import Accounts
from demo.town import Town
from dialer.backends.pjsua2 import Pjsua2Backend, Settings
from dialer.errors import BadNumber, NoRoute, PortInUse, RegistrationRefused, TrunkUnreachable
from dialer.port import DialRequest
from tests.integration.dialer.calling import PEOPLE, call, line, running, until, voices
from tests.integration.dialer.conftest import CERTIFICATES
from tests.integration.dialer.phone import phone

pytestmark = pytest.mark.calls

PHONE = "+79000000001"
CREDENTIALS = {"username": "robot", "password": "secret"}


async def talk(backend: Pjsua2Backend, number: str) -> None:
    """A call from its INVITE to its BYE."""
    caller = await call(backend, number)
    await caller.event(Answered)
    await caller.until(lambda: len(caller.audio) > 5)
    caller.leg.hang_up()
    assert isinstance(await caller.end(), Released)


async def refusal(settings: Settings) -> ZvonarError:
    """Why the backend did not start."""
    backend = Pjsua2Backend(settings, ProcessClock())
    try:
        with pytest.raises(ZvonarError) as caught:
            await backend.start()
    finally:
        await backend.stop()
    return caught.value


async def test_a_number_goes_through_the_trunk_after_digest_registration(town: Town) -> None:
    trunk = {"host": town.host, "port": town.port, "register": True, **CREDENTIALS}
    async with running(line(trunk=trunk)) as backend:
        assert town.registered == {"robot"}
        await talk(backend, PHONE)


async def test_a_wrong_password_is_named(town: Town) -> None:
    trunk = {"host": town.host, "port": town.port, "register": True, "username": "robot", "password": "no"}
    error = await refusal(line(trunk=trunk))
    assert isinstance(error, RegistrationRefused)
    assert "401" in str(error)
    assert "trunk.password" in error.hint


async def test_a_silent_trunk_is_named() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        trunk = {"host": "127.0.0.1", "port": silent.getsockname()[1], "register": True, **CREDENTIALS}
        settings = line(trunk=trunk, registration_timeout_s=0.3)
        error = await refusal(settings)
    assert isinstance(error, TrunkUnreachable)
    assert "trunk.host" in error.hint


async def test_a_trunk_may_ask_for_the_password_in_every_call() -> None:
    guarded = Accounts({"robot": "secret"}, challenges_calls=True)
    town = Town(PEOPLE, voices, ProcessClock(), random.Random(1), accounts=guarded)
    async with town as strict:
        trunk = {"host": strict.host, "port": strict.port, **CREDENTIALS}
        async with running(line(trunk=trunk)) as backend:
            await talk(backend, PHONE)


@pytest.mark.parametrize("transport", ["tcp", "tls"])
async def test_other_transports(town: Town, transport: str) -> None:
    port = town.port if transport == "tcp" else town.tls_port
    trunk = {"host": town.host, "port": port, "transport": transport, "register": True, **CREDENTIALS}
    trunk["tls"] = {"ca_file": str(CERTIFICATES / "loopback.pem")}
    async with running(line(trunk=trunk)) as backend:
        await talk(backend, PHONE)


async def test_an_untrusted_certificate_is_refused(town: Town) -> None:
    trunk = {"host": town.host, "port": town.tls_port, "transport": "tls", "register": True, **CREDENTIALS}
    error = await refusal(line(trunk=trunk))
    assert isinstance(error, TrunkUnreachable)


async def test_an_outbound_proxy_takes_every_call(town: Town) -> None:
    trunk = {"host": "nowhere.invalid", "outbound_proxy": f"sip:{town.sip_address}"}
    async with running(line(trunk=trunk)) as backend:
        await talk(backend, PHONE)


async def test_a_domain_of_its_own_is_reached_at_the_trunk(town: Town) -> None:
    trunk = {"host": town.host, "port": town.port, "domain": "clinic.invalid"}
    async with running(line(trunk=trunk)) as backend:
        await talk(backend, PHONE)


async def test_encryption_is_offered_where_it_is_optional(town: Town) -> None:
    trunk = {"host": town.host, "port": town.port, "srtp": "optional"}
    async with running(line(trunk=trunk)) as backend:
        await talk(backend, PHONE)


async def test_a_plain_call_is_refused_where_encryption_is_required(town: Town) -> None:
    trunk = {"host": town.host, "port": town.port, "srtp": "required"}
    async with running(line(trunk=trunk)) as backend:
        caller = await call(backend, PHONE)
        end = await caller.end()
    assert isinstance(end, Rejected | LineFailed)
    assert Answered not in caller.kinds()
    assert caller.audio == []


@pytest.mark.parametrize("way", ["rfc4733", "sip_info"])
async def test_keys_go_the_way_that_the_trunk_wants(way: str) -> None:
    async with phone() as other, running(line(trunk=other.trunk(dtmf=way))) as backend:
        caller = await call(backend, PHONE)
        await caller.event(Answered)
        caller.leg.send_digits("17#")
        await until(lambda: len(other.digits) == 3)
        caller.leg.hang_up()
        assert isinstance(await caller.end(), Released)
    assert other.digits == [("1", way), ("7", way), ("#", way)]


async def test_keys_go_by_rfc4733_unless_the_trunk_wants_otherwise() -> None:
    async with phone() as other, running(line(trunk=other.trunk())) as backend:
        caller = await call(backend, PHONE)
        await caller.event(Answered)
        caller.leg.send_digits("5")
        await until(lambda: len(other.digits) == 1)
    assert other.digits == [("5", "rfc4733")]


async def test_keys_go_by_info_where_rfc4733_is_not_known() -> None:
    async with phone(takes_events=False) as other, running(line(trunk=other.trunk())) as backend:
        caller = await call(backend, PHONE)
        await caller.event(Answered)
        caller.leg.send_digits("17#")
        await until(lambda: len(other.digits) == 3)
        caller.leg.hang_up()
        assert isinstance(await caller.end(), Released)
    assert other.digits == [("1", "sip_info"), ("7", "sip_info"), ("#", "sip_info")]


async def test_a_port_in_use_is_named() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        local = {"bind_address": "127.0.0.1", "sip_port": port}
        error = await refusal(line(local=local))
    assert isinstance(error, PortInUse)
    assert str(port) in str(error)
    assert "sip_port" in error.hint


async def test_a_refused_connection_has_rung_nobody() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        trunk = {"host": "127.0.0.1", "port": closed.getsockname()[1], "transport": "tcp"}
    async with running(line(trunk=trunk)) as backend:
        end = await (await call(backend, PHONE)).end()
    assert isinstance(end, LineFailed)
    assert not end.may_have_rung


async def test_what_cannot_be_dialled_is_refused_before_any_invite() -> None:
    async with running(line()) as backend:
        with pytest.raises(NoRoute):
            await backend.place(DialRequest("attempt", PHONE))
        for number in ("sip:a b@127.0.0.1", "sip:", "позвони мне"):
            with pytest.raises(BadNumber):
                await backend.place(DialRequest("attempt", number))
        with pytest.raises(ValueError, match="header"):
            await backend.place(DialRequest("attempt", "sip:a@127.0.0.1", (("X-A", "b\r\nX-C: d"),)))
