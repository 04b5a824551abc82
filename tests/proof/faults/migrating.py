"""Trials of migrations: killed anywhere, a schema is the old or the new, and goes on from there."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    inspect,
    select,
)

from libs.common.persistence import tables
from libs.common.persistence.db import Database
from libs.common.persistence.migrations import schema_is_current
from libs.common.runtime.manifest import Service
from tests.proof.faults.jobs import do, migrates, run_job
from tests.proof.faults.tracing import Fault, hits
from tests.worlds import EMBEDDED, _admin, _database_url

ENV = """from libs.common.persistence.migrations import run
from tests.proof.faults.migrating import METADATA

run(METADATA)
"""
HEAD = '''"""A revision."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = {revision!r}, {before!r}
branch_labels = depends_on = None


def upgrade() -> None:
'''
FIRST = """
    op.create_table(
        "thing",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(20), nullable=False),
    )
"""
SECOND = """
    op.create_table(
        "owner",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(20), nullable=False),
    )
    with op.batch_alter_table("thing") as batch:
        batch.add_column(sa.Column("owner", sa.Integer()))
    for half in (0, 1):
        op.execute(f"INSERT INTO owner SELECT id, name FROM thing WHERE id % 2 = {half}")
    op.execute("UPDATE thing SET owner = id")
    with op.batch_alter_table("thing") as batch:
        batch.alter_column("owner", existing_type=sa.Integer(), nullable=False)
        batch.drop_column("name")
"""
"""New tables, tables made anew (SQLite can alter none) and rows carried over, in batches."""

METADATA = MetaData()
THING = Table(
    "thing",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("owner", Integer, nullable=False),
)
OWNER = Table(
    "owner",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(20), nullable=False),
)
OLD_THING = Table(
    "thing", MetaData(), Column("id", Integer, primary_key=True), Column("name", String(20))
)
ROWS = [(number, f"thing {number}") for number in range(200)]


def history(folder: Path, *, revisions: int) -> Path:
    """Write a history of one or two revisions."""
    versions = folder / f"history-{revisions}" / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    (versions.parent / "env.py").write_text(ENV)
    for number, body in [(1, FIRST), (2, SECOND)][:revisions]:
        head = HEAD.format(revision=f"{number}", before=f"{number - 1}" if number > 1 else None)
        (versions / f"{number}.py").write_text(head + body)
    return versions.parent


@asynccontextmanager
async def empty(kind: str, folder: Path) -> AsyncIterator[str]:
    """Make a database with nothing in it."""
    if kind == EMBEDDED:
        yield f"sqlite:///{folder / f'{uuid4().hex}.db'}"
        return
    name = f"test_{uuid4().hex}"
    await _admin(f'CREATE DATABASE "{name}"')
    try:
        yield _database_url(name)
    finally:
        await _admin(f'DROP DATABASE "{name}" WITH (FORCE)')


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _at_first(kind: str, folder: Path) -> AsyncIterator[str]:
    """Make a database at the first revision, with rows."""
    async with empty(kind, folder) as url:
        await do(partial(migrates, url, history(folder, revisions=1)), folder)
        async with _opened(url) as database, database.writing() as connection:
            rows = [{"id": id_, "name": name} for id_, name in ROWS]
            await connection.execute(insert(OLD_THING), rows)
        yield url


async def _new_and_whole(url: str, migrations: Path) -> bool:
    """Make sure that the schema is wholly old or wholly new, with every row; say whether new."""
    async with _opened(url) as database:
        new = await schema_is_current(database, migrations)
        async with database.writing() as connection:
            there = set(await connection.run_sync(lambda c: inspect(c).get_table_names()))
            if new:
                assert await connection.run_sync(drift, METADATA) == []
                query = select(THING.c.id, OWNER.c.name).join(OWNER, OWNER.c.id == THING.c.owner)
            else:
                assert there == {"alembic_version", "thing"}
                query = select(OLD_THING.c.id, OLD_THING.c.name)
            assert (await connection.execute(query.order_by(THING.c.id))).all() == ROWS
    return new


def drift(connection: Connection, *of: MetaData) -> list[object]:
    """Return what a database's tables have beyond or short of what the code says."""
    both = MetaData()
    for table in (table for metadata in of for table in metadata.sorted_tables):
        table.to_metadata(both)
    return list(compare_metadata(MigrationContext.configure(connection), both))


async def killed_before(statement: int, kind: str, folder: Path) -> bool:
    """Kill a migration before its nth statement; return whether it had that many."""
    async with _at_first(kind, folder) as url:
        migrations = history(folder, revisions=2)
        code = await run_job(partial(migrates, url, migrations, statement), folder)
        assert code in {0, -signal.SIGKILL}
        assert await _new_and_whole(url, migrations) == (code == 0)
        await do(partial(migrates, url, migrations), folder)
        assert await _new_and_whole(url, migrations)
    return code != 0


async def killed_before_each(kind: str, folder: Path) -> int:
    """Kill one migration before its first statement, its second and so on; return how many."""
    async with _at_first(kind, folder) as url:
        migrations = history(folder, revisions=2)
        statement = 1
        while await run_job(partial(migrates, url, migrations, statement), folder) != 0:
            assert not await _new_and_whole(url, migrations)
            statement += 1
        assert await _new_and_whole(url, migrations)
    return statement - 1


async def failing_disk(fault: Fault, folder: Path) -> bool:
    """Have the disk under a migration fail; return whether that came about."""
    async with _at_first(EMBEDDED, folder) as url:
        migrations = history(folder, revisions=2)
        code = await run_job(partial(migrates, url, migrations), folder, fault=fault)
        new = await _new_and_whole(url, migrations)
        assert new or code != 0, "what was said to be done is there"
        await do(partial(migrates, url, migrations), folder)
        assert await _new_and_whole(url, migrations)
    return code == -signal.SIGKILL or hits(folder / "strace") > 0


async def killed_before_commit(service: Service, kind: str, folder: Path) -> None:
    """Kill a service's own migrations as they are about to be committed."""
    async with empty(kind, folder) as url:
        work = partial(migrates, url, service.migrations)
        assert await run_job(work, folder, "migration.before-commit:kill:1") == -signal.SIGKILL
        assert await _tables(url) == []
        await do(work, folder)
        await _is_of(service, url)


async def two_at_once(service: Service, kind: str, folder: Path) -> None:
    """Migrate a database twice at once: the second begins before the first has committed."""
    async with empty(kind, folder) as url:
        work = partial(migrates, url, service.migrations)
        first = asyncio.create_task(run_job(work, folder, "migration.before-commit:pause:1"))
        assert (await run_job(work, folder), await first) == (0, 0)
        await _is_of(service, url)


async def _tables(url: str) -> list[str]:
    async with _opened(url) as database, database.writing() as connection:
        return await connection.run_sync(lambda sync: inspect(sync).get_table_names())


async def _is_of(service: Service, url: str) -> None:
    async with _opened(url) as database:
        assert await schema_is_current(database, service.migrations)
        async with database.writing() as connection:
            assert await connection.run_sync(drift, tables.metadata, service.metadata) == []
