"""A telephone of pjsua2 in a process of its own, and what it tells."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

from tests.integration.dialer.calling import until
from tests.integration.dialer.conftest import CERTIFICATES


class Phone:
    """What `pjsua2_phone` has told so far."""

    def __init__(self, process: asyncio.subprocess.Process, transport: str) -> None:
        self._process, self._transport = process, transport
        self._port = 0
        self.told: dict[str, Any] = {}
        self.digits: list[tuple[str, str]] = []

    @property
    def is_ready(self) -> bool:
        return self._port != 0

    async def read(self) -> None:
        assert self._process.stdout
        async for text in self._process.stdout:
            facts = json.loads(text)
            self._port = facts.get("port", self._port)
            if "digit" in facts:
                self.digits.append((facts["digit"], facts["path"]))
            self.told.update(facts)

    def trunk(self, **changes: object) -> dict[str, object]:
        """The settings of a trunk that leads to it."""
        return {
            "host": "127.0.0.1",
            "port": self._port,
            "transport": self._transport,
            "tls": {"ca_file": str(CERTIFICATES / "loopback.pem")},
            **changes,
        }


@contextlib.asynccontextmanager
async def phone(
    transport: str = "udp", srtp: str = "off", *, takes_events: bool = True
) -> AsyncIterator[Phone]:
    """It rings nowhere and answers at once; `takes_events`: it knows RFC 4733."""
    wishes = (transport, srtp, "events" if takes_events else "no-events", str(CERTIFICATES))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.integration.dialer.pjsua2_phone", *wishes),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    found = Phone(process, transport)
    reading = asyncio.create_task(found.read())
    try:
        await until(lambda: found.is_ready)
        yield found
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()
        await reading
