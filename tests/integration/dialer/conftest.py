"""A town of simulated patients and a line to it, over real SIP and RTP on loopback."""

import random
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from demo.clock import ProcessClock
from demo.digest import Accounts
from demo.town import Town
from dialer.backends.pjsua2 import Pjsua2Backend
from tests.integration.dialer.calling import PEOPLE, line, running, voices

CERTIFICATES = Path(__file__).parent / "certificates"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Registers `robot` with the password `secret`, for those who want to."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "loopback.pem", CERTIFICATES / "loopback.key")
    town = Town(
        PEOPLE,
        voices,
        ProcessClock(),
        random.Random(1),
        tls=context,
        accounts=Accounts({"robot": "secret"}),
        recordings=tmp_path / "recordings",
    )
    async with town:
        yield town


@pytest.fixture
async def backend(town: Town) -> AsyncIterator[Pjsua2Backend]:
    """One process that calls through the town as its trunk."""
    async with running(line(trunk={"host": town.host, "port": town.port})) as backend:
        yield backend
