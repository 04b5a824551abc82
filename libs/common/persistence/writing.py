"""Writes the objects that changed, and tells which field of which row became what."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Table,
    UniqueConstraint,
    Update,
    bindparam,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.errors import Conflict
from libs.common.persistence.db import UNLOGGED, Aggregate
from libs.common.persistence.journal import Journal
from libs.common.persistence.loading import Row, Shape, already_there
from libs.common.persistence.upserts import unnested

COUNTERS = frozenset(
    {"row_version", "event_version", "parts_version", "particulars_on", "said_on", "until_on"}
)
"""Columns that count changes or say when something was told last, and are none anybody made."""


UNTOLD = COUNTERS - {"parts_version"} | {"as_of"}
"""What may change of a record and is no news to who keeps a copy of it."""


def is_news(row: Row[Any], told: Collection[UUID]) -> bool:
    """Say whether a copy of an aggregate is out of date by a row, and no event has told of it."""
    thing = row.thing
    if not (isinstance(thing, Aggregate) and thing.told_as) or thing.id in told:
        return False
    if row.was is None:
        return True
    pairs = zip(row.shape.names, row.was, row.shape.values(row.thing), strict=True)
    return any(was != now for name, was, now in pairs if name not in UNTOLD)


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
    updates: dict[_Kind, list[dict[str, Any]]] = {}
    for row in rows:
        if row.was is None:
            journal.rows.setdefault(row.shape.table, []).append(_as_new(row))
        else:
            became, where, its = _update(row)
            alone = None if _unique(row.shape.table).isdisjoint(became) else len(updates)
            kind = _Kind(row.shape, tuple(became), alone)
            updates.setdefault(kind, []).append(became | where)
            changes += its
    try:
        for kind, lines in updates.items():
            await _carry_out(connection, kind, lines)
    except IntegrityError:
        raise already_there() from None
    return changes


def _as_new(row: Row[Any]) -> dict[str, Any]:
    if isinstance(row.thing, Aggregate):
        row.thing.row_version = 1
    return dict(zip(row.shape.names, row.shape.values(row.thing), strict=True))


class _Kind(NamedTuple):
    """What the updates have in common that are carried out together."""

    shape: Shape[Any]
    names: tuple[str, ...]
    """The columns that become others."""
    alone: int | None
    """Which one it is, where it stays by itself."""


def _update(row: Row[Any]) -> tuple[dict[str, Any], dict[str, Any], list[Change]]:
    """Return what of a row became what, by what it is found again, and the changes of it."""
    thing, shape, was = row.thing, row.shape, dict(zip(row.shape.names, row.was or (), strict=True))
    where = {f"was_{name}": was[name] for name in shape.key}
    if isinstance(thing, Aggregate):
        where["was_row_version"] = thing.row_version
        thing.row_version += 1
    differing = {n: v for n, v in zip(shape.names, shape.values(thing), strict=True) if v != was[n]}
    changes = [
        Change(shape.table.name, row.key, name, *_logged(shape.table, name, was[name], became))
        for name, became in differing.items()
        if name not in COUNTERS
    ]
    return differing, where, changes


def _logged(table: Table, name: str, was: object, became: object) -> tuple[str, str]:
    """Return what the log has of a change: of what is kept in no log, only that it changed."""
    values = (None, None) if table.c[name].info.get(UNLOGGED) else (was, became)
    return _json(values[0]), _json(values[1])


def _json(value: object) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


async def _carry_out(connection: AsyncConnection, kind: _Kind, lines: list[dict[str, Any]]) -> None:
    """Update these rows; of an aggregate, only if nobody else changed it meanwhile."""
    arrays = len(lines) > 1 and connection.dialect.name != "sqlite"
    parameters: Any = lines if len(lines) > 1 else lines[0]
    if arrays:
        parameters = {name: [line[name] for line in lines] for name in lines[0]}
    statement = _statement(kind.shape, kind.names, arrays)
    if (await connection.execute(statement, parameters)).rowcount != len(lines):
        raise Conflict(code="changed-meanwhile", detail="Somebody changed this at the same moment.")


@cache
def _unique(table: Table) -> frozenset[str]:
    """Return the columns that say whether another row may be there.

    What one row gives up another may take: rows that change these are written one by one.
    """
    found: set[str] = set()
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            found |= {*constraint.columns.keys()}
    for index in table.indexes:
        if index.unique:
            found |= {*index.columns.keys()}
            found |= {*re.findall(r"\w+", str(index.dialect_options["sqlite"]["where"]))}
    return frozenset(found & {*table.c.keys()})


@cache
def _statement(shape: Shape[Any], names: tuple[str, ...], arrays: bool) -> Update:
    """Return the statement that updates these columns of a row; made once a set of columns.

    With ``arrays``, to PostgreSQL, it updates many rows: each parameter is a column of them.
    """
    checked = (*shape.key, "row_version") if issubclass(shape.kind, Aggregate) else shape.key
    columns = shape.table.c
    sent = {f"was_{name}": columns[name] for name in checked} | {n: columns[n] for n in names}
    given: Mapping[str, ColumnElement[Any]]
    if arrays:
        these = select(*(unnested(column, name).label(name) for name, column in sent.items()))
        given = dict(these.subquery("these").c.items())
    else:
        given = {name: bindparam(name, type_=column.type) for name, column in sent.items()}
    return (
        update(shape.table)
        .where(*(columns[name] == given[f"was_{name}"] for name in checked))
        .values({name: given[name] for name in names})
    )
