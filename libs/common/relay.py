"""The relay: carries a service's events from its event table to the bus, in order, none lost."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, insert, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.bus.base import Bus
from libs.common.db import Database, lock_number
from libs.common.events.base import Envelope
from libs.common.failpoints import failpoint
from libs.common.supervisor import Works
from libs.common.tables import event, relay_position

MOST_AT_ONCE = 1_000
LOOK_AGAIN_SECONDS = 0.1
GATHER_SECONDS = 0.02
"""How long a commit waits for others to be published with it: a turn for each alone costs as much
as the commands themselves."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far was published: everything up to this transaction number and position."""

    xid: int
    position: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the relay still has to publish, for health and metrics."""

    pending: int
    horizon_age_seconds: float


@dataclass(frozen=True, slots=True)
class Owner:
    """Holds the relay's lock, on a connection of its own where the database has many users."""

    connection: AsyncConnection | None


class Relay:
    """Publishes one service's events; of several processes, the one that holds the lock does.

    On PostgreSQL a sequence is given out in another order than transactions commit, so the relay
    reads by transaction number and only up to the oldest one still open. An aggregate's row lock
    orders its versions, but a lower transaction may carry a higher version: so each batch takes
    an aggregate whole and sends it in version order.
    """

    def __init__(self, service: str, database: Database, bus: Bus) -> None:
        self._service = service
        self._database = database
        self._bus = bus
        self._woken = asyncio.Event()
        self.published = 0

    def wake(self) -> None:
        """Say that something was committed."""
        self._woken.set()

    async def run(self, works: Works = lambda: None) -> None:
        """Publish until cancelled, or until something fails: then it is to be started again.

        Whatever the failure, the events are still in the table and are sent again from the cursor
        with the same ids.
        """
        while True:
            await self._publish_while_owner(works)

    async def _publish_while_owner(self, works: Works) -> None:
        async with self._ownership() as owner:
            while owner:
                self._woken.clear()
                if await self.publish_once(owner.connection) < MOST_AT_ONCE:
                    await self._wait()
                works()
            await asyncio.sleep(1)
            works()

    async def publish_once(self, connection: AsyncConnection | None = None) -> int:
        """Publish one batch and move the cursor; return how many events were sent."""
        async with self._transaction(connection) as open_:
            cursor = await self._cursor(open_)
            rows = await self._batch(open_, cursor)
        if not rows:
            return 0
        await failpoint("relay.selected")
        await self._bus.publish(self._service, [self._envelope(row) for row in _in_order(rows)])
        await failpoint("relay.acknowledged")
        last = rows[min(len(rows), MOST_AT_ONCE) - 1]
        async with self._transaction(connection) as open_:
            await self._move(open_, cursor, Cursor(last.xid, last.position))
            await failpoint("relay.moved")
        await failpoint("relay.committed")
        self.published += len(rows)
        return len(rows)

    @asynccontextmanager
    async def _transaction(
        self, connection: AsyncConnection | None
    ) -> AsyncIterator[AsyncConnection]:
        if connection is None:
            async with self._database.writing() as own:
                yield own
            return
        async with connection.begin():
            yield connection

    async def _cursor(self, connection: AsyncConnection) -> Cursor:
        row = (await connection.execute(select(relay_position))).one_or_none()
        if row is None:
            await connection.execute(insert(relay_position), {"id": 1, "xid": 0, "position": 0})
            return Cursor(0, 0)
        return Cursor(row.xid, row.position)

    async def _batch(self, connection: AsyncConnection, cursor: Cursor) -> Sequence[Row[Any]]:
        """Return the next events, and behind them what else is finished of their aggregates."""
        ahead = _ahead(cursor, connection)
        order = (event.c.xid, event.c.position)
        window = (
            await connection.execute(
                select(event).where(ahead).order_by(*order).limit(MOST_AT_ONCE)
            )
        ).all()
        if len(window) < MOST_AT_ONCE or self._database.is_sqlite:
            return window
        subjects = {row.subject for row in window}
        last = (window[-1].xid, window[-1].position)
        beyond = and_(ahead, tuple_(*order) > last, event.c.subject.in_(subjects))
        return [*window, *(await connection.execute(select(event).where(beyond))).all()]

    async def _move(self, connection: AsyncConnection, old: Cursor, new: Cursor) -> None:
        moved = await connection.execute(
            update(relay_position)
            .where(relay_position.c.xid == old.xid, relay_position.c.position == old.position)
            .values(xid=new.xid, position=new.position)
        )
        if moved.rowcount != 1:
            raise RuntimeError("another relay moved the position")

    async def _wait(self) -> None:
        """Wait to be woken, or for a tenth of a second; then let some more be committed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                await self._woken.wait()
                await asyncio.sleep(GATHER_SECONDS)

    @asynccontextmanager
    async def _ownership(self) -> AsyncIterator["Owner | None"]:
        """Hold the service's relay lock on the very connection that moves the position.

        If the connection dies the lock goes with it, and so does the power to move anything.
        An SQLite file has one process, which holds the file; no connection is kept from others.
        """
        if self._database.is_sqlite:
            yield Owner(None)
            return
        async with self._database.engine.connect() as connection:
            try:
                locked = await take_lock(connection, f"relay:{self._service}")
                yield Owner(connection) if locked else None
            finally:
                await connection.invalidate()  # back in its pool it would keep the lock

    async def backlog(self, connection: AsyncConnection) -> Backlog:
        """Return how many events wait, and how long the oldest open transaction has been open."""
        cursor = await self._cursor_or_start(connection)
        waiting = tuple_(event.c.xid, event.c.position) > (cursor.xid, cursor.position)
        query = select(func.count()).select_from(event).where(waiting)
        pending = (await connection.execute(query)).scalar_one()
        return Backlog(pending, await _horizon_age(connection))

    async def _cursor_or_start(self, connection: AsyncConnection) -> Cursor:
        row = (await connection.execute(select(relay_position))).one_or_none()
        return Cursor(row.xid, row.position) if row else Cursor(0, 0)

    def _envelope(self, row: Row[Any]) -> Envelope:
        return Envelope(
            id=row.id,
            source=self._service,
            type=row.type,
            subject=row.subject,
            sequence=row.sequence,
            time=row.time,
            data=row.data.encode(),
            traceparent=row.traceparent,
        )


def _ahead(cursor: Cursor, connection: AsyncConnection) -> ColumnElement[bool]:
    """Return the condition for finished events after the cursor."""
    after = tuple_(event.c.xid, event.c.position) > (cursor.xid, cursor.position)
    if connection.dialect.name == "sqlite":
        return event.c.position > cursor.position
    return and_(after, event.c.xid < text("pg_snapshot_xmin(pg_current_snapshot())::text::bigint"))


def _in_order(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Keep the rows' order but put each aggregate's own events in version order."""
    by_subject: dict[Any, list[Row[Any]]] = {}
    for row in rows:
        by_subject.setdefault(row.subject, []).append(row)
    turns = {
        subject: iter(sorted(of_one, key=lambda row: row.sequence))
        for subject, of_one in by_subject.items()
    }
    return [next(turns[row.subject]) for row in rows]


async def take_lock(connection: AsyncConnection, name: str) -> bool:
    """Take a lock that lasts as long as the connection; False when another holds it."""
    query = text("SELECT pg_try_advisory_lock(:number)")
    async with connection.begin():
        return bool((await connection.execute(query, {"number": lock_number(name)})).scalar_one())


async def _horizon_age(connection: AsyncConnection) -> float:
    if connection.dialect.name == "sqlite":
        return 0.0
    query = text(
        "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(xact_start)), 0)"
        " FROM pg_stat_activity WHERE backend_xid IS NOT NULL"
    )
    return float((await connection.execute(query)).scalar_one())
