"""A made-up entry of the catalogue."""

from collections.abc import Callable

import pytest

from robot.models.catalogue import Entry

MakeEntry = Callable[..., Entry]


@pytest.fixture
def make_entry() -> MakeEntry:
    def make(**changes: object) -> Entry:
        return Entry.model_validate(
            {
                "name": "tiny",
                "title": "Малая",
                "kind": "vosk",
                "language": "ru",
                "url": "https://example.org/files/tiny.zip?version=1",
                "archive": "zip",
                "megabytes": 1,
                "unpacked": 1,
                "licence": {"name": "MIT", "url": "https://example.org/licence"},
                **changes,
            }
        )

    return make
