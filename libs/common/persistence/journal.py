"""What a unit of work leaves beside its rows: events, changes, audit and the stored response.

On PostgreSQL they are one statement, the last before the commit, and the new rows with them of
which there is one a table. SQLite, which is in the process and has no such statement, takes one a
table.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Column, Insert, Table, bindparam, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.persistence import tables
from libs.common.persistence.db import unnested

Lines = list[dict[str, Any]]


@dataclass
class Journal:
    """The lines to be written of each kind; ``stored_response`` has one at most."""

    rows: dict[Table, dict[str, Any]] = field(default_factory=dict)
    """A new row of each of these tables of the service's own."""
    events: Lines = field(default_factory=list)
    changes: Lines = field(default_factory=list)
    audit: Lines = field(default_factory=list)
    stored_response: Lines = field(default_factory=list)

    async def write(self, connection: AsyncConnection) -> None:
        """Write all lines."""
        by_table = {
            tables.event: self.events,
            tables.change_log: self.changes,
            tables.audit: self.audit,
            tables.idempotency: self.stored_response,
        }
        given = {table: [row] for table, row in self.rows.items()}
        given |= {table: lines for table, lines in by_table.items() if lines}
        if connection.dialect.name == "sqlite":
            for table, lines in given.items():
                await connection.execute(_alone(table), lines)
        elif given:
            await connection.execute(_together(tuple(given)), _parameters(given))


# All made once: to put a statement together costs more than to carry it out.
_MANY = frozenset({tables.event, tables.change_log, tables.audit})
"""Of these there may be many lines; of others there is one."""


@cache
def _alone(table: Table) -> Insert:
    """Return the statement that inserts into a table on SQLite.

    The relay reads by transaction number; SQLite has one writer and needs none.
    """
    return insert(table).values(xid=text("0")) if table is tables.event else insert(table)


@cache
def _together(given: tuple[Table, ...]) -> Insert:
    """Return one statement that inserts into all of these tables; made once a choice of them."""
    *others, last = [_insert(table) for table in given]
    return last.add_cte(*(other.cte(f"into_{other.table.name}") for other in others))


def _insert(table: Table) -> Insert:
    if table not in _MANY:
        return insert(table).values(
            {c: bindparam(_parameter(table, c.name), type_=c.type) for c in table.c}
        )
    columns = _written(table)
    lines: list[Any] = [unnested(column, _parameter(table, column.name)) for column in columns]
    names = [column.name for column in columns]
    if table is tables.event:
        lines.append(text("pg_current_xact_id()::text::bigint"))
        names.append("xid")
    return insert(table).from_select(names, select(*lines))


def _parameter(table: Table, column: str) -> str:
    return f"{table.name}__{column}"


@cache
def _written(table: Table) -> list[Column[Any]]:
    """Return the columns of a table that the database does not fill itself; found out once."""
    return [c for c in table.c if c is not table.autoincrement_column and c.name != "xid"]


def _parameters(given: dict[Table, Lines]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for table, lines in given.items():
        if table in _MANY:
            found |= {
                _parameter(table, column.name): [line[column.name] for line in lines]
                for column in _written(table)
            }
        else:
            found |= {_parameter(table, name): value for name, value in lines[0].items()}
    return found
