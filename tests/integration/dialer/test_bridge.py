"""The audio bridge of a line's process between calls."""

import asyncio
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.calls


async def test_calls_that_end_at_once_do_not_start_one_timer_twice(tmp_path: Path) -> None:
    log = tmp_path / "pjsua.log"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.integration.dialer.hammered_bridge", str(log))
    )
    assert await process.wait() == 0
    assert "Rescheduling" not in log.read_text(errors="replace")
