"""PostgreSQL databases dumped at one moment: writers are held for milliseconds, and go on."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from deploy.backup.manifest import PRIVATE, BackupError, Contents, contents
from deploy.backup.tools import run, tool
from deploy.services import BY_NAME
from libs.common.persistence.db import Database
from libs.common.runtime.settings import CommonSettings

TRIES = 30
_LOCK_NOT_AVAILABLE = "55P03"
_FENCE = text("LOCK TABLE event, consumer_position IN SHARE MODE")
"""Neither an event nor a listener's position is committed while this is held."""
_PATIENT = (
    text("SET LOCAL statement_timeout = 0"),
    text("SET LOCAL idle_in_transaction_session_timeout = 0"),
)
_MAJOR = text("SELECT current_setting('server_version_num')::int / 10000")


@dataclass(frozen=True)
class Snapshot:
    """One state of a database, for as long as its connection lasts."""

    connection: AsyncConnection
    name: str


async def dump_at_once(
    settings: Mapping[str, CommonSettings], folder: Path
) -> tuple[datetime, dict[str, Contents], dict[str, str]]:
    """Dump databases as they are at one moment; return when that was, what is in them, versions."""
    async with AsyncExitStack() as stack:
        databases = {
            name: await stack.enter_async_context(_opened(told.database_url))
            for name, told in settings.items()
        }
        moment, snapshots = await _snapshots(databases, stack)
        found, versions = {}, {}
        for name, told in settings.items():
            at = snapshots[name]
            major = (await at.connection.execute(_MAJOR)).scalar_one()
            program, target = tool("pg_dump", major), folder / f"{name}.dump"
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
            await run(
                program,
                told.database_url,
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                "--exclude-schema=fresh",  # a rebuild's
                "--exclude-schema=old",
                f"--snapshot={at.name}",
                f"--file={target}",
            )
            found[name] = await contents(at.connection, BY_NAME[name].metadata)
            versions[f"postgresql-{name}"] = str(major)
    return moment, found, versions


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


async def _snapshots(
    databases: Mapping[str, Database], stack: AsyncExitStack
) -> tuple[datetime, dict[str, Snapshot]]:
    """Hold all writers at once, fix what a reader of each database sees, and let them go on.

    Whoever holds one of them for longer than a second is not waited for while others wait for us:
    all are released, and it is tried again.
    """
    for _ in range(TRIES):
        async with AsyncExitStack() as fences:
            try:
                for database in databases.values():
                    fence = await fences.enter_async_context(database.engine.connect())
                    await fence.execute(text("SET LOCAL lock_timeout = '1s'"))
                    await fence.execute(_FENCE)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                    raise
            else:
                snapshots = {s: await _snapshot(one, stack) for s, one in databases.items()}
                return datetime.now(UTC), snapshots
        await asyncio.sleep(0.5)
    raise BackupError("a long transaction holds the tables: try again when it has ended")


async def _snapshot(database: Database, stack: AsyncExitStack) -> Snapshot:
    connection = await stack.enter_async_context(database.reading())
    name = (await connection.execute(text("SELECT pg_export_snapshot()"))).scalar_one()
    for setting in _PATIENT:
        await connection.execute(setting)
    return Snapshot(connection, name)


async def restore(url: str, dump: Path, taken_from: int) -> None:
    """Fill an empty database from a dump, wholly or not at all."""
    async with _opened(url) as database, database.reading() as connection:
        major = (await connection.execute(_MAJOR)).scalar_one()
    await run(
        tool("pg_restore", max(major, taken_from)),
        url,
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        dump,
    )


async def users(database: Database) -> int:
    """Return how many other connections a database has."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    async with database.reading() as connection:
        return int((await connection.execute(query)).scalar_one())


async def tables_in(database: Database) -> list[str]:
    """Return the tables there are, with their schemas, as they are named in a statement."""
    query = text(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
        " WHERE schemaname IN ('public', 'fresh', 'old') ORDER BY 1"
    )
    async with database.reading() as connection:
        return list((await connection.execute(query)).scalars())


async def drop(database: Database, tables: list[str]) -> None:
    """Remove tables and all that is in them, and the functions of their triggers."""
    functions = text(
        "SELECT oid::regprocedure::text FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype"
        " AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass"
        " AND objid = pg_proc.oid AND deptype = 'e')"  # an extension's are not ours
    )
    async with database.writing() as connection:
        await connection.execute(text(f"DROP TABLE {', '.join(tables)} CASCADE"))
        for function in (await connection.execute(functions)).scalars().all():
            await connection.execute(text(f"DROP FUNCTION {function}"))
