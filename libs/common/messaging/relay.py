"""The relay: carries a service's events from its event table to the bus, in order, none lost."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Row, and_, func, literal, select, text, tuple_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.base import Envelope
from libs.common.core.failpoints import failpoint
from libs.common.core.supervisor import Works
from libs.common.messaging.bus.base import Bus
from libs.common.messaging.cursor import (
    Cursor,
    CursorMoved,
    Standpoint,
    held,
    move,
    standpoint,
)
from libs.common.messaging.own_topic import OwnTopic, TopicIsAhead
from libs.common.persistence.db import Database, lock_number
from libs.common.persistence.tables import PUBLISHED, event

MOST_AT_ONCE = 1_000
LOOK_AGAIN_SECONDS = 0.1
ALONE_LOOK_AGAIN_SECONDS = 1.0
"""The same where nobody else writes: whoever does so wakes the relay."""
GATHER_SECONDS = 0.02
"""How long a commit waits for others to be published with it: a turn for each alone costs as much
as the commands themselves."""
TOO_LONG = frozenset({"55P03", "57014"})
"""What PostgreSQL says where a lock, or a statement, took longer than it may."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the relay still has to publish, for health and metrics."""

    pending: int
    horizon_age_seconds: float
    topic_ahead: int = 0
    topic_behind: int = 0


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
        self._left: Cursor | None = None
        self.published = 0
        self.topic = OwnTopic(service, database, bus)

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
        if await self.topic.rests():
            works()
            await asyncio.sleep(1)
            return
        try:
            async with self._ownership() as owner:
                if owner:
                    await self._look(owner)
                else:
                    await self.topic.recall()
                self.topic.tell()
                while owner and not self.topic.holds_up:
                    self._woken.clear()
                    if await self.publish_once(owner.connection) < MOST_AT_ONCE:
                        await self._wait()
                    works()
                if not owner:
                    await asyncio.sleep(1)
                    works()
        finally:
            self.topic.tell()

    async def _look(self, owner: Owner) -> None:
        """Compare the topic with the table: from then on the cursor is this relay's alone."""
        await self.topic.look(partial(self._transaction, owner.connection))
        self._left = None

    async def publish_all(self) -> None:
        """Publish until nothing waits, or wait until who holds the lock has done so.

        Raises TopicIsAhead, and whatever the bus raises while it does not answer.
        """
        while await self._pending():
            async with self._ownership() as owner:
                if owner:
                    await self._look(owner)
                    while not self.topic.ahead and await self.publish_once(owner.connection):
                        pass
                else:
                    await self.topic.recall()
            if self.topic.ahead:
                raise TopicIsAhead
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _pending(self) -> int:
        async with self._database.reading() as connection:
            return (await self.backlog(connection)).pending

    async def publish_once(self, connection: AsyncConnection | None = None) -> int:
        """Publish one batch and move the cursor; return how many changes it passed.

        Those without an event are passed by too: read once, and not again by each later turn.
        """
        async with self._transaction(connection) as open_:
            cursor = await self._cursor(open_)
            rows = await self._batch(open_, cursor)
            if not rows and cursor.is_settling:  # the last of them is no longer there
                await move(open_, cursor, cursor.all_settled())
                self._left = None
        if not rows:
            return 0
        await failpoint("relay.selected")
        sent = [row for row in rows if row.sequence > 0]
        await self._send(cursor, sent)
        await failpoint("relay.acknowledged")
        after = cursor.after(rows[min(len(rows), MOST_AT_ONCE) - 1])
        async with self._transaction(connection) as open_:
            await move(open_, cursor, after)
            await failpoint("relay.moved")
        await failpoint("relay.committed")
        self._left = after
        self.published += len(sent)
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
        """Return where to go on, which nobody but this relay may have moved since it left it."""
        at = await standpoint(connection)
        if at == Standpoint():
            at = await held(connection)
        if self._left not in {None, at.cursor}:
            raise CursorMoved
        return at.cursor

    async def _send(self, cursor: Cursor, rows: Sequence[Row[Any]]) -> None:
        """Have the bus keep a batch."""
        if not rows:
            return
        if not self._copies:
            await self._bus.publish(self._service, [self._envelope(row) for row in _in_order(rows)])
            return
        upto = event.c.position <= rows[-1].position
        chosen = select(event).where(cursor.waiting, upto).order_by(event.c.position)
        await self._bus.copy(self._service, self._database, chosen)

    @property
    def _copies(self) -> bool:
        """Whether events need not pass through this process, which has no order to put right.

        An SQLite file has one writer: what stands in it is in every aggregate's own order.
        """
        return self._bus.copies and self._database.is_sqlite

    async def _batch(self, connection: AsyncConnection, cursor: Cursor) -> Sequence[Row[Any]]:
        """Return the next changes, and behind them what else is finished of their aggregates.

        Of those that are copied, only what places them: positions are in the order of commits, and
        no transaction has a number, so that none of what was published is read again.
        """
        ahead = and_(cursor.behind, cursor.finished(connection))
        if self._copies:
            placed = select(literal(0).label("xid"), event.c.position, event.c.sequence)
            placed = placed.where(ahead).order_by(event.c.position).limit(MOST_AT_ONCE)
            return (await connection.execute(placed)).all()
        order = cursor.order
        query = select(event).where(ahead).order_by(*order).limit(MOST_AT_ONCE)
        window = (await connection.execute(query)).all()
        if len(window) < MOST_AT_ONCE:
            return window
        subjects = {row.subject for row in window}
        last = tuple(getattr(window[-1], column.name) for column in order)
        beyond = and_(ahead, PUBLISHED, tuple_(*order) > last, event.c.subject.in_(subjects))
        return [*window, *(await connection.execute(select(event).where(beyond))).all()]

    async def _wait(self) -> None:
        """Wait to be woken, or until it is time to look; then let some more be committed."""
        alone = self._database.is_sqlite
        with suppress(TimeoutError):
            async with asyncio.timeout(ALONE_LOOK_AGAIN_SECONDS if alone else LOOK_AGAIN_SECONDS):
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
        at = await standpoint(connection)
        query = select(func.count()).select_from(event).where(at.cursor.waiting)
        pending = (await connection.execute(query)).scalar_one()
        age = await _horizon_age(connection)
        return Backlog(pending, age, at.topic_ahead, at.topic_behind)

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


async def wait_for_lock(connection: AsyncConnection, name: str, seconds: float) -> bool:
    """Take such a lock as soon as it is free; False when by then it was not."""
    limit = f"{round(seconds * 1000)}ms"
    try:
        async with connection.begin():
            for name_ in ("lock_timeout", "statement_timeout"):
                query = text("SELECT set_config(:name, :limit, true)")
                await connection.execute(query, {"name": name_, "limit": limit})
            number = {"number": lock_number(name)}
            await connection.execute(text("SELECT pg_advisory_lock(:number)"), number)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in TOO_LONG:
            return False
        raise
    return True


async def _horizon_age(connection: AsyncConnection) -> float:
    if connection.dialect.name == "sqlite":
        return 0.0
    query = text(
        "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(xact_start)), 0)"
        " FROM pg_stat_activity WHERE backend_xid IS NOT NULL"
    )
    return float((await connection.execute(query)).scalar_one())
