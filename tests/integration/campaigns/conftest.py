"""Where a campaign's data is kept."""

from pathlib import Path

import pytest

from tests.integration.campaigns.clinic import Place


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """For the tests that run on both kinds of database."""
    if request.param == "sqlite":
        return tmp_path
    url: str = request.getfixturevalue("postgresql")
    return url
