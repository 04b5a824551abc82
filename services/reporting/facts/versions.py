"""What a fact is: the last version of a thing, and every version that it replaced.

A fact belongs to one aggregate and is never deleted. Each event that changes it makes a version,
which says by which event, from when it is known, and whether it stands: what is withdrawn does
not, nor does the old key of a correction that moves it. ``fact_x`` holds each key's last version,
``past_x`` each one that was replaced. `remember` writes, `known` reads.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    FromClause,
    Insert,
    Integer,
    Table,
    Uuid,
    and_,
    insert,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.base import Recorded
from libs.common.persistence.db import tables
from libs.common.persistence.upserts import Way, add_missing, row_source, source_parameters, upsert

metadata = tables()

CODE = 40
"""The room any code may take: there may come longer ones than those of today."""


def _stamp(*, of_past: bool) -> list[Column[Any]]:
    return [
        Column("event_id", Uuid, nullable=False),
        Column("sequence", Integer, primary_key=of_past, autoincrement=False, nullable=False),
        Column("known_from", BigInteger, nullable=False),
        Column("stands", Boolean, nullable=False),
    ]


def fact(name: str, *columns: Column[Any]) -> Table:
    """Declare a fact and the table of its replaced versions, with the same columns.

    Each version has the id and the sequence of its event, from when it is known (in microseconds
    since 1970) and whether it stands; a replaced one, until when it was known as well.
    """
    table = Table(f"fact_{name}", metadata, *columns, *_stamp(of_past=False))
    keys = [column.name for column in table.primary_key]
    copies = (
        Column(c.name, c.type, primary_key=c.name in keys, nullable=c.nullable) for c in columns
    )
    Table(
        f"past_{name}",
        metadata,
        *copies,
        *_stamp(of_past=True),
        Column("known_to", BigInteger, nullable=False),
    )
    return table


def past_of(table: Table) -> Table:
    """Return the table of a fact's replaced versions."""
    return metadata.tables[table.name.replace("fact_", "past_", 1)]


def stamp(recorded: Recorded[Any]) -> dict[str, Any]:
    """Return what a version has from its event's envelope; it stands unless its row says not."""
    return {
        "event_id": recorded.id,
        "sequence": recorded.sequence,
        "known_from": recorded.known,
        "stands": True,
    }


async def remember(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    newest: str = "",
) -> None:
    """Add a version of each row's fact; of one that is there keep the version it replaces.

    Rows name the same columns, the stamp's among them, and no two have one key. The columns they
    do not name stay as they are. A version older than the one that is there, by ``newest`` or its
    sequence, changes nothing.
    """
    if await add_missing(connection, table, rows) < len(rows):
        await _keep(connection, table, rows)
        await upsert(connection, table, rows, newest or "sequence")


async def _keep(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Copy the versions that these rows replace to the past."""
    names = [*(column.name for column in table.primary_key), "sequence", "known_from"]
    way: Way = "sqlite" if connection.dialect.name == "sqlite" else "arrays"
    await connection.execute(_keeping(table, way), source_parameters(rows, names, way))


@cache
def _keeping(table: Table, way: Way) -> Insert:
    past = past_of(table)
    keys = [column.name for column in table.primary_key]
    new = row_source(table, [*keys, "sequence", "known_from"], way)
    replaced = and_(
        *(table.c[key] == new.c[key] for key in keys), table.c.sequence < new.c.sequence
    )
    kept = select(*table.c, new.c.known_from.label("known_to")).join_from(table, new, replaced)
    return insert(past).from_select([*table.c.keys(), "known_to"], kept)


def known(table: Table, at: int | ColumnElement[int] | None = None) -> FromClause:
    """Return the facts that stand, as they are now or as they were known at an instant.

    ``at`` is in microseconds since 1970: what was recorded by then counts, and nothing later.
    """
    if at is None:
        return select(table).where(table.c.stands).subquery(table.name)
    past = past_of(table)
    now = select(*table.c).where(table.c.stands, table.c.known_from <= at)
    then = select(*(past.c[column.name] for column in table.c)).where(
        past.c.stands, past.c.known_from <= at, past.c.known_to > at
    )
    return union_all(now, then).subquery(table.name)


def versions(table: Table, at: int | ColumnElement[int] | None = None) -> FromClause:
    """Return every version of the facts, as far as known at an instant, whether it stands or not.

    A key may be there several times, with what it has now among them.
    """
    past = past_of(table)
    now = select(*table.c)
    then = select(*(past.c[column.name] for column in table.c))
    if at is not None:
        now, then = now.where(table.c.known_from <= at), then.where(past.c.known_from <= at)
    return union_all(now, then).subquery(table.name)


def ever(table: Table, at: int | ColumnElement[int] | None = None) -> FromClause:
    """Return every version of the facts that ever stood, as far as known at an instant.

    What a fact would be, had one of its changes not been made, is one of these.
    """
    found = versions(table, at)
    return select(found).where(found.c.stands).subquery(table.name)
