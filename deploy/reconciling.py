"""Going on after a restore to an earlier moment: the topic's events taken into the table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import MetaData, Table, bindparam, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.base import Envelope
from libs.common.core.chunks import chunked
from libs.common.core.failpoints import failpoint
from libs.common.messaging.cursor import Cursor, held, note_comparison
from libs.common.persistence import tables

ACTION = "reconcile.number-on"
WHO = "command-line"


@dataclass(frozen=True, slots=True)
class NumberedOn:
    """How many events were taken in, and how many of the table's own were numbered above them."""

    adopted: int
    renumbered: int


def aggregates(metadata: MetaData) -> list[Table]:
    """Return the tables whose rows are aggregates: they count events."""
    return [table for table in metadata.sorted_tables if "event_version" in table.c]


async def on_record(
    connection: AsyncConnection, metadata: MetaData, subjects: Iterable[UUID]
) -> set[UUID]:
    """Return which of these aggregates still have a row."""
    found = set[UUID]()
    for some in chunked(subjects):
        for table in aggregates(metadata):
            query = select(table.c.id).where(table.c.id.in_(some))
            found |= set((await connection.execute(query)).scalars())
    return found


async def number_on(
    connection: AsyncConnection, metadata: MetaData, lost: Sequence[Envelope], at: datetime
) -> NumberedOn:
    """Take events into the table as they stand on the topic, and number on above them.

    What the table was given of the same aggregates since, and did not publish, moves behind them:
    only its number changes. Everything is kept, or nothing is. What was taken in counts as
    published, which it is; an embedded relay, which goes by position, sends it once more, with the
    same ids. Whoever holds the relay's lock calls this.
    """
    cursor = (await held(connection)).cursor
    if connection.dialect.name == "postgresql":
        await connection.execute(text("LOCK TABLE event IN SHARE ROW EXCLUSIVE MODE"))
    highest = _highest(lost)
    moved = await _make_room(connection, cursor, lost, highest)
    await connection.execute(insert(tables.event), [_row(one) for one in lost])
    await _raise_versions(connection, metadata, list(highest))
    await connection.execute(insert(tables.audit), [_audit_row(one, at) for one in lost])
    await note_comparison(connection, ahead=0, behind=0)
    await failpoint("reconcile.before-commit")
    return NumberedOn(len(lost), moved)


def _highest(lost: Iterable[Envelope]) -> dict[UUID, int]:
    highest: dict[UUID, int] = {}
    for one in lost:
        highest[one.subject] = max(one.sequence, highest.get(one.subject, 0))
    return highest


async def _make_room(
    connection: AsyncConnection,
    cursor: Cursor,
    lost: Iterable[Envelope],
    highest: Mapping[UUID, int],
) -> int:
    """Number what was not published above the numbers that the topic has taken already."""
    lowest: dict[UUID, int] = {}
    for one in lost:
        lowest[one.subject] = min(one.sequence, lowest.get(one.subject, one.sequence))
    event, moves = tables.event, []
    for some in chunked(highest):
        query = select(event.c.id, event.c.subject, event.c.sequence)
        query = query.where(event.c.subject.in_(some), cursor.waiting)
        own: dict[UUID, list[Any]] = {}
        for row in await connection.execute(query.order_by(event.c.sequence)):
            if row.sequence >= lowest[row.subject]:
                own.setdefault(row.subject, []).append(row)
        moves += [
            {"its_id": row.id, "number": highest[subject] + place}
            for subject, rows in own.items()
            for place, row in enumerate(rows, 1)
        ]
    if moves:
        # From the highest down: no two of an aggregate ever bear the same number.
        moves.sort(key=lambda move: -move["number"])
        statement = update(event).where(event.c.id == bindparam("its_id"))
        await connection.execute(statement.values(sequence=bindparam("number")), moves)
    return len(moves)


async def _raise_versions(
    connection: AsyncConnection, metadata: MetaData, subjects: Sequence[UUID]
) -> None:
    """Let each aggregate that still has a row count what the topic counts of it."""
    counted = func.max(tables.event.c.sequence)
    query = select(tables.event.c.subject, counted.label("last")).group_by(tables.event.c.subject)
    last: dict[UUID, int] = {}
    for some in chunked(subjects):
        rows = await connection.execute(query.where(tables.event.c.subject.in_(some)))
        last |= {row.subject: row.last for row in rows}
    for table in aggregates(metadata):
        statement = (
            update(table)
            .where(table.c.id == bindparam("its_id"))
            .values(event_version=bindparam("last"), row_version=table.c.row_version + 1)
        )
        values = [{"its_id": subject, "last": number} for subject, number in last.items()]
        await connection.execute(statement, values)


def _row(one: Envelope) -> dict[str, Any]:
    return {
        "xid": 0,
        "id": one.id,
        "type": one.type,
        "subject": one.subject,
        "sequence": one.sequence,
        "time": one.time,
        "traceparent": one.traceparent,
        "data": one.data.decode(),
    }


def _audit_row(one: Envelope, at: datetime) -> dict[str, Any]:
    return {
        "at": at,
        "subject": WHO,
        "roles": "",
        "action": ACTION,
        "object": f"{one.type.split('.')[-2]}:{one.subject}",
        "outcome": "done",
        "request_id": "",
    }
