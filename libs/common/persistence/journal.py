"""What a unit of work leaves beside its rows: events, changes, audit and the stored response.

On PostgreSQL they are one statement, the last before the commit, and the new rows with them.
SQLite, which is in the process and has no such statement, takes one a table.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Column, Insert, Table, bindparam, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.persistence import tables
from libs.common.persistence.statements import Statement
from libs.common.persistence.upserts import unnested

Lines = list[dict[str, Any]]


@dataclass
class Journal:
    """The lines to be written of each kind; ``stored_response`` has one at most."""

    rows: dict[Table, Lines] = field(default_factory=dict)
    """The new rows of the service's own tables."""
    events: Lines = field(default_factory=list)
    changes: Lines = field(default_factory=list)
    audit: Lines = field(default_factory=list)
    stored_response: Lines = field(default_factory=list)

    async def write(self, connection: AsyncConnection, *, last: bool) -> None:
        """Write all lines; the last statement needs no transaction where none was begun."""
        by_table = {
            tables.event: self.events,
            tables.change_log: self.changes,
            tables.audit: self.audit,
            tables.idempotency: self.stored_response,
        }
        given = self.rows | {table: lines for table, lines in by_table.items() if lines}
        if connection.dialect.name == "sqlite":
            for table, lines in given.items():
                await connection.execute(_alone(table), lines)
        elif given:
            statement = _together(tuple((table, len(lines) > 1) for table, lines in given.items()))
            parameters = _parameters(given)
            if last:
                await statement.run(connection, parameters)
            else:
                await connection.execute(statement.sql, parameters)


# All made once: to put a statement together costs more than to carry it out.
_NUMBERED = frozenset({tables.event, tables.change_log, tables.audit})
"""Of these there may be several lines, which the database numbers."""


@cache
def _alone(table: Table) -> Insert:
    """Return the statement that inserts into a table on SQLite.

    The relay reads by transaction number; SQLite has one writer and needs none.
    """
    return insert(table).values(xid=text("0")) if table is tables.event else insert(table)


@cache
def _together(given: tuple[tuple[Table, bool], ...]) -> Statement:
    """Return one statement that inserts into these tables: one line each, or several as arrays."""
    *others, last = [_insert(table, several=several) for table, several in given]
    return Statement(last.add_cte(*(other.cte(f"into_{other.table.name}") for other in others)))


def _insert(table: Table, *, several: bool) -> Insert:
    bound = unnested if several else _one
    values: dict[str, Any] = {name: bound(table.c[name], to) for name, to in _written(table)}
    if table is tables.event:
        values["xid"] = text("pg_current_xact_id()::text::bigint")
    if several:
        return insert(table).from_select(list(values), select(*values.values()))
    return insert(table).values(values).inline()


def _one(column: Column[Any], parameter: str) -> BindParameter[Any]:
    return bindparam(parameter, type_=column.type)


@cache
def _written(table: Table) -> list[tuple[str, str]]:
    """Return the columns of a table that the database does not fill itself, and what binds them."""
    filled = {table.autoincrement_column, table.c.get("xid")} if table in _NUMBERED else set()
    return [(c.name, f"{table.name}__{c.name}") for c in table.c if c not in filled]


def _parameters(given: dict[Table, Lines]) -> dict[str, Any]:
    return {
        parameter: lines[0][name] if len(lines) == 1 else [line[name] for line in lines]
        for table, lines in given.items()
        for name, parameter in _written(table)
    }
