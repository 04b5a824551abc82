"""Tables emptied for the next test."""

from functools import cache
from typing import Any

from sqlalchemy import FromClause, Select, Table, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection


async def empty(connection: AsyncConnection, *tables: Table) -> None:
    """Delete all rows of tables of which most have none.

    So which have some is asked first: a statement for each of eighty took most of a test's time.
    """
    filled = (await connection.execute(_filled(tables))).one()
    for table, some in zip(tables, filled, strict=True):
        if some:
            await connection.execute(delete(table))


@cache
def _filled(tables: tuple[FromClause, ...]) -> Select[*tuple[Any, ...]]:
    """Return the question which tables have rows."""
    filled: list[Any] = [exists(table) for table in tables]
    return select(*filled)
