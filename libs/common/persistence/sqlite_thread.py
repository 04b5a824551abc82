"""A connection to SQLite that wakes its thread once a statement, and only where there is one.

The driver has its thread make a cursor, execute, fetch and close, one after another. Each of these
wakes the thread and then the event loop, which costs more processor time than most statements do.
So a BEGIN waits for the first statement, and a transaction that is not open is not ended.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final, Self

import aiosqlite

_ROWS: Final = 64
"""How many rows the driver would fetch at once; we fetch all."""

_BEGINS: Final = frozenset({"BEGIN", "BEGIN IMMEDIATE"})

_Execute = Callable[[sqlite3.Cursor, str, Sequence[Any]], sqlite3.Cursor]


class Connection(aiosqlite.Connection):
    """The driver's connection, with cursors that are there at once."""

    def __init__(self, database: str, **options: Any) -> None:
        """Take the arguments of `sqlite3.connect`; it connects when it is awaited."""
        super().__init__(partial(sqlite3.connect, database, **options), _ROWS)
        self.to_begin = ""
        """The BEGIN that the next statement carries out first."""
        self._asked = self._done = 0

    def cursor(self) -> "Cursor":  # type: ignore[override]  # it need not be awaited
        """Return a cursor."""
        return Cursor(self)

    async def carry_out(self, cursor: "Cursor", execute: _Execute, *what: Any) -> None:
        """Carry a statement out in the thread, and keep in the cursor what came of it."""
        await self._execute(self._run, cursor, self.to_begin, execute, *what)

    def _run(self, into: "Cursor", begin: str, execute: _Execute, *what: Any) -> None:
        cursor = self._conn.cursor()
        try:
            if begin:
                cursor.execute(begin)
                self.to_begin = ""
            execute(cursor, *what)
            into.description = cursor.description
            into.rows = cursor.fetchall() if cursor.description else []
            into.rowcount, into.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()

    async def commit(self) -> None:
        """Keep what the transaction did."""
        await self._end(super().commit)

    async def rollback(self) -> None:
        """Undo what the transaction did."""
        await self._end(super().rollback)

    async def _end(self, how: Callable[[], Awaitable[None]]) -> None:
        """End a transaction, if one is open or the thread is at a statement that was cancelled."""
        if self._asked != self._done or self._conn.in_transaction:
            await how()
        self.to_begin = ""

    async def _execute(self, fn: Callable[..., Any], *what: Any, **more: Any) -> Any:
        self._asked += 1
        return await super()._execute(partial(self._do, fn), *what, **more)  # type: ignore[no-untyped-call]  # the library's

    def _do(self, fn: Callable[..., Any], *what: Any, **more: Any) -> Any:
        try:
            return fn(*what, **more)
        finally:
            self._done += 1


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
        """Carry a statement out; a BEGIN, once there is something to do."""
        if sql in _BEGINS:
            self._connection.to_begin = sql
            return
        await self._connection.carry_out(self, sqlite3.Cursor.execute, sql, parameters)

    async def executemany(self, sql: str, parameters: Sequence[Any]) -> None:
        """Carry a statement out for each of many parameters."""
        await self._connection.carry_out(self, sqlite3.Cursor.executemany, sql, parameters)

    async def fetchall(self) -> list[Any]:
        """Return the rows."""
        return self.rows

    async def close(self) -> None:
        """Do nothing: the driver's cursor was closed once it had run."""
