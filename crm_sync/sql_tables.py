"""Tables of somebody else's database: which columns they have, values that fit them, errors in our words."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Connection,
    Engine,
    String,
    TableClause,
    cast,
    column,
    create_engine,
    inspect,
    literal,
    make_url,
    table,
    type_coerce,
    types,
)
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    NoSuchModuleError,
    NoSuchTableError,
    OperationalError,
    ProgrammingError,
    StatementError,
)
from sqlalchemy.pool import NullPool

from calls.errors import BadInput, MissingDependency
from crm_sync.errors import CrmError, CrmRefused, CrmUnavailable

Value = str | int | datetime | Mapping[str, str]


class UnfitValue(ValueError):
    """A value that a column of this type cannot hold."""


@dataclass(frozen=True, slots=True)
class SqlTable:
    """A table with the types of its columns. `plain` columns give and take what the driver does."""

    name: str
    types: Mapping[str, types.TypeEngine[Any]]
    clause: TableClause

    @classmethod
    def found(cls, connection: Connection, name: str) -> "SqlTable":
        """BadInput when there is no such table or view; `name` may begin with a schema and a dot."""
        schema, _, bare = name.rpartition(".")
        try:
            columns = inspect(connection).get_columns(bare, schema=schema or None)
        except NoSuchTableError as error:
            raise BadInput(
                f"В базе CRM нет таблицы «{name}».", hint="Исправьте её имя в разделе crm:."
            ) from error
        kinds = {each["name"]: each["type"] for each in columns}
        clause = table(bare, *(column(each) for each in kinds), schema=schema or None)
        return cls(name, kinds, clause)

    def plain(self, name: str) -> ColumnClause[Any]:
        return self.clause.c[name]

    def typed(self, name: str) -> ColumnElement[Any]:
        return type_coerce(self.plain(name), self.types[name])

    def has_text(self, name: str) -> bool:
        return isinstance(self.types[name], types.String)

    def equals(self, name: str, text: str) -> ColumnElement[bool]:
        """Whether the column holds what the text names."""
        if self.has_text(name):
            return self.plain(name) == text
        if isinstance(self.types[name], types.Integer) and re.fullmatch(r"-?\d{1,18}", text):
            return self.plain(name) == int(text)
        return cast(self.plain(name), String(200)) == text

    def fit(self, name: str, value: Value, zone: ZoneInfo) -> ColumnElement[Any]:
        """The value as the column's type takes it; times without an offset are the clinic's local ones."""
        return literal(self._fitting(name, value, zone), self.types[name])

    def _fitting(self, name: str, value: Value, zone: ZoneInfo) -> Any:
        kind = self.types[name]
        if isinstance(value, Mapping):
            return (
                dict(value) if isinstance(kind, types.JSON) else json.dumps(dict(value), ensure_ascii=False)
            )
        if isinstance(value, datetime):
            if not isinstance(kind, types.DateTime):
                return value.astimezone(UTC).isoformat(timespec="seconds")
            return value.astimezone(UTC) if kind.timezone else value.astimezone(zone).replace(tzinfo=None)
        if isinstance(kind, types.Integer):
            try:
                return int(value)
            except ValueError as error:
                raise UnfitValue(f"the column {name!r} takes whole numbers only") from error
        return str(value)


def connect(url: str) -> Engine:
    """An engine for any SQLAlchemy URL; the password is never quoted.

    Nothing stays connected between requests: there are few, and the clinic's server is not ours.
    """
    try:
        parsed = make_url(url)
        engine = create_engine(parsed, hide_parameters=True, poolclass=NullPool)
    except (ArgumentError, NoSuchModuleError) as error:
        raise BadInput(
            "Адрес базы в crm: url: не читается.",
            hint="Он пишется так: postgresql+psycopg://user@host/clinic или sqlite:///clinic.sqlite",
        ) from error
    except ModuleNotFoundError as error:
        raise MissingDependency(
            f"Драйвер базы {error.name} не установлен.", hint=f"pip install {error.name}"
        ) from error
    name = parsed.database or ""
    if parsed.get_backend_name() == "sqlite" and not name.startswith("file:") and not Path(name).is_file():
        raise BadInput(f"Файла базы «{name}» нет.", hint="Исправьте crm: url:.")
    return engine


@contextmanager
def translated() -> Iterator[None]:
    """The driver's errors as ours; their texts may quote a patient, so they are left out."""
    try:
        yield
    except ProgrammingError as error:
        raise BadInput(
            f"База CRM не понимает запрос ({_code(error)}).",
            hint="Проверьте в разделе crm: имена таблиц и столбцов, query и права пользователя базы.",
        ) from error
    except (OperationalError, InterfaceError) as error:
        raise _unavailable(error) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise _unavailable(error) from error
        raise CrmRefused(f"База CRM не принимает запись ({_code(error)}).") from error
    except (StatementError, UnfitValue) as error:
        raise CrmRefused(
            "Значение не подходит к своему столбцу в базе CRM.",
            hint="Проверьте коды в crm: results: outcomes: и groups:.",
        ) from error


def _unavailable(error: DBAPIError) -> CrmError | BadInput:
    if "no such" in str(error.orig):
        return BadInput(
            "В базе CRM нет таблицы или столбца из запроса.",
            hint="Проверьте имена таблиц и столбцов в разделе crm:.",
        )
    return CrmUnavailable(
        f"База CRM не отвечает ({_code(error)}).",
        hint="Проверьте crm: url:, пароль и работу сервера базы.",
    )


def _code(error: DBAPIError) -> str:
    original = error.orig
    name = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    return str(name or type(original).__name__)
