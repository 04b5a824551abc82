"""A database double: real SQLite run in place, on a disk that outlives the processes using it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.persistence.db import PRAGMAS, Database, _sqlite_engine
from tests.proof.simulation.process import Process

BUSY_SECONDS = 30.0
GONE = "connection closed"


class Disk:
    """A database's file, and the locks that its server would hold for connections."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.locks: dict[int, Connection] = {}


class Connection:
    """What aiosqlite's connection is to SQLAlchemy, without its thread and with faults.

    Before and after each statement others may run, the process may die, the statement may fail
    for a transient reason, or the connection may be lost; a commit may take effect and say nothing.
    """

    def __init__(self, process: Process, disk: Disk) -> None:
        self.process = process
        self.disk = disk
        self._conn = sqlite3.connect(disk.path, timeout=0, isolation_level=None)
        self._conn.executescript(PRAGMAS)
        self._connection: sqlite3.Connection | None = self._conn
        self._tx = self
        self._conn.create_function("pg_try_advisory_lock", 1, self._try_lock)
        self._conn.create_function("pg_advisory_unlock_all", 0, self._unlock)
        process.connections.append(self)

    def put_nowait(self, job: tuple[asyncio.Future[Any], Callable[[], Any]]) -> None:
        """Run at once what aiosqlite would hand to its thread."""
        job[0].set_result(job[1]())

    def cursor(self) -> "Cursor":
        return Cursor(self)

    async def create_function(self, *args: Any, **options: Any) -> None:
        self._conn.create_function(*args, **options)

    async def before(self, what: str) -> None:
        faults = self.process.around.faults
        await self.process.point(what)
        if faults.happens(faults.lost):
            self.process.around.note(self.process.name, "connection lost")
            self.drop()
        if self._connection is None:
            raise sqlite3.OperationalError(GONE)
        if faults.happens(faults.error):
            raise sqlite3.OperationalError("database is locked")

    async def after(self, what: str) -> None:
        faults = self.process.around.faults
        await self.process.point(what)
        if faults.happens(faults.lost):
            self.drop()
        if self._connection is None:
            raise sqlite3.OperationalError(GONE)

    async def commit(self) -> None:
        """Commit; the answer may be lost on its way."""
        if not self._conn.in_transaction:
            return
        await self.before("commit")
        self._conn.commit()
        await self.after("committed")

    async def rollback(self) -> None:
        if self._connection is not None:
            self._conn.rollback()

    async def close(self) -> None:
        self.drop()

    def stop(self) -> None:
        self.drop()

    def drop(self) -> None:
        """Undo what is open and let go of every lock, as a server does with a lost client."""
        if self._connection is None:
            return
        self._connection = None
        if self._conn.in_transaction:
            self._conn.rollback()  # a statement still open would keep the lock beyond the close
        self._conn.close()
        self.process.connections.remove(self)
        self._unlock()

    def _unlock(self) -> None:
        held = [number for number, owner in self.disk.locks.items() if owner is self]
        for number in held:
            del self.disk.locks[number]

    def _try_lock(self, number: int) -> bool:
        return self.disk.locks.setdefault(number, self) is self


class Cursor:
    """A cursor whose statements run in place, between two points at which others may run."""

    def __init__(self, connection: Connection) -> None:
        if connection._connection is None:
            raise sqlite3.OperationalError(GONE)
        self._connection = connection
        self._cursor = connection._conn.cursor()
        self.arraysize = 1

    async def __aenter__(self) -> "Cursor":
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        await self._run(sql, partial(self._cursor.execute, sql, parameters))

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        await self._run(sql, partial(self._cursor.executemany, sql, parameters))

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        if self._connection._connection is not None:
            self._cursor.close()

    async def _run(self, sql: str, statement: Callable[[], Any]) -> None:
        if sql.startswith("PRAGMA"):  # SQLAlchemy asks at the first connection only
            statement()
            return
        what = " ".join(sql.split()[:3])
        await self._connection.before(what)
        if sql == "BEGIN IMMEDIATE":
            await self._in_turn(statement)
        else:
            statement()

    async def _in_turn(self, begin: Callable[[], Any]) -> None:
        """Wait for the writer's turn as long as SQLite's busy timeout would."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + BUSY_SECONDS
        while True:
            try:
                begin()
            except sqlite3.OperationalError:
                if loop.time() >= deadline:
                    raise
            else:
                return
            await asyncio.sleep(0.02)
            if self._connection._connection is None:
                raise sqlite3.OperationalError(GONE)


class SimulatedDatabase(Database):
    """The product's own Database over the double, plugged into one process and disk at a time.

    With ``locking`` relay and consumer take it for a server's: they hold advisory locks on
    connections of their own. It is used again and again, for its cache of compiled statements.
    """

    def __init__(self, *, locking: bool) -> None:
        self.url = make_url("sqlite+aiosqlite:///simulated")
        self.is_sqlite = not locking
        connections = 8 if locking else 1
        self._writer = _sqlite_engine(self.url, connections=connections, begin="BEGIN IMMEDIATE")
        self._reader = _sqlite_engine(self.url, connections=4, begin="BEGIN")
        self._away = False
        self._process: Process | None = None
        self._disk: Disk | None = None
        for engine in (self._writer, self._reader):
            event.listen(engine.sync_engine, "do_connect", self._connect)

    def plug(self, process: Process, disk: Disk) -> None:
        """Begin anew, with no connection, as the given process's view of the given disk."""
        self._process, self._disk = process, disk
        self._writer.sync_engine.dispose(close=False)
        self._reader.sync_engine.dispose(close=False)

    def _connect(self, _: Any, __: Any, ___: Any, parameters: dict[str, Any]) -> None:
        parameters["async_creator_fn"] = self._connection

    async def _connection(self, *_: Any, **__: Any) -> Connection:
        assert self._process is not None
        assert self._disk is not None
        if self._process.gone:
            raise sqlite3.OperationalError(GONE)
        return Connection(self._process, self._disk)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction for reading, on either kind of double."""
        async with self._reader.connect() as connection:
            yield connection
