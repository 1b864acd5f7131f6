"""The town: every simulated patient behind one SIP address; what was done to them is written down."""

import asyncio
import json
import os
import random
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from calls.clock import Clock
from demo.digest import Accounts
from demo.journal import Journal
from demo.person import Person, Reject, Voices, perform
from demo.phone_number import digits_of
from demo.rtp import Counters
from demo.telephone import Telephone
from demo.ticker import Ticker
from demo.user_agent import UserAgent

log = structlog.get_logger(__name__)

UNKNOWN = Person(((Reject(404, "Q.850;cause=1"),),))
MOST_PORTS_TRIED = 5
ENGAGED = (Reject(486, "Q.850;cause=17"),)


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call at the patient's end; `number` is how often this phone had been called, this time included."""

    phone: str = field(repr=False)
    attempt: str
    number: int
    journal: Journal
    counters: Counters
    recording: str = ""

    def as_json(self) -> dict[str, Any]:
        ending = self.journal.ending
        return {
            "phone": self.phone,
            "attempt": self.attempt,
            "number": self.number,
            "ending": ending.value if ending else "",
            "robot_keys": self.journal.robot_keys,
            "answer_delays_s": self.journal.answer_delays_s,
            "sent": self.counters.sent,
            "received": self.counters.received,
            "lost": self.counters.lost,
            "disordered": self.counters.disordered,
            "recording": self.recording,
            "events": [[entry.at_s, entry.what.value, entry.detail] for entry in self.journal.by_time],
        }


class Town:
    """`async with Town(...) as town:` — the phones ring at `town.sip_address` meanwhile.

    `people` are keyed by phone number (any spelling) or user name; `recordings` is a folder for stereo WAVs;
    `state` a JSON file that is written anew with every call, so that it can be read while the town lives; the
    next town goes on from it: how often each phone rang, and for which attempt, outlives the process.
    """

    def __init__(
        self,
        people: Mapping[str, Person],
        voices: Voices,
        clock: Clock,
        rng: random.Random,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        accounts: Accounts | None = None,
        recordings: Path | None = None,
        state: Path | None = None,
    ) -> None:
        self._people = {digits_of(number): person for number, person in people.items()}
        self._voices = voices
        self._host, self._port, self._tls = host, port, tls
        self._recordings, self._state = recordings, state
        self._ticker = Ticker(clock)
        self._agent = UserAgent(self._ticker, rng, self._take, accounts)
        self._group: asyncio.TaskGroup | None = None
        self._pulse: asyncio.Task[None] | None = None
        self._times_called: dict[str, int] = {}
        self._earlier_calls: list[dict[str, Any]] = []
        self.records: list[CallRecord] = []
        self.most_calls = 0
        self.tls_port = 0

    async def __aenter__(self) -> "Town":
        self._resume()
        await self._open()
        self._agent.start()
        self._group = await asyncio.TaskGroup().__aenter__()
        self._pulse = self._group.create_task(self._ticker.run())
        self._write_state()
        return self

    async def __aexit__(self, *exit_details: Any) -> None:
        assert self._group is not None
        await self.close()
        try:
            await self._group.__aexit__(*exit_details)
        finally:
            self._write_state()

    async def close(self) -> None:
        """End every call politely and close the sockets."""
        await self._agent.close()
        if self._pulse:
            self._pulse.cancel()

    async def _open(self) -> None:
        self._port = await self._open_both(self._port)
        if self._tls:
            self.tls_port = await self._agent.open_tcp(self._host, 0, self._tls)

    async def _open_both(self, wanted: int) -> int:
        """UDP and TCP on one port; a free UDP port may be somebody's TCP port, then another one is tried."""
        for _ in range(MOST_PORTS_TRIED):
            port = await self._agent.open_udp(self._host, wanted)
            try:
                return await self._agent.open_tcp(self._host, port)
            except OSError:
                await self._agent.close()
                if wanted:
                    raise
        raise OSError(f"none of {MOST_PORTS_TRIED} ports is free for both UDP and TCP")

    @property
    def sip_address(self) -> str:
        """`host:port`, for UDP and for TCP."""
        return f"{self._host}:{self._port}"

    @property
    def host(self) -> str:
        return self._host

    @property
    def port(self) -> int:
        return self._port

    @property
    def active_calls(self) -> tuple[Telephone, ...]:
        return self._agent.active_calls

    @property
    def registered(self) -> frozenset[str]:
        """The user names that have registered."""
        return frozenset(self._agent.registered)

    def invites(self, attempt: str) -> int:
        """How often the attempt (its X-Attempt header) made a phone ring; retransmissions do not count."""
        return self._agent.invites.by_attempt[attempt]

    @property
    def attempts(self) -> dict[str, int]:
        """All attempts with the number of their INVITEs."""
        return dict(self._agent.invites.by_attempt)

    def calls_to(self, number: str) -> tuple[CallRecord, ...]:
        """The finished calls to a number."""
        return tuple(record for record in self.records if digits_of(record.phone) == digits_of(number))

    def _take(self, call: Telephone) -> None:
        assert self._group is not None
        self.most_calls = max(self.most_calls, len(self._agent.active_calls))
        self._group.create_task(self._live_through(call))

    async def _live_through(self, call: Telephone) -> None:
        number = digits_of(call.number)
        person = self._people.get(number, UNKNOWN)
        engaged = any(
            other is not call and not other.is_dead and digits_of(other.number) == number
            for other in self._agent.active_calls
        )
        if not engaged:
            self._times_called[number] = self._times_called.get(number, 0) + 1
        times = self._times_called.get(number, 0)
        call.quality = person.quality
        call.transfer_code = person.transfer_code
        self._write_state()
        await perform(person, ENGAGED if engaged else person.script(times), call, self._voices)
        await self._file(call, times)

    async def _file(self, call: Telephone, times: int) -> None:
        counters = call.stream.counters if call.stream else Counters()
        recording = ""
        if self._recordings and call.stream:
            name = re.sub(r"\W", "_", digits_of(call.number))
            recording = f"{len(self._earlier_calls) + len(self.records) + 1:03}-{name}-{times}.wav"
            self._recordings.mkdir(parents=True, exist_ok=True)
            await asyncio.to_thread(call.recording.write, self._recordings / recording, call.stream.codec)
        self.records.append(CallRecord(call.number, call.attempt, times, call.journal, counters, recording))
        self._write_state()

    def as_json(self) -> dict[str, Any]:
        """Everything that has happened so far."""
        return {
            "sip_address": self.sip_address,
            "process": os.getpid(),
            "most_calls": self.most_calls,
            "attempts": self.attempts,
            "times_called": self._times_called,
            "invites_by_number": dict(self._agent.invites.by_number),
            "retransmissions": self._agent.transactions.repeats_answered,
            "calls": [*self._earlier_calls, *(record.as_json() for record in self.records)],
        }

    def _resume(self) -> None:
        if self._state is None or not self._state.exists():
            return
        earlier = json.loads(self._state.read_text(encoding="utf-8"))
        self._times_called = dict(earlier["times_called"])
        self._earlier_calls = list(earlier["calls"])
        self._agent.invites.by_attempt.update(earlier["attempts"])
        self._agent.invites.by_number.update(earlier["invites_by_number"])

    def _write_state(self) -> None:
        if self._state is None:
            return
        text = json.dumps(self.as_json(), ensure_ascii=False, indent=1)
        draft = self._state.with_suffix(".new")
        draft.write_text(text, encoding="utf-8")
        draft.replace(self._state)
