"""Databases: engines for PostgreSQL and SQLite that behave alike, and what both must do alike."""

import asyncio
import hashlib
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Final
from uuid import UUID

import aiosqlite
from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    TypeDecorator,
    event,
    text,
)
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import LRUCache

from libs.common.observability.refusal import OWN_FILE_UNUSABLE, reason_of
from libs.common.persistence import postgresql as server
from libs.common.persistence.attributes import lay_down
from libs.common.persistence.disk import end_on_failed_sync
from libs.common.persistence.sqlite_thread import Connection

log = logging.getLogger(__name__)

CLOSE_SECONDS = 3.0

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

COMPILED: Final = 1_000
"""How many compiled statements a process keeps for its SQLite files."""

PREPARED = 16
"""How many prepared statements a connection to SQLite keeps: those of many parameters are large."""

UNLOGGED: Final = "unlogged"
"""Marks, in its ``info``, a column of whose values the change log has none: what is kept there is
kept no longer than the row has it."""

PRAGMAS = """
    PRAGMA journal_mode=WAL;
    PRAGMA synchronous=FULL;
    PRAGMA foreign_keys=ON;
    PRAGMA secure_delete=ON;
    PRAGMA cache_size=-512;
"""

# An identity column that SQLite takes for its own row id.
Position = BigInteger().with_variant(Integer(), "sqlite")


class Timestamp(TypeDecorator[datetime]):
    """An instant in UTC. SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Refuse an instant without a zone: nobody can say when it was."""
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Give the instant back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def tables() -> MetaData:
    """Return fresh metadata with the constraint names that migrations rely on."""
    return MetaData(naming_convention=NAMING)


def refers_to(column: str) -> ForeignKey:
    """Return a foreign key that is checked at commit.

    What one transaction adds may then be written in any order: a case before its referral.
    """
    return ForeignKey(column, deferrable=True, initially="DEFERRED")


class Aggregate(MappedAsDataclass, kw_only=True):
    """What every aggregate has: an id, and two numbers that count different things.

    ``row_version`` counts every change and is the ETag; ``event_version`` counts the events
    published, from 1 without a gap. ``told_as`` is the field that names it in events: where a
    change of it has no event, the change feed tells of it by that alone.
    """

    told_as: ClassVar[str] = ""
    id: Mapped[UUID] = mapped_column(primary_key=True)
    row_version: Mapped[int] = mapped_column(init=False)
    event_version: Mapped[int] = mapped_column(init=False, default_factory=int, insert_default=0)


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """The declarative base that each service derives its own from, with metadata of its own."""

    __abstract__ = True
    type_annotation_map = {datetime: Timestamp()}

    def __init_subclass__(cls, **options: Any) -> None:
        """Have the attributes of a mapped class read and set where they lie."""
        super().__init_subclass__(**options)
        lay_down(cls)


class DatabaseAway(ConnectionError):
    """PostgreSQL does not answer: nobody needs to wait to find that out again."""


class Database:
    """One service's database: a single writer on SQLite, a pool on PostgreSQL.

    SQLite: every transaction that may write is begun with ``BEGIN IMMEDIATE`` on one connection
    (a deferred one fails at once when another wrote in between, and silently loses updates);
    reads have connections of their own. Either begins with its first statement.
    """

    def __init__(self, url: str, *, schema: str | None = None, deferred: bool = False) -> None:
        """Take a URL and, on PostgreSQL, a schema that unqualified names are in.

        On SQLite, one that is ``deferred`` locks a file when it first writes to it: of several
        files it may then read some that others write to.
        """
        self.url = _async_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            begin = "BEGIN" if deferred else "BEGIN IMMEDIATE"
            self._writer = _sqlite_engine(self.url, connections=1, begin=begin)
            self._reader = _sqlite_engine(self.url, connections=4, begin="BEGIN")
        else:
            self._writer = self._reader = server.engine(self.url, self._connected, schema)
            self._open = server.watched(self._writer)
        self._away = False
        self.trouble: str | None = None

    @property
    def engine(self) -> AsyncEngine:
        """The engine that may write."""
        return self._writer

    @property
    def plain_url(self) -> str:
        """The URL as PostgreSQL's own tools take it."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    async def connect(self) -> Any:
        """Return a connection to PostgreSQL outside the pool, made as the pool makes its own."""
        return await self._connected()

    async def _connected(self, **options: Any) -> Any:
        """Connect, and keep in ``trouble`` why that failed last, for whoever asks after health."""
        try:
            connection = await server.connect(self.plain_url, **options)
        except Exception as error:
            spoilt = any(server.file_faults(self.plain_url))
            self._note(OWN_FILE_UNUSABLE if spoilt else reason_of(error))
            raise
        self.trouble = None
        return connection

    def _note(self, reason: str) -> None:
        if reason != self.trouble:
            log.warning("database-not-reached", extra={"reason": reason})
        self.trouble = reason

    def heartbeat(self, *, answers: bool) -> None:
        """Note whether PostgreSQL answers; if not, end what waits for it, at once."""
        ending = not answers and not self._away
        self._away = not answers
        for connection in list(self._open) if ending else ():
            try:
                connection.terminate()
            except Exception as error:  # noqa: BLE001 - one that cannot be ended keeps no other open
                log.warning("connection-not-ended", extra={"error": type(error).__name__})

    def _check_present(self) -> None:
        if self._away:
            raise DatabaseAway

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that may write; it commits when the block ends well."""
        self._check_present()
        async with self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction for reading, seeing one state of the database throughout."""
        self._check_present()
        async with self._reader.connect() as connection:
            if not self.is_sqlite:
                await connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            yield connection

    async def check(self) -> None:
        """Make sure at start that the database answers and, on SQLite, is whole."""
        async with self.writing() as connection:
            if not self.is_sqlite:
                await connection.execute(text("SELECT 1"))
                return
            verdict = (await connection.execute(text("PRAGMA quick_check"))).scalar_one()
            if verdict != "ok":
                raise sqlite3.DatabaseError("the database file is damaged")

    async def close(self) -> None:
        """Close every connection; a server that is away is not waited for, and fails nothing."""
        for engine in dict.fromkeys((self._writer, self._reader)):
            try:
                async with asyncio.timeout(None if self.is_sqlite else CLOSE_SECONDS):
                    await engine.dispose()
            except Exception as error:  # noqa: BLE001 - the connections end with the process
                log.warning("database-not-closed", extra={"error": type(error).__name__})


def _async_url(url: str) -> URL:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        return parsed.set(drivername="sqlite+compiled_once")
    return parsed.set(drivername="postgresql+asyncpg")


class SQLite(SQLiteDialect_aiosqlite):
    """What is compiled for one file is used for all: each engine would compile it anew."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        """Say whether a statement is compiled alike."""
        return type(other) is type(self)

    def __hash__(self) -> int:
        """Return the same for all."""
        return hash(type(self))


registry.register("sqlite.compiled_once", __name__, "SQLite")
_COMPILED: Final[LRUCache[Any, Any]] = LRUCache(COMPILED)


def _sqlite_engine(url: URL, *, connections: int, begin: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=60,
        connect_args={
            "timeout": 5,
            "isolation_level": None,  # we say BEGIN ourselves, below
            "cached_statements": PREPARED,
        },
    )

    @event.listens_for(engine.sync_engine, "do_connect")
    def _connect(_: Any, __: Any, ___: Any, parameters: dict[str, Any]) -> None:
        parameters["async_creator_fn"] = _sqlite_connection

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    @event.listens_for(engine.sync_engine, "invalidate")
    def _undo(connection: Any, *_: Any) -> None:
        # A statement that was cancelled is not done yet, and until it is, closing undoes nothing:
        # nobody else could write before the collector came round.
        with suppress(sqlite3.Error):
            connection.rollback()

    end_on_failed_sync(engine.sync_engine)
    engine.update_execution_options(compiled_cache=_COMPILED)
    return engine


async def _sqlite_connection(*arguments: Any, **parameters: Any) -> aiosqlite.Connection:
    """Make a connection; if that is cancelled half-way, close it: nobody else knows of it."""
    making = asyncio.ensure_future(_configured(Connection(*arguments, **parameters)))
    try:
        return await asyncio.shield(making)
    except asyncio.CancelledError:
        with suppress(Exception):  # it could not be made, or is closed: nothing is left of it
            await (await making).close()
        raise


async def _configured(connection: aiosqlite.Connection) -> aiosqlite.Connection:
    """Open a connection that keeps what it is told to."""
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy has it, so that it does not outlive us
    await connection
    try:
        await connection.executescript(PRAGMAS)
    except BaseException:
        await connection.close()
        raise
    return connection


def lock_number(name: str) -> int:
    """Return the number by which PostgreSQL knows an advisory lock."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def kind_in_words(kind: type[Any]) -> str:
    """Return a class's name as people write it: `StaffMember` is a staff member."""
    name = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind.__name__)
    return name.strip()
