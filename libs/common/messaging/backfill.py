"""A listener that newly subscribes to a type reads its earlier events, from the beginning.

It does so once, before anything new, and before the service says ready. What the listener passed
already stays passed: of that only the events of newly subscribed types are handed on, in each
aggregate's order. The table ``subscribed_type`` has the types handled of each partition, and up to
where, in the same transaction as the facts.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.base import REGISTRY
from libs.common.core.clock import micros
from libs.common.core.failpoints import failpoint
from libs.common.core.supervisor import Works
from libs.common.core.transient import is_transient
from libs.common.messaging import dead_letters
from libs.common.messaging.applying import redrive
from libs.common.messaging.bus.base import Bus, Delivered, Partition, Spans
from libs.common.messaging.positions import OwnershipLost, positions_in
from libs.common.messaging.stream_state import Name, Read, read
from libs.common.messaging.subscriptions import Subscriptions
from libs.common.persistence.db import Database
from libs.common.persistence.tables import (
    aggregate_version,
    consumer_position,
    dead_letter,
    subscribed_type,
)
from libs.common.persistence.upserts import upsert

log = logging.getLogger(__name__)

WAIT_SECONDS = 5.0
UNKNOWN = "unknown-type"

Behind = dict[Partition, dict[str, int]]
"""The types whose earlier events of a partition were not all handled, and up to where they were."""


async def incomplete(connection: AsyncConnection, subscriptions: Subscriptions) -> set[Partition]:
    """Return the partitions that are still to be read as far as this listener had read them.

    That is a partition of which some type was not handled in all that was read, and one that an
    upgrade has read from the beginning again.
    """
    again = await connection.execute(
        select(consumer_position).where(
            consumer_position.c.position < consumer_position.c.reread_until
        )
    )
    handled = {
        (row.topic, row.partition, row.type)
        for row in await connection.execute(select(subscribed_type))
        if row.position is None
    }
    return {Partition(row.topic, row.partition) for row in again} | {
        partition
        for partition, (_, last_offset, _) in (await positions_in(connection)).items()
        if last_offset is not None
        for type_ in subscriptions.types_of(partition.topic)
        if (partition.topic, partition.number, type_) not in handled
    }


async def note_subscribed(
    connection: AsyncConnection, subscriptions: Subscriptions, partitions: Iterable[Partition]
) -> Behind:
    """Note which types are handled from now on, and which no longer; return what is to be read.

    Of a type that is handled no longer it is noted up to where it was, for when it is again. A
    topic of which nothing was applied yet has nothing to be read again.
    """
    known: dict[Partition, dict[str, int | None]] = defaultdict(dict)
    for row in await connection.execute(select(subscribed_type)):
        known[Partition(row.topic, row.partition)][row.type] = row.position
    positions = await positions_in(connection)
    behind: Behind = {}
    for partition in partitions:
        types, noted = subscriptions.types_of(partition.topic), known[partition]
        if dropped := [name for name, at in noted.items() if name not in types and at is None]:
            await connection.execute(
                update(subscribed_type)
                .where(_of(partition), subscribed_type.c.type.in_(dropped))
                .values(position=positions[partition][0] if partition in positions else None)
            )
        if new := sorted(types - noted.keys()):
            begin = 0 if await _was_applied(connection, partition.topic) else None
            await connection.execute(
                insert(subscribed_type), [_row(partition, type_, begin) for type_ in new]
            )
            noted |= dict.fromkeys(new, begin)
        if late := {type_: at for type_ in types if (at := noted[type_]) is not None}:
            behind[partition] = late
    return behind


async def _was_applied(connection: AsyncConnection, topic: str) -> bool:
    query = select(aggregate_version.c.subject).where(aggregate_version.c.source == topic).limit(1)
    return (await connection.execute(query)).first() is not None


def _row(partition: Partition, type_: str, position: int | None) -> dict[str, object]:
    number = partition.number
    return {"topic": partition.topic, "partition": number, "type": type_, "position": position}


def _of(partition: Partition) -> ColumnElement[bool]:
    of_topic = subscribed_type.c.topic == partition.topic
    return of_topic & (subscribed_type.c.partition == partition.number)


class Turn(NamedTuple):
    """An event whose turn it is, the one that made it so, and from when it is known."""

    event: Read
    by: Read
    known: int


@dataclass
class Backfill:
    """One reading of some partitions from their beginning, for newly subscribed types.

    What was handed on before it was interrupted is read again, but only counted.
    """

    database: Database
    subscriptions: Subscriptions
    behind: Behind
    cut: set[tuple[str, int]] = field(default_factory=set)
    taken: dict[Name, int] = field(default_factory=dict)
    known: dict[Name, int] = field(default_factory=lambda: defaultdict(int))
    waiting: dict[Name, dict[int, Read]] = field(default_factory=lambda: defaultdict(dict))

    async def run(self, bus: Bus, most_at_once: int, works: Works) -> None:
        """Read up to where the partitions end now; raises TimeoutError where the bus is silent."""
        spans = await self._spans(bus)
        log.info("types-read-from-the-beginning", extra={"types": sorted(self._types())})
        reader = await bus.reader({partition: first for partition, (first, _) in spans.items()})
        try:
            while any(reader.positions[p] < end for p, (_, end) in spans.items()):
                records = await reader.fetch(most_at_once, WAIT_SECONDS)
                if not records:
                    raise TimeoutError("the bus gives nothing at present")
                await self._hand_on(records, reader.positions)
                works()
        finally:
            await reader.close()
        async with self.database.writing() as connection:
            for partition, types in self.behind.items():
                await self._move(connection, partition, types, None)

    async def _spans(self, bus: Bus) -> Spans:
        found: dict[Partition, tuple[int, int]] = {}
        for topic in sorted({partition.topic for partition in self.behind}):
            found |= await bus.spans(topic)
        spans = {partition: found[partition] for partition in self.behind}
        self.cut = {(p.topic, p.number) for p, (first, _) in spans.items() if first}
        return spans

    def _types(self) -> set[str]:
        return {type_ for types in self.behind.values() for type_ in types}

    async def _hand_on(self, records: Sequence[Delivered], after: Mapping[Partition, int]) -> None:
        """Hand on a batch in one transaction with the position; what fails is a dead letter."""
        handled = {REGISTRY[type_] for type_ in self._types()}
        found = [one for record in records if isinstance(one := read(record, handled), Read)]
        ready = [one for event in found for one in self._in_order(event)]
        try:
            await self._apply(ready, after, singly=False)
        except Exception as error:
            if is_transient(error) or isinstance(error, OwnershipLost):
                raise
            await self._apply(ready, after, singly=True)
        for partition, types in self.behind.items():
            reached = after[partition]
            self.behind[partition] = {type_: max(at, reached) for type_, at in types.items()}

    def _in_order(self, event: Read) -> list[Turn]:
        """Return the events whose turn it is.

        A repetition has none, and one that came too early waits, as when they were passed. Where a
        topic was cut at its front, an aggregate begins with what is left of it.
        """
        sequence, name = event.envelope.sequence, event.name
        if name not in self.taken:
            cut = (event.record.topic, event.record.partition) in self.cut
            self.taken[name] = sequence - 1 if cut else 0
        if sequence <= self.taken[name]:
            return []
        waits = self.waiting[name]
        waits.setdefault(sequence, event)
        ready = []
        while (following := self.taken[name] + 1) in waits:
            next_ = waits.pop(following)
            self.taken[name] = following
            self.known[name] = max(self.known[name], micros(next_.envelope.time))
            ready.append(Turn(next_, event, self.known[name]))
        if not waits:
            del self.waiting[name]
        return ready

    async def _apply(
        self,
        ready: Sequence[Turn],
        after: Mapping[Partition, int],
        *,
        singly: bool,
    ) -> None:
        async with self.database.writing() as connection:
            for partition, types in self.behind.items():
                await self._move(connection, partition, types, after[partition])
            passed = await self._passed(connection, [turn.event for turn in ready])
            mine = [t for t in ready if self._is_new(t) and _is_passed(t.event, passed)]
            if singly:
                await self._apply_singly(connection, mine)
            else:
                if any(turn.event.fault for turn in mine):
                    raise ValueError("there is one that cannot be read")
                handled = [one for t in mine for one in t.event.handled(t.known)]
                await self.subscriptions.apply(connection, handled)
            await failpoint("backfill.before-commit")

    def _is_new(self, turn: Turn) -> bool:
        record = turn.by.record
        partition = Partition(record.topic, record.partition)
        since = self.behind[partition].get(turn.event.envelope.type)
        return since is not None and record.offset >= since

    async def _apply_singly(self, connection: AsyncConnection, turns: Sequence[Turn]) -> None:
        for event, _, known in turns:
            reason = event.fault
            if not reason:
                try:
                    async with connection.begin_nested():
                        await self.subscriptions.apply(connection, event.handled(known))
                except Exception as error:
                    if is_transient(error):
                        raise
                    reason = "failed"
            if reason:
                await upsert(connection, dead_letter, [dead_letters.row(event, reason)])

    async def _passed(
        self, connection: AsyncConnection, events: Sequence[Read]
    ) -> Mapping[Name, int]:
        subjects = sorted({event.name[1] for event in events})
        query = select(aggregate_version).where(aggregate_version.c.subject.in_(subjects))
        rows = await connection.execute(query)
        return {(row.source, row.subject): row.sequence for row in rows}

    async def _move(
        self,
        connection: AsyncConnection,
        partition: Partition,
        types: Mapping[str, int],
        to: int | None,
    ) -> None:
        """Move the types' positions if they are still where this reading left them."""
        for position in sorted(set(types.values())):
            if to is not None and to <= position:
                continue
            mine = [type_ for type_, at in types.items() if at == position]
            moved = await connection.execute(
                update(subscribed_type)
                .where(_of(partition), subscribed_type.c.type.in_(mine))
                .where(subscribed_type.c.position == position)
                .values(position=to)
            )
            if moved.rowcount != len(mine):
                raise OwnershipLost(partition.topic)


async def redrive_known(
    database: Database, subscriptions: Subscriptions, partitions: Collection[Partition]
) -> None:
    """Redrive what is a dead letter because its type was not known then, and is now."""
    async with database.reading() as connection:
        query = select(dead_letter).where(
            dead_letter.c.reason == UNKNOWN, dead_letter.c.subject.is_not(None)
        )
        names = {
            (row.source, row.subject)
            for row in await connection.execute(query)
            if row.headers.get("ce_type") in REGISTRY
            and Partition(row.topic, row.partition) in partitions
        }
    for source, subject in sorted(names):
        async with database.writing() as connection:
            await redrive(connection, subscriptions, source, subject)


def _is_passed(event: Read, passed: Mapping[Name, int]) -> bool:
    """Say whether the listener passed an event; what it did not comes in its turn."""
    return event.envelope.sequence <= passed.get(event.name, 0)
