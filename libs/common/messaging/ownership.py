"""Which partitions a consumer reads: those whose lock it holds."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.messaging.backfill import incomplete
from libs.common.messaging.bus.base import Bus, Partition, PositionLost
from libs.common.messaging.positions import positions_in
from libs.common.messaging.relay import take_lock, wait_for_lock
from libs.common.messaging.subscriptions import Subscriptions
from libs.common.persistence.db import Database

GIVES_WAY_SECONDS = 5.0


@dataclass(frozen=True)
class Ownership:
    """One lock a partition, on PostgreSQL; whoever holds it looks again after ``look_again``."""

    database: Database
    bus: Bus
    subscriptions: Subscriptions
    look_again: float

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[Sequence[Partition]]:
        """Take the lock of every partition that is free, for as long as the connection lasts."""
        known = await self.partitions()
        if self.database.is_sqlite:
            yield known
            return
        async with self.database.engine.connect() as connection:
            try:
                mine = [p for p in known if await take_lock(connection, self._lock_of(p))]
                if not mine:
                    mine = await self._wait_if_behind(connection, known)
                yield mine
            finally:
                await connection.invalidate()  # back in its pool it would keep the locks

    def _lock_of(self, partition: Partition) -> str:
        return f"consume:{self.subscriptions.listener}:{partition.topic}:{partition.number}"

    async def _wait_if_behind(
        self, connection: AsyncConnection, known: Sequence[Partition]
    ) -> list[Partition]:
        """Queue for a partition that lacks what this version handles; return it once it is ours.

        Whoever has it, an older version perhaps that is stopped only once this one is ready, looks
        again which are its own every half minute, and gives it up for a moment.
        """
        async with self.database.reading() as looking:
            lacking = await incomplete(looking, self.subscriptions)
        for partition in [one for one in known if one in lacking][:1]:
            wait = self.look_again + GIVES_WAY_SECONDS
            if await wait_for_lock(connection, self._lock_of(partition), wait):
                return [partition]
        return []

    async def partitions(self) -> Sequence[Partition]:
        """Return what partitions there are; raises PositionLost where there were more."""
        topics = self.subscriptions.topics
        known = [p for topic in topics for p in await self.bus.partitions(topic)]
        there = {partition.topic for partition in known}
        async with self.database.reading() as connection:
            for partition in await positions_in(connection):
                if partition.topic in there and partition not in known:
                    raise PositionLost(f"{partition.topic}: has fewer partitions than were read")
        return known
