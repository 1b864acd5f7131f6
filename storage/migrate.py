"""Brings the tables up to date, one process at a time, or says that the program is too old for them."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.errors import DatabaseTooNew

MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 0x7A766F6E6172


def upgrade(connection: Connection) -> None:
    """Apply what is missing within the caller's transaction; the lock lasts as long as that."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
    config = configuration()
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise DatabaseTooNew(
            f"База сделана более новой версией программы (её ревизия {current}).",
            hint="Обновите программу или восстановите копию базы, сделанную до обновления.",
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def configuration() -> Config:
    """Alembic's settings; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
