"""Secret keys that the program made for itself, as rows: whoever shares the database agrees on them."""

from sqlalchemy import Connection, select

from storage.database import insert_new
from storage.tables import keys


def standing_key(connection: Connection, name: str, new: bytes) -> bytes:
    """The key of this name: the one that stands, or `new` from now on."""
    insert_new(connection, keys, [{"name": name, "value": new}])
    value: bytes = connection.execute(select(keys.c.value).where(keys.c.name == name)).scalar_one()
    return value
