"""Any database that SQLAlchemy knows: appointments from a table, a view or a query, results into a table."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field as Setting
from pydantic import model_validator
from sqlalchemy import ColumnElement, Connection, bindparam, insert, literal, or_, select, text, types, update
from sqlalchemy.exc import IntegrityError

from calls.appointment import Appointment
from calls.clock import Clock
from calls.errors import BadInput
from calls.slot import Slot
from crm_sync.blocking import InThreads
from crm_sync.columns import Columns, Field, refuse_missing
from crm_sync.errors import CrmRefused, NotSupported, SlotTaken, StaleAppointment, until_mended
from crm_sync.port import CrmConnector, Pull, VisitResult
from crm_sync.settings import TableSettings
from crm_sync.slots import offered, read_slots
from crm_sync.sql_settings import ResultField, ResultSettings, SlotSettings
from crm_sync.sql_tables import SqlTable, Value, connect, translated
from crm_sync.table import Row, Table, cell_text
from crm_sync.visits import Visits, read_visits

_DAY = timedelta(days=1)
_FAR = timedelta(days=400)


class Settings(TableSettings):
    """`crm: {kind: sql, url: …, table: visits, results: {table: call_results}}`"""

    kind: Literal["sql"] = "sql"
    url: str
    table: str = Setting(default="", description="Table or view of the appointments")
    query: str = Setting(
        default="", description="Instead of a table; :start and :end are the clinic's local times"
    )
    results: ResultSettings
    slots: SlotSettings | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if bool(self.table) == bool(self.query):
            raise ValueError("укажите что-то одно: table или query")
        if self.slots and not self.table:
            raise ValueError("запись переносится в своей таблице, поэтому для slots нужна table, а не query")
        return self


class SqlCrm:
    """Implements `crm_sync.blocking.BlockingCrm`; each method is one transaction."""

    def __init__(self, settings: Settings, zone: ZoneInfo, clock: Clock) -> None:
        self._settings, self._zone, self._clock = settings, zone, clock
        self._reading = settings.reading(zone)
        self._engine = connect(settings.url)

    @property
    def has_slots(self) -> bool:
        return self._settings.slots is not None

    def check(self) -> None:
        now = self._clock.now()
        self._visits(now, now + _DAY)
        with translated(), self._engine.connect() as connection:
            self._columns_of_results(SqlTable.found(connection, self._settings.results.table))
            if self._settings.slots is not None:
                self._slot_table(connection)

    def upcoming(self, start: datetime, end: datetime) -> Pull:
        return self._visits(start, end).between(start, end)

    def _visits(self, start: datetime, end: datetime) -> Visits:
        with translated(), self._engine.connect() as connection:
            if self._settings.query:
                return self._queried(connection, start, end)
            table = SqlTable.found(connection, self._settings.table)
            columns = self._columns_of_visits(list(table.types))
            return self._selected(connection, table, columns, self._near(table, columns, start, end))

    def reread(self, reference: str) -> Appointment | None:
        if self._settings.query:
            now = self._clock.now()
            with until_mended():
                return self._visits(now - _DAY, now + _FAR).appointments.get(reference)
        with until_mended(), translated(), self._engine.connect() as connection:
            table = SqlTable.found(connection, self._settings.table)
            columns = self._columns_of_visits(list(table.types))
            this = table.equals(columns.headers[Field.REFERENCE], reference)
            return self._selected(connection, table, columns, this).appointments.get(reference)

    def _selected(self, connection: Connection, table: SqlTable, columns: Columns, where: Any) -> Visits:
        names = list(columns.headers.values())
        rows = connection.execute(select(*(table.plain(name) for name in names)).where(where))
        found = _read(table.name, names, rows.all())
        return read_visits(found, Columns.of(names, self._names(columns)), self._reading)

    def _queried(self, connection: Connection, start: datetime, end: datetime) -> Visits:
        """The query gets a day more on both sides: branches may lie in other zones."""
        local = {"start": self._local(start - _DAY), "end": self._local(end + _DAY)}
        query = text(self._settings.query)
        used = {name: value for name, value in local.items() if name in query._bindparams}
        bound = query.bindparams(*(bindparam(name, type_=types.DateTime()) for name in used))
        result = connection.execute(bound, used)
        names = list(result.keys())
        columns = self._columns_of_visits(names)
        return read_visits(_read("query", names, result.all()), columns, self._reading)

    def _near(self, table: SqlTable, columns: Columns, start: datetime, end: datetime) -> Any:
        """Lets the database leave out other days where its column is a real time; SQLite's are texts."""
        name = columns.headers.get(Field.START) or columns.headers[Field.DATE]
        kind = table.types[name]
        if self._engine.dialect.name == "sqlite" or not isinstance(kind, types.DateTime):
            return literal(True)
        first, last = (table.fit(name, moment, self._zone) for moment in (start - _DAY, end + _DAY))
        return or_(table.typed(name).between(first, last), table.typed(name).is_(None))

    def report(self, result: VisitResult) -> None:
        settings = self._settings.results
        with until_mended(), translated(), self._engine.begin() as connection:
            table = SqlTable.found(connection, settings.table)
            columns = self._columns_of_results(table)
            row = self._result_row(table, columns, result)
            this = table.equals(columns[ResultField.APPOINTMENT], result.appointment)
            if self._update(connection, table, columns, this, row):
                return
            if connection.execute(select(literal(1)).select_from(table.clause).where(this)).first():
                return  # what is there is newer
            if settings.mode == "update":
                raise CrmRefused(f"В таблице CRM «{table.name}» нет такой записи.")
            try:
                with connection.begin_nested():
                    connection.execute(insert(table.clause).values(row))
            except IntegrityError:  # another process was quicker
                self._update(connection, table, columns, this, row)

    def _update(
        self,
        connection: Connection,
        table: SqlTable,
        columns: Mapping[ResultField, str],
        this: Any,
        row: Mapping[str, Any],
    ) -> bool:
        changes = {name: value for name, value in row.items() if name != columns[ResultField.APPOINTMENT]}
        finished = columns.get(ResultField.FINISHED_AT)
        not_newer: Any = literal(True)
        if finished is not None:
            held = table.typed(finished)
            not_newer = or_(held.is_(None), held <= row[finished])
        return connection.execute(update(table.clause).where(this, not_newer).values(changes)).rowcount > 0

    def _result_row(
        self, table: SqlTable, columns: Mapping[ResultField, str], result: VisitResult
    ) -> dict[str, Any]:
        settings = self._settings.results
        values: dict[ResultField, Value] = {
            ResultField.APPOINTMENT: result.appointment,
            ResultField.REMINDER: result.reminder,
            ResultField.OUTCOME: settings.outcomes.get(result.outcome, result.outcome.value),
            ResultField.GROUP: settings.groups.get(result.group, result.group.value),
            ResultField.NOTE: result.note,
            ResultField.FINISHED_AT: result.finished_at,
            ResultField.ATTEMPTS: result.attempts,
            ResultField.RECORDING: result.recording,
            ResultField.TRANSCRIPT: result.transcript,
            ResultField.RESULTS: result.results,
        }
        return {name: table.fit(name, values[field], self._zone) for field, name in columns.items()}

    def free_slots(self, start: datetime, end: datetime, doctor: str, branch: str) -> tuple[Slot, ...]:
        with until_mended(), translated(), self._engine.connect() as connection:
            table, columns = self._slot_table(connection)
            names = list(columns.headers.values())
            rows = connection.execute(select(*(table.plain(name) for name in names))).all()
        settings = self._slot_settings()
        found = read_slots(_read(table.name, names, rows), Columns.of(names, settings.columns), self._reading)
        return offered(list(found.free.values()), start, end, doctor, branch)

    def book(self, appointment: str, slot: str) -> Appointment:
        self._claim(appointment, slot)
        visit = self.reread(appointment)
        if visit is None:
            raise StaleAppointment()
        return visit

    def _claim(self, appointment: str, slot: str) -> None:
        """One transaction: the slot is claimed if it is free, the visit moved, its earlier slot freed."""
        with until_mended(), translated(), self._engine.begin() as connection:
            slots, columns = self._slot_table(connection)
            visits = SqlTable.found(connection, self._settings.table)
            visit_columns = self._columns_of_visits(list(visits.types))
            taken = columns.headers[Field.TAKEN]
            this = slots.equals(columns.headers[Field.REFERENCE], slot)
            ours = slots.equals(taken, appointment)
            free: ColumnElement[bool] = slots.plain(taken).is_(None)
            if slots.has_text(taken):
                free = or_(free, slots.plain(taken) == "")
            claim = {taken: slots.fit(taken, appointment, self._zone)}
            if not connection.execute(update(slots.clause).where(this, free).values(claim)).rowcount:
                if connection.execute(select(literal(1)).select_from(slots.clause).where(this, ours)).first():
                    return
                raise SlotTaken()
            connection.execute(update(slots.clause).where(ours, ~this).values({taken: None}))
            shared = [
                (visit_columns.headers[field], columns.headers[field])
                for field in (Field.START, Field.DOCTOR, Field.BRANCH)
                if visit_columns.has(field) and columns.has(field)
            ]
            row = connection.execute(select(*(slots.plain(name) for _, name in shared)).where(this)).one()
            changes = {name: value for (name, _), value in zip(shared, row, strict=True) if value is not None}
            visit = visits.equals(visit_columns.headers[Field.REFERENCE], appointment)
            if not connection.execute(update(visits.clause).where(visit).values(changes)).rowcount:
                raise StaleAppointment()

    def _slot_table(self, connection: Connection) -> tuple[SqlTable, Columns]:
        settings = self._slot_settings()
        table = SqlTable.found(connection, settings.table)
        columns = Columns.of(list(table.types), settings.columns)
        required = (Field.REFERENCE, Field.START, Field.TAKEN)
        missing = [field for field in required if not columns.has(field)]
        refuse_missing(table.name, list(table.types), missing, settings.columns)
        return table, columns

    def _slot_settings(self) -> SlotSettings:
        if self._settings.slots is None:
            raise NotSupported(
                "Таблица свободного времени не задана.", hint="Назовите её: crm: slots: table:."
            )
        return self._settings.slots

    def _columns_of_visits(self, names: Sequence[str]) -> Columns:
        columns = Columns.of(names, self._settings.columns)
        own = () if columns.has(Field.REFERENCE) else (Field.REFERENCE,)
        one_start = (Field.START,) if self._settings.slots and not columns.has(Field.START) else ()
        missing = dict.fromkeys((*own, *columns.missing_for_visits, *one_start))
        refuse_missing(self._settings.table or "query", names, list(missing), self._settings.columns)
        return columns

    def _columns_of_results(self, table: SqlTable) -> dict[ResultField, str]:
        given = self._settings.results.columns
        for name in given.values():
            if name not in table.types:
                raise BadInput(
                    f"В таблице «{table.name}» нет столбца «{name}».",
                    hint="Исправьте crm: results: columns:.",
                )
        columns = {field: given.get(field, field.value) for field in ResultField}
        columns = {field: name for field, name in columns.items() if name in table.types}
        if ResultField.APPOINTMENT not in columns or len(columns) < 2:
            raise BadInput(
                f"В таблице «{table.name}» нет столбца для номера записи или для итога звонка.",
                hint="Назовите их: crm: results: columns: {appointment: visit_id, outcome: status}.",
            )
        return columns

    def _names(self, columns: Columns) -> dict[Field, list[str]]:
        """So that the chosen columns are found again by their own names, and no others."""
        return {field: [columns.headers[field]] if field in columns.headers else [] for field in Field}

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone).replace(tzinfo=None)


def _read(source: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    texts = (Row(number, tuple(map(cell_text, row))) for number, row in enumerate(rows, 1))
    return Table(source, tuple(names), tuple(texts))


def build(settings: Settings, zone: ZoneInfo, clock: Clock) -> CrmConnector:
    """The connector; BadInput for a URL that is of no use, the server is asked later."""
    return InThreads(SqlCrm(settings, zone, clock))
