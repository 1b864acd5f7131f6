"""The child processes: as many as the lines need, crashes, the parent's death, a polite end."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from calls.events import Answered, LineFailed, Released
from demo.clock import ProcessClock
from demo.journal import Happening
from demo.town import Town
from dialer.backends.pjsua2 import Pjsua2Backend
from dialer.errors import NoFreeLine
from dialer.port import DialRequest
from tests.integration.dialer.calling import call, line, running, until

pytestmark = pytest.mark.calls

PARENT = """
import asyncio, sys
from demo.clock import ProcessClock
from dialer.backends.pjsua2 import Pjsua2Backend, Settings
from dialer.port import DialRequest

async def main():
    settings = Settings.model_validate({"lines": 1, "local": {"bind_address": "127.0.0.1"}})
    backend = Pjsua2Backend(settings, ProcessClock())
    await backend.start()
    leg = await backend.place(DialRequest("attempt", sys.argv[1]))
    async for event in leg.events():
        pass

asyncio.run(main())
"""


async def test_a_killed_process_ends_its_calls_and_comes_back(town: Town, backend: Pjsua2Backend) -> None:
    number = f"sip:answers@{town.sip_address}"
    caller = await call(backend, number)
    await caller.event(Answered)
    (pid,) = backend.pids
    os.kill(pid, signal.SIGKILL)
    assert await caller.end() == LineFailed("the line's process died", may_have_rung=True)
    assert backend.capacity == 0
    with pytest.raises(NoFreeLine):
        await backend.place(DialRequest("attempt", number))
    await until(lambda: backend.capacity == 1)
    caller = await call(backend, f"sip:talks@{town.sip_address}")
    await caller.event(Answered)
    caller.leg.hang_up()
    assert isinstance(await caller.end(), Released)


@pytest.mark.parametrize("last_signal", [signal.SIGKILL, signal.SIGTERM])
async def test_a_dead_parent_leaves_nobody_on_the_line(
    town: Town, tmp_path: Path, last_signal: signal.Signals
) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, str(script), f"sip:answers@{town.sip_address}"),
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    await until(lambda: any(each.is_answered for each in town.active_calls))
    parent.send_signal(last_signal)
    await parent.wait()
    await until(lambda: bool(town.calls_to("answers")))
    assert town.calls_to("answers")[0].journal.ending is Happening.ROBOT_HUNG_UP


async def test_a_terminated_process_says_goodbye(town: Town, backend: Pjsua2Backend) -> None:
    caller = await call(backend, f"sip:answers@{town.sip_address}")
    await caller.event(Answered)
    os.kill(backend.pids[0], signal.SIGTERM)
    assert isinstance(await caller.end(), LineFailed)
    await until(lambda: bool(town.calls_to("answers")))
    assert town.calls_to("answers")[0].journal.ending is Happening.ROBOT_HUNG_UP


async def test_stop_ends_every_call_politely(town: Town) -> None:
    backend = Pjsua2Backend(line(lines=2), ProcessClock())
    await backend.start()
    talking = await call(backend, f"sip:answers@{town.sip_address}")
    await talking.event(Answered)
    ringing = await call(backend, f"sip:never@{town.sip_address}")
    await until(lambda: len(town.active_calls) == 2)
    await backend.stop()
    assert isinstance(await talking.end(), LineFailed)
    assert isinstance(await ringing.end(), LineFailed)
    await until(lambda: len(town.records) == 2)
    endings = {record.phone: record.journal.ending for record in town.records}
    assert endings == {"answers": Happening.ROBOT_HUNG_UP, "never": Happening.CANCELLED}


async def test_there_are_as_many_processes_as_the_lines_need(town: Town) -> None:
    async with running(line(lines=5)) as backend:
        assert backend.capacity == 5
        assert len(backend.pids) == 2  # the published library carries four calls per process
        names = ("answers", "talks", "keys", "info", "refuses")
        callers = [await call(backend, f"sip:{name}@{town.sip_address}") for name in names]
        for caller in callers:
            await caller.event(Answered)
        with pytest.raises(NoFreeLine):
            await backend.place(DialRequest("attempt", f"sip:answers@{town.sip_address}"))
        for caller in callers:
            caller.leg.hang_up()
            assert isinstance(await caller.end(), Released)
        again = await call(backend, f"sip:answers@{town.sip_address}")
        await again.event(Answered)
        again.leg.hang_up()
        await again.end()
