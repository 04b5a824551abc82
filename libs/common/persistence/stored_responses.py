"""What was answered to a command with an Idempotency-Key, given again to the same command."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.persistence import tables

# Made once: to put a statement together costs more than to carry it out.
_STORED = select(tables.idempotency).where(
    tables.idempotency.c.caller == bindparam("caller"),
    tables.idempotency.c.key == bindparam("key"),
)


@dataclass(frozen=True)
class StoredResponse:
    """An answer as it is stored and given again, with the fingerprint of the command."""

    fingerprint: str
    status: int
    headers: dict[str, str]
    body: bytes

    def row(self, caller: str, key: str, at: datetime) -> dict[str, Any]:
        """Return the row of the table that stores it."""
        return {"caller": caller, "key": key, "at": at, **asdict(self)}


def fingerprint(parts: Sequence[bytes]) -> str:
    """Return the hash by which the same command is known again."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


async def stored_response(
    connection: AsyncConnection, caller: str, key: str
) -> StoredResponse | None:
    """Return what this caller was answered under this key."""
    row = (await connection.execute(_STORED, {"caller": caller, "key": key})).one_or_none()
    return StoredResponse(row.fingerprint, row.status, row.headers, row.body) if row else None
