"""Puts workflows that are queued already into other partitions, for which the queue itself has no way.

It writes to DBOS's own table, so it is called while this process takes nothing from the queue.
"""

from collections.abc import Callable

import structlog
from sqlalchemy import Connection, NullPool, column, create_engine, inspect, select, table, update

from storage.database import translated

log = structlog.get_logger(__name__)

UNFINISHED = ("DELAYED", "ENQUEUED", "PENDING")
_TABLE = "workflow_status"
_SCHEMAS = {"postgresql": "dbos"}


def settle_partitions(url: str, queue: str, partition_of: Callable[[str], str]) -> int:
    """Unfinished workflows go where `partition_of` their identity says; how many were elsewhere.

    Partitions that finished ones had are forgotten. Nothing happens where there is no queue yet.
    """
    engine = create_engine(url, hide_parameters=True, poolclass=NullPool)
    with translated(), engine.begin() as connection:
        schema = _SCHEMAS.get(engine.dialect.name)
        if not inspect(connection).has_table(_TABLE, schema=schema):
            return 0
        moved = _settle(connection, schema, queue, partition_of)
    if moved:
        log.info("partitions_settled", action="move", workflows=moved)
    return moved


def _settle(
    connection: Connection, schema: str | None, queue: str, partition_of: Callable[[str], str]
) -> int:
    names = ("workflow_uuid", "queue_name", "status", "queue_partition_key")
    workflows = table(_TABLE, *map(column, names), schema=schema)
    of_queue = (workflows.c.queue_name == queue) & workflows.c.queue_partition_key.is_not(None)
    unfinished = workflows.c.status.in_(UNFINISHED)
    connection.execute(update(workflows).where(of_queue & ~unfinished).values(queue_partition_key=None))
    rows = connection.execute(
        select(workflows.c.workflow_uuid, workflows.c.queue_partition_key).where(of_queue & unfinished)
    ).all()
    right = {workflow: partition_of(workflow) for workflow, _ in rows}
    wrong = [workflow for workflow, partition in rows if partition != right[workflow]]
    for workflow in wrong:
        this = workflows.c.workflow_uuid == workflow
        connection.execute(update(workflows).where(this).values(queue_partition_key=right[workflow]))
    return len(wrong)
