"""What a service keeps of its imports: the files that wait, and what became of each row.

A file is people's data: it stays in the service's own database, and goes when its import ends. Of
a row that was refused what it said is kept for a time, so that it can be mended and sent again.
"""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import (
    JSON,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
    delete,
    null,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.clock import midnight
from libs.common.persistence.db import Position, Timestamp, tables

ROWS_KEPT: Final = timedelta(days=30)
"""How long what a refused row said is kept after its import has ended."""
OUTCOMES_KEPT: Final = timedelta(days=366)
"""How long an import and its outcomes are kept after it has ended."""

metadata = tables()

# Imports are carried out in the order of their numbers. The caller is who sent it, with their
# rights of that moment; `version` counts each change.
import_job = Table(
    "import_job",
    metadata,
    Column("number", Position, primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("mode", String(10), nullable=False),
    Column("atomic", String(10), nullable=False),
    Column("form", JSON, nullable=False),
    Column("subject", String(200), nullable=False),
    Column("caller", JSON, nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("traceparent", String(55), nullable=False),
    Column("recorded_at", Timestamp),
    Column("posted_at", Timestamp, nullable=False),
    Column("ended_at", Timestamp),
    Column("state", String(10), nullable=False),
    Column("version", Integer, nullable=False),
    Column("rows", Integer),
    Column("created", Integer, nullable=False, default=0),
    Column("updated", Integer, nullable=False, default=0),
    Column("unchanged", Integer, nullable=False, default=0),
    Column("superseded", Integer, nullable=False, default=0),
    Column("skipped", Integer, nullable=False, default=0),
    Column("refused", Integer, nullable=False, default=0),
    Column("problem", JSON(none_as_null=True)),
    Index("ix_import_job_state_number", "state", "number"),
)

# A file by itself: the import's own row, which changes with each chunk, is not to carry it along.
import_file = Table(
    "import_file",
    metadata,
    Column("import_id", Uuid, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

# The primary key is what keeps a row from being carried out twice: its outcome is written in the
# transaction that carries it out. `sent` is the row as it was sent, where it was refused.
import_row = Table(
    "import_row",
    metadata,
    Column("import_id", Uuid, primary_key=True),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("outcome", String(10), nullable=False),
    Column("id", Uuid),
    Column("holds_from", Date),
    Column("key", JSON(none_as_null=True)),
    Column("code", String(100)),
    Column("faults", JSON(none_as_null=True)),
    Column("sent", Text),
)


def add_import_tables(to: MetaData) -> None:
    """Have a service's schema hold its imports."""
    for table in metadata.sorted_tables:
        table.to_metadata(to)


async def forget_imports(connection: AsyncConnection, today: date) -> None:
    """Delete what refused rows said, and later what is left of an import, when their time is up."""
    job, row = import_job.c, import_row.c
    began = midnight(today)
    said = select(job.id).where(job.ended_at < began - ROWS_KEPT)
    cleared = update(import_row).where(row.import_id.in_(said), row.sent.is_not(None))
    await connection.execute(cleared.values(sent=null()))
    over = select(job.id).where(job.ended_at < began - OUTCOMES_KEPT)
    await connection.execute(delete(import_row).where(row.import_id.in_(over)))
    await connection.execute(delete(import_job).where(job.id.in_(over)))
