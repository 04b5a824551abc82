"""The embedded bus: one totally ordered durable log in one SQLite file, for one process."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Column, Index, LargeBinary, Select, String, Table, func, select
from sqlalchemy.types import JSON

from libs.common.contracts.base import Envelope
from libs.common.core.failpoints import failpoint
from libs.common.core.public_url import HERE
from libs.common.messaging.bus.base import (
    Bus,
    Delivered,
    Partition,
    PositionLost,
    Reader,
    to_headers,
)
from libs.common.messaging.bus.local_copy import attach, copied
from libs.common.persistence.db import Database, Position, tables

metadata = tables()

log = Table(
    "log",
    metadata,
    Column("offset", Position, primary_key=True, autoincrement=True),
    Column("topic", String(100), nullable=False),
    Column("key", String(36), nullable=False),
    Column("headers", JSON, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Index("ix_log_topic_offset", "topic", "offset"),
)


class Growth:
    """Tells readers that the topics they read grew, so that none needs to ask again and again."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()
        self._changed = asyncio.Condition()

    def times(self, topics: Iterable[str]) -> int:
        """Return how many times these topics grew, so far as anybody waits for it."""
        return sum(self._times[topic] for topic in topics)

    async def tell(self, topics: Iterable[str]) -> None:
        """Wake whoever waits for one of these topics."""
        async with self._changed:
            self._times.update(topics)
            self._changed.notify_all()

    async def beyond(self, topics: Collection[str], times: int, wait: float) -> None:
        """Return when one has grown since ``times`` was read, or after ``wait`` seconds."""
        async with self._changed:
            for topic in topics:
                self._times.setdefault(topic, 0)
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._changed.wait_for(lambda: self.times(topics) > times)

    async def end(self) -> None:
        """Wake everybody who waits."""
        await self.tell(list(self._times))


class LocalBus(Bus):
    """A topic is the part of the log that bears its name; each has one partition.

    Positions are the log's own, so a topic's are increasing but not consecutive. Schemas are named
    as served under ``public_url``.
    """

    copies = True

    def __init__(self, path: str, public_url: str = HERE) -> None:
        self._public_url = public_url
        self._url = f"sqlite:///{path}"
        self._database = Database(self._url)
        self._copying: dict[str, Database] = {}
        self.growth = Growth()

    async def start(self) -> None:
        """Open the log, making it if it is not there."""
        await self._database.check()
        async with self._database.writing() as connection:
            await connection.run_sync(metadata.create_all)

    async def stop(self) -> None:
        """Close the log and wake whoever waits for it."""
        await self.growth.end()
        for copying in self._copying.values():
            await copying.close()
        self._copying.clear()
        await self._database.close()

    async def publish(self, topic: str, envelopes: Sequence[Envelope]) -> None:
        """Append the events in one durable transaction."""
        rows = [
            {
                "topic": topic,
                "key": str(envelope.subject),
                "headers": to_headers(envelope, self._public_url),
                "value": envelope.data,
            }
            for envelope in envelopes
        ]
        async with self._database.writing() as connection:
            await connection.execute(log.insert(), rows)
            await failpoint("relay.sent")
        await self.growth.tell([topic])

    async def copy(self, topic: str, outbox: Database, chosen: Select[Any]) -> None:
        """Append events out of their publisher's file in one durable transaction.

        The log's file is locked when it is written to, and the other is never: whoever writes to
        that one is not held up.
        """
        assert outbox.url.database is not None
        if topic not in self._copying:
            self._copying[topic] = Database(self._url, deferred=True)
        schemas = f"{self._public_url}/{topic}/schemas/"
        async with self._copying[topic].writing() as connection:
            await attach(connection, outbox.url.database)
            await connection.execute(copied(log, topic, schemas, chosen))
            await failpoint("relay.sent")
        await self.growth.tell([topic])

    async def partitions(self, topic: str) -> Sequence[Partition]:
        """Every topic has the one partition, whether anything is in it yet or not."""
        return (Partition(topic, 0),)

    async def spans(self, topic: str) -> Mapping[Partition, tuple[int, int]]:
        """Return the positions before the topic's first record and after its last."""
        query = select(func.min(log.c.offset), func.max(log.c.offset)).where(log.c.topic == topic)
        async with self._database.reading() as connection:
            first, last = (await connection.execute(query)).one()
        return {Partition(topic, 0): (0, 0) if last is None else (first, last + 1)}

    async def reader(self, positions: Mapping[Partition, int]) -> Reader:
        """Read onward; a position beyond the log's end means it was created again."""
        reader = LocalReader(self._database, self.growth, positions)
        for partition, end in (await reader.ends()).items():
            if positions[partition] > end:
                raise PositionLost(f"{partition.topic}: the log ends before the position")
        return reader


class LocalReader(Reader):
    """Reads some topics of the log."""

    def __init__(
        self, database: Database, growth: "Growth", positions: Mapping[Partition, int]
    ) -> None:
        self._database = database
        self._growth = growth
        self.positions = dict(positions)
        self._topics = {partition.topic for partition in positions}
        self._read_whole: int | None = None

    async def fetch(self, most: int, wait: float) -> Sequence[Delivered]:
        """Return the next records of every topic read, oldest first within a topic.

        Where nothing grew since all there was had been read, it waits before it looks.
        """
        seen = self._growth.times(self._topics)
        found = [] if wait > 0 and seen == self._read_whole else await self._look(most)
        if not found and wait > 0:
            await self._growth.beyond(self._topics, seen, wait)
            found = await self._look(most)
        return found

    async def _look(self, most: int) -> list[Delivered]:
        """Read on, and note at which growth that was all there was."""
        seen = self._growth.times(self._topics)
        found = await self._read(most)
        self._read_whole = seen if len(found) < most else None
        return found

    async def ends(self) -> Mapping[Partition, int]:
        """Return the position after each topic's last record."""
        ends = {}
        async with self._database.reading() as connection:
            for partition in self.positions:
                last = select(func.max(log.c.offset)).where(log.c.topic == partition.topic)
                end = (await connection.execute(last)).scalar_one()
                ends[partition] = 0 if end is None else end + 1
        return ends

    async def close(self) -> None:
        """Nothing is held between reads."""

    async def _read(self, most: int) -> list[Delivered]:
        found: list[Delivered] = []
        async with self._database.reading() as connection:
            for partition, position in self.positions.items():
                query = (
                    select(log)
                    .where(log.c.topic == partition.topic, log.c.offset >= position)
                    .order_by(log.c.offset)
                    .limit(most - len(found))
                )
                found += [
                    Delivered(row.topic, 0, row.offset, row.key.encode(), row.headers, row.value)
                    for row in await connection.execute(query)
                ]
        for record in found:
            self.positions[Partition(record.topic, 0)] = record.offset + 1
        return found
