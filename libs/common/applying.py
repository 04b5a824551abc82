"""Deciding what becomes of each event of a batch: applied, dropped as known, or set aside."""

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.bus.base import Delivered, NotAnEvent, to_envelope
from libs.common.db import passing, upsert
from libs.common.events.base import Envelope, Event, Recorded, UnknownEvent, UnreadableEvent
from libs.common.failpoints import failpoint
from libs.common.subscriptions import Subscriptions
from libs.common.tables import aggregate_version, parked

log = logging.getLogger(__name__)

GAP = "gap"
Name = tuple[str, UUID]
Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Read:
    """A record of the bus that is an event of ours; ``fault`` says why it cannot be applied."""

    record: Delivered
    envelope: Envelope
    event: Event | None
    fault: str = ""

    @property
    def place(self) -> Place:
        """Where on the bus it stands."""
        return self.record.topic, self.record.partition, self.record.offset

    @property
    def name(self) -> Name:
        """The aggregate it is of."""
        return self.envelope.source, self.envelope.subject

    @property
    def digest(self) -> str:
        """The hash by which a repetition is told from a fork."""
        return hashlib.sha256(self.envelope.data).hexdigest()

    @property
    def recorded(self) -> Recorded[Any]:
        """The event as its listeners meet it."""
        assert self.event is not None
        envelope = self.envelope
        return Recorded(self.event, envelope.id, envelope.sequence, envelope.time)


@dataclass(slots=True)
class Standing:
    """What a listener has applied of one aggregate, and what becomes of its next events.

    The next version is applied, an earlier one dropped, a later one waits for the gap to fill.
    An event that cannot be applied blocks its aggregate until it is released by command.
    """

    sequence: int = 0
    digest: str = ""
    blocked: bool = False
    waiting: dict[int, Read] = field(default_factory=dict)
    ready: list[Read] = field(default_factory=list)
    aside: dict[Place, tuple[Read, str]] = field(default_factory=dict)
    released: set[Place] = field(default_factory=set)

    def take(self, event: Read) -> None:
        """Decide about one event, and about those that waited for it."""
        following: Read | None = event
        while following is not None:
            self._take_one(following)
            following = None if self.blocked else self.waiting.pop(self.sequence + 1, None)

    def _take_one(self, event: Read) -> None:
        sequence = event.envelope.sequence
        if sequence <= self.sequence:
            if sequence == self.sequence and event.digest != self.digest:
                self._set_aside(event, "fork")
        elif self.blocked:
            self._set_aside(event, "behind-another")
        elif sequence > self.sequence + 1:
            self._wait(event)
        elif event.fault:
            self.block(event, event.fault)
        else:
            self._apply(event)

    def _wait(self, event: Read) -> None:
        if event.envelope.sequence not in self.waiting:
            self.waiting[event.envelope.sequence] = event
            self._set_aside(event, GAP)

    def _apply(self, event: Read) -> None:
        self.sequence = event.envelope.sequence
        self.digest = event.digest
        self.ready.append(event)
        self.aside.pop(event.place, None)
        self.released.add(event.place)

    def _set_aside(self, event: Read, reason: str) -> None:
        self.aside[event.place] = (event, reason)

    def block(self, event: Read, reason: str) -> None:
        """Set the event aside, and with it all that comes after it."""
        self.blocked = True
        self._set_aside(event, reason)

    def undo(self, failed: Read, digest_before: str) -> None:
        """Take back from ``ready`` the event whose projection failed and those after it."""
        index = self.ready.index(failed)
        for event in self.ready[index + 1 :]:
            self._set_aside(event, "behind-another")
        for event in self.ready[index:]:
            self.released.discard(event.place)
        del self.ready[index:]
        self.sequence, self.digest = failed.envelope.sequence - 1, digest_before
        self.block(failed, "failed")


async def apply_batch(
    connection: AsyncConnection,
    subscriptions: Subscriptions,
    records: Sequence[Delivered],
    *,
    one_by_one: bool = False,
) -> int:
    """Apply a batch in the transaction given; return how many events were applied.

    ``one_by_one`` sets aside each event whose projection fails, where otherwise the first failure
    is raised; it is slow, and for when a batch has failed.
    """
    read = [_read(record) for record in records]
    events = [event for event in read if isinstance(event, Read)]
    standings = await _standings(connection, {event.name for event in events})
    before = {name: standing.digest for name, standing in standings.items()}
    for event in events:
        standings[event.name].take(event)
    if one_by_one:
        await _apply_singly(connection, subscriptions, standings, before)
    else:
        ready = [event for standing in standings.values() for event in standing.ready]
        await subscriptions.apply(connection, [event.recorded for event in ready])
    await _park(connection, [record for record in read if isinstance(record, Delivered)], standings)
    await _keep(connection, standings)
    return sum(len(standing.ready) for standing in standings.values())


async def release(
    connection: AsyncConnection, subscriptions: Subscriptions, source: str, subject: UUID
) -> int:
    """Try again the events set aside of one aggregate; return how many were applied."""
    mine = (parked.c.source == source) & (parked.c.subject == subject)
    query = select(parked).where(mine).order_by(parked.c.sequence, parked.c.offset)
    records = [_delivered(row) for row in await connection.execute(query)]
    await connection.execute(delete(parked).where(mine))
    return await apply_batch(connection, subscriptions, records, one_by_one=True)


def _read(record: Delivered) -> Read | Delivered:
    try:
        envelope = to_envelope(record)
    except NotAnEvent:
        return record
    try:
        event = envelope.event()
    except UnknownEvent:
        return Read(record, envelope, None, "unknown-type")
    except (UnreadableEvent, RecursionError):
        return Read(record, envelope, None, "unreadable")
    fault = "" if event.aggregate_id == envelope.subject else "wrong-subject"
    return Read(record, envelope, event, fault)


async def _standings(connection: AsyncConnection, names: set[Name]) -> dict[Name, Standing]:
    standings = {name: Standing() for name in sorted(names)}
    subjects = [subject for _, subject in standings]
    applied = select(aggregate_version).where(aggregate_version.c.subject.in_(subjects))
    for row in await connection.execute(applied):
        if standing := standings.get((row.source, row.subject)):
            standing.sequence, standing.digest = row.sequence, row.digest
    aside = select(parked).where(parked.c.subject.in_(subjects))
    for row in await connection.execute(aside):
        if standing := standings.get((row.source, row.subject)):
            _recall(standing, row)
    return standings


def _recall(standing: Standing, row: Any) -> None:
    if row.reason not in {GAP, "fork"}:
        standing.blocked = True
    if row.reason == GAP:
        event = _read(_delivered(row))
        assert isinstance(event, Read)
        standing.waiting[row.sequence] = event


def _delivered(row: Any) -> Delivered:
    return Delivered(
        topic=row.topic,
        partition=row.partition,
        offset=row.offset,
        key=str(row.subject).encode(),
        headers=row.headers,
        value=row.value,
    )


async def _apply_singly(
    connection: AsyncConnection,
    subscriptions: Subscriptions,
    standings: Mapping[Name, Standing],
    before: Mapping[Name, str],
) -> None:
    for name, standing in standings.items():
        digest = before[name]
        for event in list(standing.ready):
            try:
                async with connection.begin_nested():
                    await subscriptions.apply(connection, [event.recorded])
            except Exception as error:
                if passing(error):
                    raise
                standing.undo(event, digest)
                break
            digest = event.digest


async def _park(
    connection: AsyncConnection,
    not_events: Iterable[Delivered],
    standings: Mapping[Name, Standing],
) -> None:
    rows = [_row(record, "not-an-event", None) for record in not_events]
    for standing in standings.values():
        rows += [_row(e.record, reason, e.envelope) for e, reason in standing.aside.values()]
    for row in rows:
        log.warning("event-parked", extra={"reason": row["reason"], "topic": row["topic"]})
    places = {place for standing in standings.values() for place in standing.released}
    if await _any_parked(connection) and places:
        place = tuple_(parked.c.topic, parked.c.partition, parked.c.offset)
        await connection.execute(delete(parked).where(place.in_(places)))
    if rows:
        await upsert(connection, parked, rows)
        await failpoint("consumer.parked")


async def _any_parked(connection: AsyncConnection) -> bool:
    return (await connection.execute(select(parked.c.offset).limit(1))).first() is not None


def _row(record: Delivered, reason: str, envelope: Envelope | None) -> dict[str, Any]:
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "source": envelope.source if envelope else None,
        "subject": envelope.subject if envelope else None,
        "sequence": envelope.sequence if envelope else None,
        "reason": reason,
        "headers": dict(record.headers),
        "value": record.value,
    }


async def _keep(connection: AsyncConnection, standings: Mapping[Name, Standing]) -> None:
    rows = [
        {"source": name[0], "subject": name[1], "sequence": s.sequence, "digest": s.digest}
        for name, s in standings.items()
        if s.ready
    ]
    await upsert(connection, aggregate_version, rows)
