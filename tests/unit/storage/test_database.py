"""Databases that cannot be used, and what people are told about them."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from calls.errors import BadInput
from storage.database import open_database
from storage.errors import DatabaseTooNew, DatabaseUnusable, StorageUnavailable, UnknownRecord
from storage.records import Campaign, Task
from storage.store import Store
from storage.tables import metadata

NOW = datetime(2027, 3, 2, 6, 0, tzinfo=UTC)


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def test_the_migrations_make_the_tables_of_the_program(tmp_path: Path) -> None:
    Store.open(url_of(tmp_path / "z.sqlite")).close()
    engine = create_engine(url_of(tmp_path / "z.sqlite"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_commits_are_on_the_disk(tmp_path: Path) -> None:
    database = open_database(url_of(tmp_path / "z.sqlite"))
    with database.read() as connection:
        read = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    assert read == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_the_folder_is_made(tmp_path: Path) -> None:
    Store.open(url_of(tmp_path / "var" / "lib" / "z.sqlite")).close()
    assert (tmp_path / "var" / "lib" / "z.sqlite").is_file()


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "z.sqlite"
    Store.open(url_of(path)).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(DatabaseTooNew, match="9999") as caught:
        Store.open(url_of(path))
    assert "Обновите программу" in caught.value.hint


def test_a_read_only_database_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "z.sqlite"
    Store.open(url_of(path)).close()
    with Store.open(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        assert store.campaigns() == []
        with pytest.raises(DatabaseUnusable, match="только для чтения") as caught:
            store.save_campaign(Campaign("c", "n", "s", NOW))
    assert "право писать" in caught.value.hint


def test_a_folder_without_the_right_to_write_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.os.access", lambda path, mode: False)
    with pytest.raises(DatabaseUnusable, match="только для чтения у этого пользователя"):
        Store.open(url_of(tmp_path / "z.sqlite"))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite:////proc/zvonar/z.sqlite", "создать нельзя"),
        ("sqlite://", "забывает"),
        ("sqlite:///:memory:", "забывает"),
        ("mysql://root@localhost/x", "не поддерживаются"),
        ("postgresql+nothing://localhost/x", "нет драйвера"),
        ("no url at all", "не читается"),
        ("sqlite:////tmp", "это папка"),
    ],
)
def test_a_wrong_url_is_explained(url: str, message: str) -> None:
    with pytest.raises(BadInput, match=message) as caught:
        Store.open(url)
    assert caught.value.hint


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letters.txt"
    path.write_text("Это не база данных. " * 500)
    with pytest.raises(DatabaseUnusable, match="не база SQLite"):
        Store.open(url_of(path))


def test_an_absent_server_is_a_passing_trouble() -> None:
    with pytest.raises(StorageUnavailable, match="no connection") as caught:
        Store.open("postgresql+psycopg://nobody:secret@127.0.0.1:9/none?connect_timeout=1")
    assert "secret" not in str(caught.value) + caught.value.hint


def test_a_locked_database_is_a_passing_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.BUSY_TIMEOUT_MS", 10)
    path = tmp_path / "z.sqlite"
    with Store.open(url_of(path)) as store:
        blocker = sqlite3.connect(path, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageUnavailable, match="SQLITE_BUSY"):
            store.save_campaign(Campaign("c", "n", "s", NOW))
        blocker.close()
        store.save_campaign(Campaign("c", "n", "s", NOW))


def test_errors_hold_nothing_personal(tmp_path: Path) -> None:
    with Store.open(url_of(tmp_path / "z.sqlite")) as store, pytest.raises(UnknownRecord) as caught:
        store.add_task(Task("no such reminder", "call_back", "Канарейкина", NOW))
    error: BaseException | None = caught.value
    while error is not None:
        assert "Канарейкина" not in str(error)
        error = error.__cause__
