"""Writes the objects that changed, and tells which field of which row became what."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.errors import Conflict
from libs.common.persistence.db import Aggregate
from libs.common.persistence.journal import Journal
from libs.common.persistence.loading import Row, Shape, already_there

COUNTERS = frozenset(
    {"row_version", "event_version", "parts_version", "particulars_on", "said_on", "until_on"}
)
"""Columns that count changes or say when something was told last, and are none anybody made."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a row, what it was and what it became, as JSON."""

    table: str
    row: str
    field: str
    was: str
    became: str


async def write(
    connection: AsyncConnection, rows: Sequence[Row[Any]], journal: Journal
) -> list[Change]:
    """Update what changed, and return the changes of what was there.

    New rows are left for the journal's statement. Raises Conflict where somebody else changed a
    row meanwhile, or has the key of a changed one.
    """
    changes: list[Change] = []
    try:
        for row in rows:
            if row.was is None:
                journal.rows.setdefault(row.shape.table, []).append(_as_new(row))
            else:
                changes += await _update(connection, row)
    except IntegrityError:
        raise already_there() from None
    return changes


def _as_new(row: Row[Any]) -> dict[str, Any]:
    if isinstance(row.thing, Aggregate):
        row.thing.row_version = 1
    return dict(zip(row.shape.names, row.shape.values(row.thing), strict=True))


async def _update(connection: AsyncConnection, row: Row[Any]) -> list[Change]:
    """Write what changed of a row; of an aggregate, only if nobody else changed it meanwhile."""
    thing, shape, was = row.thing, row.shape, dict(zip(row.shape.names, row.was or (), strict=True))
    where = {f"was_{name}": was[name] for name in shape.key}
    if isinstance(thing, Aggregate):
        where["was_row_version"] = thing.row_version
        thing.row_version += 1
    differing = {n: v for n, v in zip(shape.names, shape.values(thing), strict=True) if v != was[n]}
    statement = _statement(shape, tuple(differing))
    if (await connection.execute(statement, differing | where)).rowcount != 1:
        raise Conflict(code="changed-meanwhile", detail="Somebody changed this at the same moment.")
    return [
        Change(shape.table.name, row.key, name, _json(was[name]), _json(became))
        for name, became in differing.items()
        if name not in COUNTERS
    ]


def _json(value: object) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


@cache
def _statement(shape: Shape[Any], names: tuple[str, ...]) -> Update:
    """Return the statement that updates these columns of a row; made once a set of columns."""
    checked = (*shape.key, "row_version") if issubclass(shape.kind, Aggregate) else shape.key
    columns = shape.table.c
    return (
        update(shape.table)
        .where(*(columns[n] == bindparam(f"was_{n}", type_=columns[n].type) for n in checked))
        .values({n: bindparam(n, type_=columns[n].type) for n in names})
    )
