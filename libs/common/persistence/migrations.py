"""Each service's schema: one Alembic history, the same on SQLite and PostgreSQL."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from alembic import command, context
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.failpoints import failpoint
from libs.common.persistence import tables
from libs.common.persistence.db import Database, Timestamp


def configuration(folder: Path) -> Config:
    """Return Alembic's configuration for one service's migrations folder."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("file_template", "%%(slug)s")
    return config


def run(metadata: MetaData) -> None:
    """Run what a service's ``env.py`` is asked to, on the connection it was given."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=[tables.metadata, metadata],
        render_as_batch=True,
        render_item=_render_plainly,
        user_module_prefix="sa.",
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


def _render_plainly(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Write our own types as the plain ones they are kept as: revisions import nothing of ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Timestamp) else False


_LIMITS = ("lock_timeout", "statement_timeout")
_TURN = 7_405_918_233_610_442_761
"""The number, drawn once, of the lock under which one process at a time migrates a database."""


async def upgrade(database: Database, folder: Path) -> None:
    """Bring a database to the newest revision; of two at once the second finds it done."""

    def run_upgrade(connection: Connection) -> None:
        config = configuration(folder)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async with database.writing() as connection:
        if not database.is_sqlite:
            await _wait_for_turn(connection)
        await connection.run_sync(run_upgrade)
        await failpoint("migration.before-commit")


async def _wait_for_turn(connection: AsyncConnection) -> None:
    """Wait, for as long as it takes, until nobody else migrates; SQLite's writer waits anyway."""
    for limit in _LIMITS:
        await connection.execute(text(f"SET LOCAL {limit} = 0"))
    await connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
    for limit in _LIMITS:
        await connection.execute(text(f"SET LOCAL {limit} TO DEFAULT"))


@cache
def _head(folder: Path) -> str | None:
    """Return the newest revision there is: a process reads every file of the history once."""
    return ScriptDirectory.from_config(configuration(folder)).get_current_head()


async def schema_is_current(database: Database, folder: Path) -> bool:
    """Say whether a database is at the revision this code was written for."""

    def revision(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with database.writing() as connection:
        return await connection.run_sync(revision) == _head(folder)
