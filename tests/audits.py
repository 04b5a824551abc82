"""A service's audit for tests: rows of it, its seals, and a verdict on what was done to them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deploy.audit_verdict import Verdict, verify
from libs.common.audit.anchor import Anchors
from libs.common.audit.chain import AuditFiles, Chain
from libs.common.audit.sealer import Pace, Sealer
from libs.common.persistence.db import Database
from libs.common.persistence.tables import audit, audit_seal

SERVICE = "survey"
BEGAN = datetime(2018, 9, 3, 8, 30, tzinfo=UTC)
Tamper = Callable[[AsyncConnection], Awaitable[None]]


def line(number: int) -> dict[str, Any]:
    """Return a row of the audit under a number of our choice."""
    return {
        "number": number,
        "at": BEGAN + timedelta(seconds=number, microseconds=number),
        "subject": f"caller-{number % 7}",
        "roles": "head-of-service",
        "action": "compliment.record",
        "object": f"ComplimentReceived:{number}",
        "outcome": "done",
        "request_id": f"r-{number}",
    }


@dataclass
class Audit:
    """One audit, its key and its anchors."""

    database: Database
    files: AuditFiles

    @property
    def anchors(self) -> Anchors:
        """Its file of heads."""
        return Anchors(SERVICE, self.files.heads)

    def sealer(self, pace: Pace | None = None) -> Sealer:
        """Return a sealer that was started just now."""
        return Sealer(SERVICE, self.database, self.files, pace)

    async def write(self, numbers: Sequence[int]) -> None:
        """Commit rows."""
        async with self.database.writing() as connection:
            await connection.execute(insert(audit), [line(number) for number in numbers])

    async def seals(self) -> list[tuple[int, int]]:
        """Return each seal's number and its row's, in the order of the chain."""
        async with self.database.reading() as connection:
            query = select(audit_seal.c.seal, audit_seal.c.number).order_by(audit_seal.c.seal)
            return [(row.seal, row.number) for row in await connection.execute(query)]

    async def rows(self) -> int:
        """Return how many rows there are."""
        async with self.database.reading() as connection:
            query = select(func.count()).select_from(audit)
            return int((await connection.execute(query)).scalar_one())

    async def verdict(self, key: bytes | None = None) -> Verdict:
        """Verify it as it is."""
        anchored = self.anchors.read()
        async with self.database.reading() as connection:
            return await verify(connection, Chain(SERVICE, key or self.files.key), anchored)

    async def verdict_after(self, tamper: Tamper) -> Verdict:
        """Verify it as it would be after something was done to it, and undo that."""
        async with self.database.engine.connect() as connection:
            await tamper(connection)
            chain = Chain(SERVICE, self.files.key)
            return await verify(connection, chain, self.anchors.read())


@asynccontextmanager
async def audit_at(url: str, folder: Path) -> AsyncIterator[Audit]:
    """Open the audit of a database."""
    database = Database(url)
    try:
        yield Audit(database, AuditFiles(key=bytes(range(32)), heads=folder / "audit.heads"))
    finally:
        await database.close()
