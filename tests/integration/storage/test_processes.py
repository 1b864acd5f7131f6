"""Several processes on one SQLite file: upgrading at once, racing for the fence, dying in mid-write."""

import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from calls.appointment import Appointment, Patient
from calls.reminder import Reminder, attempt_key
from storage.records import Campaign
from storage.store import Store

NOW = datetime(2027, 3, 2, 6, 0, tzinfo=UTC)
SPAWN = multiprocessing.get_context("spawn")
ATTEMPTS = 25


def reminder() -> Reminder:
    visit = Appointment("A1", Patient("P1", "Иванов Иван"), "+79161234567", NOW)
    return Reminder("r1", "c1", "confirm-visit", (visit,))


def prepare(url: str) -> None:
    with Store.open(url) as store:
        store.save_campaign(Campaign("c1", "n", "s", NOW))
        store.add_reminders([reminder()])


def race(url: str, owner: str) -> list[int]:
    """Open (and upgrade) the database and try to begin every attempt; the numbers that were won."""
    prepare(url)
    with Store.open(url, owner=owner) as store:
        return [
            number
            for number in range(1, ATTEMPTS + 1)
            if store.begin_attempt(attempt_key("r1", number), "r1", number, NOW)
        ]


def begin_until_killed(url: str, won: Connection) -> None:
    with Store.open(url, owner="victim") as store:
        number = 0
        while True:
            number += 1
            if store.begin_attempt(attempt_key("r1", number), "r1", number, NOW):
                won.send(number)


def test_processes_upgrade_at_once_and_each_attempt_is_won_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/z.sqlite"
    with ProcessPoolExecutor(4, mp_context=SPAWN) as pool:
        results = list(pool.map(race, [url] * 4, [f"owner{number}" for number in range(4)]))
    assert sorted(number for won in results for number in won) == list(range(1, ATTEMPTS + 1))


def test_an_attempt_begun_before_a_kill_is_there_afterwards(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/z.sqlite"
    prepare(url)
    ours, theirs = SPAWN.Pipe(duplex=False)
    victim = SPAWN.Process(target=begin_until_killed, args=(url, theirs))
    victim.start()
    theirs.close()
    confirmed = [ours.recv() for _ in range(20)]
    assert victim.pid is not None
    os.kill(victim.pid, signal.SIGKILL)
    victim.join()
    try:
        while True:
            confirmed.append(ours.recv())
    except EOFError:
        ours.close()
    with Store.open(url, owner="successor") as store:
        stored = {attempt.number for attempt in store.orphaned_attempts("victim")}
        assert stored >= set(confirmed)
        assert len(store.settle_unknown(NOW)) == len(stored)
        for number in confirmed:
            assert not store.begin_attempt(attempt_key("r1", number), "r1", number, NOW)
