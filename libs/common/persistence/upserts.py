"""Rows of one table written together: added, or put in the place of those that are there.

A statement is put together once for a table and the columns that are named.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Subquery,
    Table,
    bindparam,
    cast,
    func,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Rows = Sequence[Mapping[str, Any]]
Way = Literal["sqlite", "rows", "arrays"]
"""How rows are sent: to PostgreSQL an array a column, which costs a statement once for all.

JSON goes row by row: an array of lists would be one of more dimensions.
"""


async def upsert(connection: AsyncConnection, table: Table, rows: Rows, newest: str = "") -> None:
    """Insert rows, or replace the columns given of those whose primary key is there already.

    Every row names the same columns, and no two rows have the same key. With ``newest`` a row that
    is older by this column than the one that is there replaces nothing.
    """
    if rows:
        way = _way(connection, table, rows)
        statement = _upserting(table, tuple(rows[0]), way, newest)
        await connection.execute(statement, _parameters(rows, way))


async def add_missing(connection: AsyncConnection, table: Table, rows: Rows) -> int:
    """Insert the rows whose primary key is not there yet; return how many were, -1 if unknown."""
    way = _way(connection, table, rows)
    statement = _adding(table, tuple(rows[0]), way)
    return (await connection.execute(statement, _parameters(rows, way))).rowcount


def _way(connection: AsyncConnection, table: Table, rows: Rows) -> Way:
    if connection.dialect.name == "sqlite":
        return "sqlite"
    singly = len(rows) == 1 or any(isinstance(table.c[name].type, JSON) for name in rows[0])
    return "rows" if singly else "arrays"


def _parameters(rows: Rows, way: Way) -> Any:
    return source_parameters(rows, list(rows[0]), "arrays") if way == "arrays" else rows


@cache
def _adding(table: Table, names: tuple[str, ...], way: Way) -> Any:
    return _insert(table, names, way).on_conflict_do_nothing()


@cache
def _upserting(table: Table, names: tuple[str, ...], way: Way, newest: str) -> Any:
    insert = _insert(table, names, way)
    keys = [column.name for column in table.primary_key]
    replace = {name: insert.excluded[name] for name in names if name not in keys}
    if not replace:
        return _adding(table, names, way)
    newer = func.coalesce(table.c[newest] <= insert.excluded[newest], true()) if newest else None
    return insert.on_conflict_do_update(index_elements=keys, set_=replace, where=newer)


def _insert(table: Table, names: tuple[str, ...], way: Way) -> Any:
    match way:
        case "sqlite":
            return sqlite.insert(table)
        case "rows":
            return postgresql.insert(table)
        case "arrays":
            columns = select(row_source(table, names, "arrays"))
            return postgresql.insert(table).from_select(names, columns)


def row_source(table: Table, names: Sequence[str], way: Way) -> Subquery:
    """Return these columns of rows as a table of a statement, with `source_parameters`.

    On PostgreSQL each column is sent as one array; SQLite carries the statement out for each row.
    """
    sent = unnested if way == "arrays" else _one
    return select(*(sent(table.c[n], f"all_{n}").label(n) for n in names)).subquery("these")


def source_parameters(rows: Rows, names: Sequence[str], way: Way) -> Any:
    """Return the parameters of a statement that has a `row_source`."""
    if way == "arrays":
        return {f"all_{name}": [row[name] for row in rows] for name in names}
    return [{f"all_{name}": row[name] for name in names} for row in rows]


def unnested(column: Column[Any], parameter: str) -> ColumnElement[Any]:
    """Return a column of many rows that is sent as one array: a statement's cost once for all."""
    array = postgresql.ARRAY(column.type, dimensions=1)
    return func.unnest(cast(bindparam(parameter, type_=array), array))


def _one(column: Column[Any], parameter: str) -> ColumnElement[Any]:
    return bindparam(parameter, type_=column.type)
