"""The consumer: applies each event once in effect, in its aggregate's order, or sets it aside."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from time import monotonic

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.applying import apply_batch
from libs.common.bus.base import Bus, Delivered, Partition, PositionLost, Reader
from libs.common.db import Database, passing
from libs.common.failpoints import failpoint
from libs.common.pauses import Pauses
from libs.common.relay import take_lock
from libs.common.subscriptions import Subscriptions
from libs.common.tables import aggregate_version, consumer_position, parked

log = logging.getLogger(__name__)

MOST_AT_ONCE = 2_000
WAIT_SECONDS = 1.0
STUCK_AFTER_SECONDS = 60.0
ASK_SECONDS = 1.0

LISTENING = (consumer_position, aggregate_version, parked)
"""The tables in which a listener keeps what it read; they go with the facts it led to."""


class ConsumerStuck(RuntimeError):
    """There is something to read and for a minute the position has not moved."""


class OwnershipLost(RuntimeError):
    """Another consumer moved a partition's position; this one's batch was undone."""


class Consumer:
    """One listener's reading of its topics. Positions live beside the facts they led to.

    A partition is read by one consumer at a time, under a lock; even so the position moves by
    compare-and-set in the transaction of the facts, so that a stale owner can change nothing.
    """

    def __init__(self, database: Database, bus: Bus, subscriptions: Subscriptions) -> None:
        self._database = database
        self._bus = bus
        self._subscriptions = subscriptions
        self._moved_at = monotonic()
        self.applied = 0
        self.lag: Mapping[Partition, int] = {}
        self.positions: Mapping[Partition, int] = {}
        self._reading: Reader | None = None

    async def run(self) -> None:
        """Read and apply until cancelled. Passing failures are met with growing pauses.

        Raises PositionLost where the bus no longer holds what must come next: that ends the
        process, loudly, for a person to look.
        """
        pauses = Pauses()
        while True:
            try:
                await self._read_while_owner(pauses)
            except PositionLost:
                raise
            except Exception as error:
                log.warning(
                    "consumer-failed", extra={"error": type(error).__name__}, exc_info=error
                )
                self._moved_at = monotonic()  # failing aloud is not standing still
                await pauses.rest()

    async def _read_while_owner(self, pauses: Pauses) -> None:
        async with self._ownership() as partitions, self._reader(partitions) as reader:
            while partitions:
                await self.read_once(reader, WAIT_SECONDS)
                pauses.reset()
            await asyncio.sleep(1)

    async def read_once(self, reader: Reader, wait: float) -> int:
        """Fetch one batch, apply it in one transaction, and return how many records it held."""
        records = await reader.fetch(MOST_AT_ONCE, wait)
        if records:
            await failpoint("consumer.fetched")
            await self._apply(records)
            await failpoint("consumer.committed")
            self._moved_at = monotonic()
        return len(records)

    async def read_until(self, targets: Mapping[Partition, int]) -> None:
        """Read and apply all that is before the given positions, and nothing after.

        No lock is taken: this is for a database that nobody else fills. Raises ConsumerStuck if
        for a minute the bus gives nothing.
        """
        self._moved_at = monotonic()
        async with self._reader(list(targets)) as reader:
            while await self._is_before(targets):
                records = [
                    record
                    for record in await reader.fetch(MOST_AT_ONCE, WAIT_SECONDS)
                    if record.offset < targets[Partition(record.topic, record.partition)]
                ]
                if records:
                    await self._apply(records)
                    self._moved_at = monotonic()
                elif monotonic() - self._moved_at > STUCK_AFTER_SECONDS:
                    raise ConsumerStuck(self._subscriptions.listener)

    async def _is_before(self, targets: Mapping[Partition, int]) -> bool:
        now = await self._positions(list(targets))
        return any(now[partition][0] < target for partition, target in targets.items())

    async def _apply(self, records: Sequence[Delivered]) -> None:
        try:
            await self._apply_in_one(records, one_by_one=False)
        except Exception as error:
            if passing(error) or isinstance(error, OwnershipLost):
                raise
            # A projection failed: go through the batch again to find the event it failed on.
            await self._apply_in_one(records, one_by_one=True)

    async def _apply_in_one(self, records: Sequence[Delivered], *, one_by_one: bool) -> None:
        async with self._database.writing() as connection:
            await _move(connection, records)
            await failpoint("consumer.moved")
            self.applied += await apply_batch(
                connection, self._subscriptions, records, one_by_one=one_by_one
            )
            await failpoint("consumer.before-commit")

    @asynccontextmanager
    async def _ownership(self) -> AsyncIterator[Sequence[Partition]]:
        """Take the lock of every partition that is free, for as long as the connection lasts."""
        known = [
            p for topic in self._subscriptions.topics for p in await self._bus.partitions(topic)
        ]
        if self._database.is_sqlite:
            yield known
            return
        async with self._database.engine.connect() as connection:
            listener = self._subscriptions.listener
            yield [
                partition
                for partition in known
                if await take_lock(
                    connection, f"consume:{listener}:{partition.topic}:{partition.number}"
                )
            ]

    @asynccontextmanager
    async def _reader(self, partitions: Sequence[Partition]) -> AsyncIterator[Reader]:
        positions = await self._positions(partitions)
        await self._check_same_log(positions)
        reader = await self._bus.reader({p: row[0] for p, row in positions.items()})
        self._reading = reader
        try:
            yield reader
        finally:
            self._reading = None
            await reader.close()

    async def _positions(
        self, partitions: Sequence[Partition]
    ) -> dict[Partition, tuple[int, int | None, str | None]]:
        async with self._database.writing() as connection:
            rows = (await connection.execute(select(consumer_position))).all()
            known = {
                Partition(row.topic, row.partition): (row.position, row.last_offset, row.last_id)
                for row in rows
            }
            new = [partition for partition in partitions if partition not in known]
            for partition in new:
                await connection.execute(
                    insert(consumer_position),
                    {"topic": partition.topic, "partition": partition.number, "position": 0},
                )
        return {partition: known.get(partition, (0, None, None)) for partition in partitions}

    async def _check_same_log(
        self, positions: Mapping[Partition, tuple[int, int | None, str | None]]
    ) -> None:
        """Read the last applied record again: a topic made anew holds another one there."""
        last = {p: row[1] for p, row in positions.items() if row[1] is not None}
        if not last:
            return
        reader = await self._bus.reader(
            {p: offset for p, offset in last.items() if offset is not None}
        )
        try:
            await _compare(reader, {p: row for p, row in positions.items() if p in last})
        finally:
            await reader.close()

    async def watch(self) -> None:
        """Raise ConsumerStuck when for a minute nothing moved although there is something to read.

        A library's reading task can end or hang without a word; a supervisor's restart mends it.
        """
        while True:
            await asyncio.sleep(STUCK_AFTER_SECONDS / 6)
            if monotonic() - self._moved_at < STUCK_AFTER_SECONDS:
                continue
            async with self._database.reading() as connection:
                if await self.current_lag(connection):
                    raise ConsumerStuck(self._subscriptions.listener)
            self._moved_at = monotonic()

    async def current_lag(self, connection: AsyncConnection) -> int | None:
        """Return how many positions behind the bus this listener is.

        Null while that is not known: before it began, and while the bus does not answer.
        """
        rows = (await connection.execute(select(consumer_position))).all()
        self.positions = {Partition(row.topic, row.partition): row.position for row in rows}
        if self._reading is None:
            return None
        try:
            async with asyncio.timeout(ASK_SECONDS):
                ends = await self._reading.ends()
        except (OSError, TimeoutError):
            return None
        self.lag = {p: max(0, end - self.positions.get(p, 0)) for p, end in ends.items()}
        return sum(self.lag.values())

    async def parked_count(self, connection: AsyncConnection) -> int:
        """Return how many events are set aside."""
        return (await connection.execute(select(func.count()).select_from(parked))).scalar_one()


async def _move(connection: AsyncConnection, records: Sequence[Delivered]) -> None:
    """Move each partition's position past its records, if it is still where they began."""
    table = consumer_position
    last = {(record.topic, record.partition): record for record in records}
    first: dict[tuple[str, int], Delivered] = {}
    for record in records:
        first.setdefault((record.topic, record.partition), record)
    for key, record in last.items():
        moved = await connection.execute(
            update(table)
            .where(
                table.c.topic == key[0],
                table.c.partition == key[1],
                table.c.position <= first[key].offset,
            )
            .values(
                position=record.offset + 1,
                last_offset=record.offset,
                last_id=record.headers.get("ce_id", "")[:64],
                last_time=record.headers.get("ce_time", "")[:40],
            )
        )
        if moved.rowcount != 1:
            raise OwnershipLost(record.topic)


async def _compare(
    reader: Reader, positions: Mapping[Partition, tuple[int, int | None, str | None]]
) -> None:
    missing = dict(positions)
    while missing:
        records = await reader.fetch(MOST_AT_ONCE, 5.0)
        if not records:
            raise PositionLost(f"{sorted(p.topic for p in missing)}: the last event is gone")
        for record in records:
            expected = missing.pop(Partition(record.topic, record.partition), None)
            if expected and (record.offset, record.headers.get("ce_id", "")[:64]) != expected[1:]:
                raise PositionLost(f"{record.topic}: holds another event where we stopped")
