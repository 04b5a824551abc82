"""A hash of a read model's facts: the same for the same log, on either database."""

import hashlib
import json
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import MetaData, select
from sqlalchemy.ext.asyncio import AsyncConnection


async def digest(connection: AsyncConnection, metadata: MetaData) -> str:
    """Return the SHA-256 over every row of every table, in an order that no database decides."""
    total = hashlib.sha256()
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        names = sorted(column.name for column in table.columns)
        query = select(*(table.c[name] for name in names))
        lines = sorted(_line(row) for row in await connection.execute(query))
        total.update(json.dumps([table.name, names]).encode())
        for line in lines:
            total.update(line.encode() + b"\n")
    return total.hexdigest()


def _line(row: Any) -> str:
    return json.dumps([*row], default=_plain, sort_keys=True, ensure_ascii=False)


def _plain(value: UUID | date) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
