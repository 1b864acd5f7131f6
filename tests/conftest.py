"""Settings every test shares."""

import importlib.util
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.postgresql_server import empty, running_server, server_programs

settings.register_profile("zvonar", deadline=None)  # speed is for the benchmarks to judge, not for the tests
settings.load_profile("zvonar")

HAVE_TORCH = importlib.util.find_spec("torch") is not None
# A server of yours instead of the tests' own: postgresql+psycopg://…; everything in that database is removed.
YOUR_POSTGRESQL = os.environ.get("ZVONAR_TEST_POSTGRESQL", "")
POSTGRESQL_PROGRAMS = server_programs()
IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")
WITHOUT_POSTGRESQL = not YOUR_POSTGRESQL and POSTGRESQL_PROGRAMS is None

collect_ignore_glob = [] if HAVE_TORCH else ["*/test_*silero*.py", "*/test_training_network.py"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "postgresql: needs a PostgreSQL server (see scripts/setup --dev)")


def pytest_report_header() -> list[str]:
    """Says what is left out, so that a green run is never taken for more than it is."""
    header = []
    if not HAVE_TORCH:
        missing = "PyTorch is not installed, see scripts/setup"
        header.append(f"left out: tests of the Silero voice and of training ({missing})")
    if WITHOUT_POSTGRESQL and not IN_CI:
        header.append("left out: tests against PostgreSQL (its server is not installed, see scripts/setup)")
    return header


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that need PostgreSQL are left out where there is none; in CI they stay, and fail."""
    if not WITHOUT_POSTGRESQL or IN_CI:
        return
    left_out = [item for item in items if item.get_closest_marker("postgresql")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(autouse=True)
def no_surprising_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own settings of Zvonar or of RHVoice never reach a test."""
    for name in list(os.environ):
        if name.startswith(("ZVONAR_", "RHVOICE")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Your server, or one of our own that is started by the first test that needs it."""
    if YOUR_POSTGRESQL:
        yield YOUR_POSTGRESQL
        return
    if POSTGRESQL_PROGRAMS is None:
        pytest.fail("PostgreSQL is not installed: scripts/setup --dev, or apt-get install postgresql")
    with running_server(POSTGRESQL_PROGRAMS) as url:
        yield url


@pytest.fixture
def postgresql(postgresql_server: str) -> str:
    """The URL of an empty PostgreSQL database. Whoever asks for it is marked `postgresql`."""
    empty(postgresql_server)
    return postgresql_server
