"""The sealer: puts a seal on every committed audit row, seconds after, away from the commands."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.audit.anchor import Anchors
from libs.common.audit.chain import AuditFiles, Chain, Head
from libs.common.core.supervisor import Works
from libs.common.persistence.db import Database
from libs.common.persistence.tables import audit, audit_seal

log = logging.getLogger(__name__)

MOST_AT_ONCE = 1_000
NUMBERS_A_QUERY = 100_000
SECONDS_TO_FINISH = 5.0


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How often the sealer looks, in seconds, and how far back.

    A row may be committed after rows of higher numbers, so what was found sealed is looked
    through again for ``hold_back``, and everything every ``look_through``.
    """

    look_again: float = 2.0
    hold_back: float = 120.0
    look_through: float = 3_600.0
    anchor: float = 600.0


@dataclass(frozen=True, slots=True)
class Unsealed:
    """How many committed rows bear no seal yet, and since when the oldest of them waits."""

    rows: int
    oldest: datetime | None

    def age(self, now: datetime) -> float:
        """Return for how many seconds the oldest has waited; 0 where none waits."""
        return max(0.0, (now - self.oldest).total_seconds()) if self.oldest else 0.0


@dataclass(frozen=True, slots=True)
class _Passed:
    """When everything up to this number was found sealed, on the monotonic clock."""

    at: float
    number: int


class Sealer:
    """Seals one service's audit, in whatever order the rows are found: that order is the chain's.

    A sequence is given out in another order than transactions commit, so what is not sealed is
    found by looking for rows without a seal, never for numbers above the last. Of several sealers
    one appends at a time: under a lock where there are many, and only behind the head it read.
    """

    def __init__(
        self, service: str, database: Database, files: AuditFiles, pace: Pace | None = None
    ) -> None:
        self._service = service
        self._database = database
        self._chain = Chain(service, files.key)
        self._anchors = Anchors(service, files.heads)
        self._pace = pace or Pace()
        self._low = 0
        self._passed: _Passed | None = None
        self._looked_through = monotonic()
        self._head: Head | None = None
        self._writing: asyncio.Task[bool] | None = None
        self._anchored: Head | None = None
        self._anchored_at = float("-inf")

    async def run(self, works: Works = lambda: None) -> None:
        """Seal until cancelled, or until something fails: then it is to be started again.

        Whatever the failure, the rows are still in the table.
        """
        while True:
            await self.seal()
            if monotonic() - self._anchored_at >= self._pace.anchor:
                self.anchor()
            works()
            await asyncio.sleep(self._pace.look_again)

    async def finish(self) -> None:
        """Seal what is left and anchor the head, at a clean stop; a failure is only logged."""
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(SECONDS_TO_FINISH):
                    if self._writing is not None:
                        await asyncio.wait([self._writing])
                    await self.seal()
            self.anchor()
        except Exception as error:  # noqa: BLE001 - any failure: the rows wait in the table
            log.warning("sealer-not-finished", extra={"error": type(error).__name__})

    def anchor(self) -> None:
        """Write the head down outside the database, if there is a new one."""
        if self._head is None or self._head == self._anchored:
            return
        self._anchors.write(self._head)
        self._anchored, self._anchored_at = self._head, monotonic()

    async def seal(self) -> int:
        """Seal every committed row that bears no seal; return how many were sealed."""
        self._remember_less()
        sealed, at = 0, self._low
        newest = await self._newest()
        while at < newest:
            upto = min(at + NUMBERS_A_QUERY, newest)
            head, rows = await self._look(at, upto)
            if rows and not await self._append(head, rows):
                return sealed  # another sealer was quicker: look again next time
            sealed += len(rows)
            at = rows[-1].number if len(rows) == MOST_AT_ONCE else upto
        self._remember(newest)
        return sealed

    async def _newest(self) -> int:
        async with self._database.reading() as connection:
            return (await connection.execute(select(func.max(audit.c.number)))).scalar_one() or 0

    async def _look(self, after: int, upto: int) -> tuple[Head, Sequence[Row[Any]]]:
        """Return the head and the next rows without a seal, as one state of the database."""
        query = select(audit).where(without_seal(after, upto)).order_by(audit.c.number)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query.limit(MOST_AT_ONCE))).all()
            return await self._head_in(connection), rows

    async def _append(self, head: Head, rows: Sequence[Row[Any]]) -> bool:
        """Seal rows behind the head; False where it is the head no more."""
        seals = []
        last = head
        for row in rows:
            last = Head(last.seal + 1, self._chain.follow(last.mac, last.seal + 1, row))
            seals.append({"seal": last.seal, "number": row.number, "mac": last.mac})
        self._writing = asyncio.create_task(self._write(seals, head, last))
        return await asyncio.shield(self._writing)

    async def _write(self, seals: list[dict[str, Any]], head: Head, last: Head) -> bool:
        """Write seals in one short transaction, which a cancelled sealer lets come to its end.

        One torn off could keep SQLite's only writer locked until its remains are collected.
        """
        async with self._database.writing() as connection:
            if not await self._sole(connection) or await self._head_in(connection) != head:
                return False
            await connection.execute(insert(audit_seal), seals)
        self._head = last
        return True

    async def _sole(self, connection: AsyncConnection) -> bool:
        """Lock out other sealers until this transaction ends; SQLite has one writer anyway."""
        if self._database.is_sqlite:
            return True
        query = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
        locked = await connection.execute(query, {"name": f"seal:{self._service}"})
        return bool(locked.scalar_one())

    async def _head_in(self, connection: AsyncConnection) -> Head:
        query = select(audit_seal.c.seal, audit_seal.c.mac).order_by(audit_seal.c.seal.desc())
        row = (await connection.execute(query.limit(1))).one_or_none()
        return Head(row.seal, row.mac) if row else self._chain.start

    def _remember(self, newest: int) -> None:
        """Move the low mark to what was found sealed a while ago and looked through since.

        However many rows that is, the newest 100,000 numbers are enough in between.
        """
        now = monotonic()
        self._low = max(self._low, newest - NUMBERS_A_QUERY)
        if self._passed is None:
            self._passed = _Passed(now, newest)
        elif now - self._passed.at >= self._pace.hold_back:
            self._low = max(self._low, self._passed.number)
            self._passed = _Passed(now, newest)

    def _remember_less(self) -> None:
        now = monotonic()
        if now - self._looked_through >= self._pace.look_through:
            self._low, self._passed, self._looked_through = 0, None, now

    async def unsealed(self, connection: AsyncConnection) -> Unsealed:
        """Return what waits for its seal, for health and metrics."""
        newest = (await connection.execute(select(func.max(audit.c.number)))).scalar_one() or 0
        query = select(func.count(), func.min(audit.c.at))
        row = (await connection.execute(query.where(without_seal(self._low, newest)))).one()
        return Unsealed(row[0], row[1])


def without_seal(after: int, upto: int) -> ColumnElement[bool]:
    """Return the condition for rows without a seal among the numbers (after, upto].

    The seals are bounded too, so that a database never reads more of them than of the rows.
    """
    own = audit_seal.c.number == audit.c.number
    seals = exists().where(own, audit_seal.c.number > after, audit_seal.c.number <= upto)
    return and_(audit.c.number > after, audit.c.number <= upto, ~seals)
