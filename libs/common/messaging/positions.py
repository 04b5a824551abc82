"""How far a listener has read: moved with the facts, and checked against the log at start."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.messaging.bus.base import (
    Bus,
    Delivered,
    NotAnEvent,
    Partition,
    PositionLost,
    Reader,
    Spans,
    to_envelope,
)
from libs.common.persistence.tables import consumer_position, dead_letter, subscribed_type

Positions = Mapping[Partition, tuple[int, int | None, str | None]]
MOST_AT_ONCE = 100
WAIT_SECONDS = 5.0


class OwnershipLost(RuntimeError):
    """A partition's position is not where this consumer left it; its batch was undone."""


async def move(
    connection: AsyncConnection, records: Sequence[Delivered], began: Mapping[Partition, int]
) -> None:
    """Move each partition's position past its records, if it is still where their reading began.

    One that moved on was moved by another consumer; one that went back is a database restored
    to an earlier state, which lacks what was read before these records.
    """
    table = consumer_position
    lasts = {(record.topic, record.partition): record for record in records}
    for (topic, number), last in sorted(lasts.items()):
        moved = await connection.execute(
            update(table)
            .where(
                table.c.topic == topic,
                table.c.partition == number,
                table.c.position == began[Partition(topic, number)],
            )
            .values(_after(last, records))
        )
        if moved.rowcount != 1:
            raise OwnershipLost(topic)


async def hold(connection: AsyncConnection, topic: str) -> None:
    """Wait for the topic's batch under way, and hold up the next until this transaction ends.

    SQLite, which has one writer at a time, holds it up anyway.
    """
    table = consumer_position
    query = select(table.c.position).where(table.c.topic == topic).order_by(table.c.partition)
    await connection.execute(query.with_for_update())


async def positions_in(connection: AsyncConnection) -> Positions:
    """Return each partition's position, with the offset and the id of the last record applied."""
    rows = await connection.execute(select(consumer_position))
    return {
        Partition(row.topic, row.partition): (row.position, row.last_offset, row.last_id)
        for row in rows
    }


async def begin_again(connection: AsyncConnection, topic: str, spans: Spans) -> int:
    """Have a topic read from the first position held; return how many dead letters it had.

    They are forgotten: their place on a topic that was made again is another event's, and what
    still cannot be applied is met again. A batch under way is undone. A type whose backfill is not
    complete is read from the beginning again.
    """
    await hold(connection, topic)
    await connection.execute(delete(consumer_position).where(consumer_position.c.topic == topic))
    await begin_at_first(connection, spans)
    unfinished = subscribed_type.c.position.is_not(None)
    await connection.execute(
        update(subscribed_type)
        .where(subscribed_type.c.topic == topic, unfinished)
        .values(position=0)
    )
    gone = await connection.execute(delete(dead_letter).where(dead_letter.c.topic == topic))
    return gone.rowcount


async def begin_at_first(connection: AsyncConnection, spans: Spans) -> None:
    """Begin partitions that have no position at the first one that the bus holds.

    A topic that was cut begins above 0. Only a person's command may pass over what is gone: it was
    published again behind, or else the order of each aggregate shows what is missing.
    """
    await begin(connection, {partition: first for partition, (first, _) in spans.items()})


async def begin(connection: AsyncConnection, at: Mapping[Partition, int]) -> None:
    """Give partitions that have none a position."""
    rows = [
        {"topic": partition.topic, "partition": partition.number, "position": position}
        for partition, position in at.items()
    ]
    if rows:
        await connection.execute(insert(consumer_position), rows)


def _after(last: Delivered, records: Sequence[Delivered]) -> dict[str, Any]:
    part = (record for record in reversed(records) if record.place[:2] == last.place[:2])
    after = {"position": last.offset + 1, "last_offset": last.offset, "last_id": _mark(last)}
    time = next(filter(None, map(_time, part)), None)
    return after if time is None else after | {"last_time": time}


def _mark(record: Delivered) -> str:
    """Return the id by which the record is known again, of characters that every database keeps."""
    printable = filter(str.isprintable, record.headers.get("ce_id", ""))
    return "".join(printable)[:64]


def _time(record: Delivered) -> str | None:
    """Return when an event was recorded; what is no event says nothing that could be believed."""
    try:
        return to_envelope(record).time.isoformat()
    except NotAnEvent:
        return None


async def check_same_log(bus: Bus, positions: Positions) -> None:
    """Read the last applied record again: a topic that was made again holds another one there."""
    last = {p: row[1] for p, row in positions.items() if row[1] is not None}
    if not last:
        return
    reader = await bus.reader(last)
    try:
        await _compare(reader, {p: row for p, row in positions.items() if p in last})
    finally:
        await reader.close()


async def _compare(reader: Reader, positions: Positions) -> None:
    missing = dict(positions)
    while missing:
        records = await reader.fetch(MOST_AT_ONCE, WAIT_SECONDS)
        if not records:
            await _explain(reader, missing)
        for record in records:
            expected = missing.pop(Partition(record.topic, record.partition), None)
            if expected and (record.offset, _mark(record)) != expected[1:]:
                raise PositionLost(f"{record.topic}: holds another event where we stopped")


async def _explain(reader: Reader, missing: Positions) -> None:
    """Say why nothing came: the log ends before the last event, or the bus is slow."""
    ends = await reader.ends()
    gone = sorted(p.topic for p, (_, last, _) in missing.items() if ends.get(p, 0) <= (last or 0))
    if gone:
        raise PositionLost(f"{gone}: the last event is gone")
    raise TimeoutError("the bus gives nothing at present")
