"""A connection to SQLite that wakes its thread once a statement.

The driver has its thread make a cursor, execute, fetch and close, one after another. Each of these
wakes the thread and then the event loop, which costs more processor time than most statements do.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Self

import aiosqlite

_ROWS: Final = 64
"""How many rows the driver would fetch at once; we fetch all."""

_Execute = Callable[[sqlite3.Cursor, str, Sequence[Any]], sqlite3.Cursor]


class Connection(aiosqlite.Connection):
    """The driver's connection, with cursors that are there at once."""

    def __init__(self, database: str, **options: Any) -> None:
        """Take the arguments of `sqlite3.connect`; it connects when it is awaited."""
        super().__init__(partial(sqlite3.connect, database, **options), _ROWS)

    def cursor(self) -> "Cursor":  # type: ignore[override]  # it need not be awaited
        """Return a cursor."""
        return Cursor(self)

    async def carry_out(self, cursor: "Cursor", execute: _Execute, *what: Any) -> None:
        """Carry a statement out in the thread, and keep in the cursor what came of it."""
        await self._execute(self._run, cursor, execute, *what)  # type: ignore[no-untyped-call]  # the library's

    def _run(self, into: "Cursor", execute: _Execute, *what: Any) -> None:
        cursor = self._conn.cursor()
        try:
            execute(cursor, *what)
            into.description = cursor.description
            into.rows = cursor.fetchall() if cursor.description else []
            into.rowcount, into.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()


class Cursor:
    """What SQLAlchemy uses of a cursor: it carries out a statement and then has all its rows."""

    description: Any = None
    rowcount = -1
    lastrowid: int | None = None
    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.rows: list[Any] = []

    async def __aenter__(self) -> Self:
        """Return itself: there is nothing to wait for."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Do nothing: the driver's cursor was closed once it had run."""

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Carry a statement out."""
        await self._connection.carry_out(self, sqlite3.Cursor.execute, sql, parameters)

    async def executemany(self, sql: str, parameters: Sequence[Any]) -> None:
        """Carry a statement out for each of many parameters."""
        await self._connection.carry_out(self, sqlite3.Cursor.executemany, sql, parameters)

    async def fetchall(self) -> list[Any]:
        """Return the rows."""
        return self.rows

    async def close(self) -> None:
        """Do nothing: the driver's cursor was closed once it had run."""
