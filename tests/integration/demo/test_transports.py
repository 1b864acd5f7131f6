"""The town hears SIP over UDP, TCP and TLS, and lets only those in who know the password."""

import asyncio
import contextlib
import random
import ssl
from pathlib import Path

from demo.clock import ProcessClock
from demo.digest import Accounts, response_for
from demo.person import Answer, Person
from demo.sip import Cutter, Response, build, parse
from demo.town import Town

CERTIFICATES = Path(__file__).parents[1] / "dialer/certificates"


def town(tls: ssl.SSLContext | None = None, accounts: Accounts | None = None) -> Town:
    people = {"quiet": Person(((Answer(),),))}
    return Town(people, lambda *_: b"", ProcessClock(), random.Random(1), tls=tls, accounts=accounts)


def request(method: str, sequence: int, *fields: tuple[str, str]) -> bytes:
    heads = [
        ("Via", f"SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK{sequence}"),
        ("From", "<sip:robot@clinic.example>;tag=1"),
        ("To", "<sip:robot@clinic.example>"),
        ("Call-ID", "one"),
        ("CSeq", f"{sequence} {method}"),
        ("Contact", "<sip:robot@127.0.0.1:9>"),
    ]
    return build(f"{method} sip:127.0.0.1 SIP/2.0", [*heads, *fields])


async def exchange(port: int, *requests: bytes, tls: ssl.SSLContext | None = None) -> list[Response]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls)
    cutter, answers = Cutter(), []
    for each in requests:
        writer.write(each[:10])
        await writer.drain()
        writer.write(each[10:])
        async with asyncio.timeout(10):
            found: list[bytes] = []
            while not found:
                found = list(cutter.feed(await reader.read(4096)))
        answer = parse(found[0])
        assert isinstance(answer, Response)
        answers.append(answer)
    writer.close()
    await writer.wait_closed()
    return answers


async def test_tcp() -> None:
    async with town() as opened:
        first, second = await exchange(opened.port, request("OPTIONS", 1), request("BYE", 2))
    assert (first.code, second.code) == (200, 481)


async def test_tls() -> None:
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(CERTIFICATES / "loopback.pem", CERTIFICATES / "loopback.key")
    client = ssl.create_default_context(cafile=str(CERTIFICATES / "loopback.pem"))
    client.check_hostname = False
    async with town(tls=server) as opened:
        [answer] = await exchange(opened.tls_port, request("OPTIONS", 1), tls=client)
    assert answer.code == 200


async def test_noise_on_a_connection_closes_it_and_nothing_else() -> None:
    async with town() as opened:
        reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
        writer.write(b"x" * 70000)
        async with asyncio.timeout(10):
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
        writer.close()
        [answer] = await exchange(opened.port, request("OPTIONS", 1))
    assert answer.code == 200


def credentials(answer: Response, password: str) -> tuple[str, str]:
    nonce = answer.headers.get("www-authenticate").partition('nonce="')[2].partition('"')[0]
    given = {"username": "robot", "realm": "patients", "nonce": nonce, "uri": "sip:127.0.0.1"}
    given |= {"qop": "auth", "nc": "00000001", "cnonce": "c"}
    response = response_for("REGISTER", password, given, "SHA-256")
    pairs = ", ".join(f'{name}="{value}"' for name, value in {**given, "response": response}.items())
    return "Authorization", f"Digest {pairs}"


async def test_registration_wants_the_password() -> None:
    accounts = Accounts({"robot": "secret"}, algorithm="SHA-256")
    async with town(accounts=accounts) as opened:
        [challenge] = await exchange(opened.port, request("REGISTER", 1))
        [wrong] = await exchange(opened.port, request("REGISTER", 2, credentials(challenge, "guess")))
        assert opened.registered == frozenset()
        [right] = await exchange(opened.port, request("REGISTER", 3, credentials(wrong, "secret")))
        assert opened.registered == {"robot"}
    assert (challenge.code, wrong.code, right.code) == (401, 401, 200)
    assert right.headers.get("contact") == "<sip:robot@127.0.0.1:9>;expires=300"
