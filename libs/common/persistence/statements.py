"""Statements put together once and, on PostgreSQL, handed to the driver itself.

SQLAlchemy says what the SQL is and how each value is bound and read. Its way of executing costs
more processor time than the statement does, and begins a transaction first, with a round trip of
its own. Such a statement begins none: it is part of the one that SQLAlchemy began on this
connection, or whole by itself.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, cast

import asyncpg
from sqlalchemy import Insert, Select
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any] | None

_DIALECT = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's dialects say no types


class Statement:
    """One statement with parameters of fixed names; what it says itself is no parameter."""

    def __init__(self, statement: Select[Any] | Insert) -> None:
        self.sql = statement

    async def run(
        self, connection: AsyncConnection, parameters: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        """Execute it and return the rows that it selects; raises the driver's errors."""
        if connection.dialect.name == "sqlite":
            rows = await connection.execute(self.sql, parameters)
            return rows.all() if rows.returns_rows else ()
        values = {**self._said, **parameters}
        bound = [bind(values[name]) if bind else values[name] for name, bind in self._binds]
        try:
            found = await _driver(connection).fetch(self._text, *bound)
        except asyncio.CancelledError:
            await connection.invalidate()  # the driver is still at it
            raise
        if not any(self._reads):
            return cast("Sequence[Sequence[Any]]", found)
        return [
            [read(value) if read else value for read, value in zip(self._reads, row, strict=True)]
            for row in found
        ]

    @cached_property
    def _compiled(self) -> SQLCompiler:
        return self.sql.compile(dialect=_DIALECT)

    @cached_property
    def _said(self) -> Mapping[str, Any]:
        """The values that the statement has of its own: ``x == 'y'``, a limit."""
        said: Mapping[str, Any] = self._compiled.params
        return said

    @cached_property
    def _text(self) -> str:
        return str(self._compiled)

    @cached_property
    def _binds(self) -> list[tuple[str, Convert]]:
        binds = self._compiled.binds
        names = self._compiled.positiontup or ()
        return [(name, _as_here(binds[name].type).bind_processor(_DIALECT)) for name in names]

    @cached_property
    def _reads(self) -> list[Convert]:
        if isinstance(self.sql, Insert):
            return []
        columns = self.sql.selected_columns
        return [_as_here(column.type).result_processor(_DIALECT, None) for column in columns]


def _as_here(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return how a type is bound and read by this driver."""
    return type_.dialect_impl(_DIALECT)


def _driver(connection: AsyncConnection) -> asyncpg.Connection:
    """Return the driver's own connection under one that is open."""
    assert connection.sync_connection is not None
    return connection.sync_connection.connection.driver_connection
