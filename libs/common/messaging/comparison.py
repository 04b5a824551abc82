"""A service's own topic beside its event table: what one of them holds and the other does not."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.base import Envelope, UnknownEvent, UnreadableEvent
from libs.common.messaging.bus.base import Bus, Delivered, NotAnEvent, Partition, to_envelope
from libs.common.messaging.cursor import Cursor
from libs.common.persistence.db import Database
from libs.common.persistence.tables import PUBLISHED, event

LEAST = 1_000
"""How many positions of each partition are looked at in any case."""
AT_ONCE = 500
WAIT_SECONDS = 5.0
ASK_SECONDS = 10.0

Span = tuple[int, int]


@dataclass
class Compared:
    """What a comparison found, each event once, in the topic's order.

    ``ahead``: the topic holds it, the table does not, and it was not numbered again: a restore took
    the command away. ``forked``: so too, but the table published another under its number, and
    listeners keep whichever came first. ``differing``: the table holds it and says something else.
    ``behind``: the table published it and the topic does not hold it any more; only the last
    1,000 published are looked for. ``strangers``: the table does not hold it, and to this version
    it is no event of the service; a later version may have published it, or somebody else.
    """

    ahead: list[Envelope] = field(default_factory=list)
    forked: list[Envelope] = field(default_factory=list)
    differing: list[Envelope] = field(default_factory=list)
    behind: set[UUID] = field(default_factory=set)
    strangers: list[Delivered] = field(default_factory=list)


async def compare(database: Database, bus: Bus, topic: str, cursor: Cursor) -> Compared:
    """Compare the end of the topic with the table.

    Each partition is gone back by at least 1,000 positions and to an event that the cursor has
    passed: what was published after the moment of a restore stands behind it. Of a topic that is
    missing, everything is behind. Raises whatever the bus raises while it does not answer.
    """
    look = _Look(database, cursor)
    await look.expect_published()
    async with asyncio.timeout(ASK_SECONDS):
        spans = await bus.spans(topic)
    upto, length = {p: span[1] for p, span in spans.items()}, LEAST
    while going := {p: end for p, end in upto.items() if look.goes_on(p, spans[p][0], end)}:
        parts = {p: (max(spans[p][0], end - length), end) for p, end in going.items()}
        await look.at([record async for record in between(bus, parts)])
        upto |= {p: start for p, (start, _) in parts.items()}
        length *= 2
    return look.finished()


async def between(bus: Bus, parts: Mapping[Partition, Span]) -> AsyncIterator[Delivered]:
    """Yield the records of each partition from a position up to another."""
    parts = {p: (start, end) for p, (start, end) in parts.items() if start < end}
    if not parts:
        return
    reader = await bus.reader({p: start for p, (start, _) in parts.items()})
    try:
        while any(reader.positions[p] < end for p, (_, end) in parts.items()):
            records = await reader.fetch(AT_ONCE, WAIT_SECONDS)
            if not records:
                raise TimeoutError("the bus gives nothing at present")
            for record in records:
                if record.offset < parts[Partition(record.topic, record.partition)][1]:
                    yield record
    finally:
        await reader.close()


class _Look:
    """Goes back from the end of the topic, and keeps what it finds."""

    def __init__(self, database: Database, cursor: Cursor) -> None:
        self._database = database
        self._cursor = cursor
        self._begun: set[Partition] = set()
        self._joined: set[Partition] = set()
        self._places: dict[UUID, tuple[int, int]] = {}
        self.found = Compared()

    def goes_on(self, partition: Partition, first: int, upto: int) -> bool:
        """Say whether to look further back than a position, which was the end at first."""
        begun = partition in self._begun
        self._begun.add(partition)
        return upto > first and not (begun and partition in self._joined and not self.found.behind)

    async def expect_published(self) -> None:
        """Take note of the last events that the cursor has passed."""
        query = select(event.c.id).where(PUBLISHED, ~self._cursor.waiting)
        query = query.order_by(event.c.position.desc())
        async with self._database.reading() as connection:
            self.found.behind |= set((await connection.execute(query.limit(LEAST))).scalars())

    async def at(self, records: Sequence[Delivered]) -> None:
        """Look at some records: what is no event of the service's own is not its concern."""
        for start in range(0, len(records), AT_ONCE):
            own = list(_events(records[start : start + AT_ONCE]))
            async with self._database.reading() as connection:
                known = await self._known(connection, [envelope for _, envelope in own])
                taken = await self._taken(connection, [e for _, e in own if e.id not in known])
            for record, envelope in own:
                self._sort(record, envelope, known.get(envelope.id), taken)

    def _sort(
        self, record: Delivered, envelope: Envelope, row: "Row[object] | None", taken: set[object]
    ) -> None:
        if row is None and not _is_event(envelope):
            self.found.strangers.append(record)
            return
        self.found.behind.discard(envelope.id)
        if row is not None and not row.waiting:
            self._joined.add(Partition(record.topic, record.partition))
        if row is not None and _says(row) == _says(envelope):
            return
        place = (record.partition, record.offset)
        first = envelope.id not in self._places
        self._places[envelope.id] = min(place, self._places.get(envelope.id, place))
        if not first:
            return
        if row is not None:
            self.found.differing.append(envelope)
        elif (envelope.subject, envelope.sequence) in taken:
            self.found.forked.append(envelope)
        else:
            self.found.ahead.append(envelope)

    async def _known(
        self, connection: AsyncConnection, events: Iterable[Envelope]
    ) -> dict[UUID, "Row[object]"]:
        columns = (event.c.id, event.c.type, event.c.subject, event.c.sequence, event.c.data)
        query = select(*columns, self._cursor.waiting.label("waiting"))
        rows = await connection.execute(query.where(event.c.id.in_([one.id for one in events])))
        return {row.id: row for row in rows}

    async def _taken(self, connection: AsyncConnection, events: Iterable[Envelope]) -> set[object]:
        """Return the numbers, of those that these events bear, that were published otherwise."""
        subjects = {one.subject for one in events}
        if not subjects:
            return set()
        query = select(event.c.subject, event.c.sequence)
        query = query.where(event.c.subject.in_(subjects), ~self._cursor.waiting)
        return {tuple(row) for row in await connection.execute(query)}

    def finished(self) -> Compared:
        """Return what was found, each list in the topic's order."""
        for events in (self.found.ahead, self.found.forked, self.found.differing):
            events.sort(key=lambda one: self._places[one.id])
        self.found.strangers.sort(key=lambda one: one.place)
        return self.found


def _events(records: Iterable[Delivered]) -> Iterable[tuple[Delivered, Envelope]]:
    for record in records:
        try:
            yield record, to_envelope(record)
        except NotAnEvent:
            continue


def _is_event(envelope: Envelope) -> bool:
    """Say whether it can be read as an event of its publisher, about the aggregate it names."""
    try:
        return envelope.event().aggregate_id == envelope.subject
    except (UnknownEvent, UnreadableEvent, RecursionError):
        return False


def _says(one: "Envelope | Row[object]") -> tuple[object, ...]:
    data = one.data if isinstance(one.data, bytes) else str(one.data).encode()
    return one.type, one.subject, one.sequence, data
