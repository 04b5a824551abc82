"""Copies events within SQLite: out of a service's own file into the log, with the same attributes.

What `to_headers` makes of one event is made here by one statement of many.
"""

from functools import reduce
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    LargeBinary,
    Select,
    String,
    Table,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.messaging.bus.base import SEQUENCE_DIGITS, SPEC_VERSION
from libs.common.persistence.tables import event

_UUID_PARTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))


async def attach(connection: AsyncConnection, path: str) -> None:
    """Have the connection read another file too, unless it does; the log's own stays the first."""
    files = (await connection.exec_driver_sql("PRAGMA database_list")).all()
    if "outbox" not in {file.name for file in files}:
        await connection.exec_driver_sql("ATTACH ? AS outbox", (path,))


def copied(log: Table, topic: str, schemas: str, chosen: Select[Any]) -> Insert:
    """Return the statement that appends the events that a query of `event` chooses, in its order.

    Their schemas are served under ``schemas``.
    """
    key = _uuid(event.c.subject)
    attributes = (
        ("ce_specversion", SPEC_VERSION),
        ("ce_id", _uuid(event.c.id)),
        ("ce_source", topic),
        ("ce_type", event.c.type),
        ("ce_subject", key),
        ("ce_sequence", func.printf(f"%0{SEQUENCE_DIGITS}d", event.c.sequence)),
        ("ce_partitionkey", key),
        ("ce_time", _instant(event.c.time)),
        ("ce_dataschema", literal(schemas) + event.c.type + ".json"),
        ("content-type", "application/json"),
        ("ce_traceparent", case((event.c.traceparent != "", event.c.traceparent), else_=null())),
    )
    # A patch leaves out what is null.
    headers = func.json_patch(
        "{}", func.json_object(*(part for pair in attributes for part in pair))
    )
    rows = chosen.with_only_columns(
        literal(topic), key, type_coerce(headers, String), cast(event.c.data, LargeBinary)
    )
    return insert(log).from_select(["topic", "key", "headers", "value"], rows)


def _uuid(column: ColumnElement[Any]) -> ColumnElement[str]:
    """Write an id with its hyphens; SQLite keeps it without."""
    digits = type_coerce(column, String)
    parts: list[ColumnElement[str]] = [func.substr(digits, *part) for part in _UUID_PARTS]
    return reduce(lambda written, part: written.concat("-").concat(part), parts)


def _instant(column: ColumnElement[Any]) -> ColumnElement[str]:
    """Write an instant as ISO 8601 in UTC; a whole second has no fraction."""
    kept = type_coerce(column, String)
    fraction = case((kept.endswith(".000000"), ""), else_=func.substr(kept, 20))
    day, time = func.substr(kept, 1, 10), func.substr(kept, 12, 8)
    return day.concat("T").concat(time).concat(fraction).concat("+00:00")
