"""Putting any record on the local bus, and consumers that read it side by side."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import insert, update

from libs.common.messaging.batches import Batches
from libs.common.messaging.bus import local
from libs.common.messaging.bus.base import Delivered
from libs.common.messaging.bus.local import LocalBus
from libs.common.messaging.consumer import Consumer
from libs.common.messaging.positions import OwnershipLost
from libs.common.persistence import tables
from libs.common.persistence.db import Database


@asynccontextmanager
async def local_bus(path: Path) -> AsyncIterator[LocalBus]:
    """Return a new log in a file."""
    bus = LocalBus(str(path))
    await bus.start()
    try:
        yield bus
    finally:
        await bus.stop()


async def put(bus: LocalBus, records: Sequence[Delivered]) -> None:
    """Append records as they are, which no publisher could."""
    rows = [
        {
            "topic": record.topic,
            "key": (record.key or b"").decode(),
            "headers": dict(record.headers),
            "value": record.value or b"",
        }
        for record in records
    ]
    async with bus._database.writing() as connection:
        await connection.execute(insert(local.log), rows)
    await bus.growth.tell({record.topic for record in records})


async def rewind(database: Database, position: int) -> None:
    """Put every position back, as somebody who restores a backup does."""
    async with database.writing() as connection:
        back = {"position": position, "last_offset": None, "last_id": None}
        beyond = tables.consumer_position.c.position > position
        await connection.execute(update(tables.consumer_position).where(beyond).values(back))


class Reading:
    """One of several consumers of a listener, which may be late without knowing it."""

    def __init__(self, consumer: Consumer) -> None:
        self.consumer = consumer
        self.lost = 0
        self._batches: Batches | None = None

    async def step(self) -> int:
        """Read one batch; where another was quicker, begin again from where that one is."""
        if self._batches is None:
            partitions = await self.consumer._ownership.partitions()
            positions = await self.consumer._positions(partitions)
            at = {partition: row[0] for partition, row in positions.items()}
            self._batches = Batches(
                await self.consumer._bus.reader(at),
                self.consumer._subscriptions.handled,
                self.consumer._limits.most_at_once,
            )
        try:
            batch = await self._batches.next(0)
            await self.consumer.take(batch)
            return len(batch.records)
        except OwnershipLost:
            self.lost += 1
            self._batches = None
            return 1
