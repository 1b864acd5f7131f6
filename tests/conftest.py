"""Settings every test shares."""

import importlib.util
import os

import pytest
from hypothesis import settings

settings.register_profile("zvonar", deadline=None)  # speed is for the benchmarks to judge, not for the tests
settings.load_profile("zvonar")

HAVE_TORCH = importlib.util.find_spec("torch") is not None

collect_ignore_glob = [] if HAVE_TORCH else ["*/test_*silero*.py", "*/test_training_network.py"]


def pytest_report_header() -> list[str]:
    """Says what is left out, so that a green run is never taken for more than it is."""
    if HAVE_TORCH:
        return []
    return [
        "left out: tests of the Silero voice and of training (PyTorch is not installed, see scripts/setup)"
    ]


@pytest.fixture(autouse=True)
def no_surprising_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own settings of Zvonar or of RHVoice never reach a test."""
    for name in list(os.environ):
        if name.startswith(("ZVONAR_", "RHVOICE")):
            monkeypatch.delenv(name)
