"""A publisher's events for who asks instead of listens: in the relay's order, none passed by."""

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Row, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.errors import DomainError
from libs.common.messaging.cursor import Cursor, standpoint
from libs.common.persistence.tables import PUBLISHED, event

NO_EVENT: Final = "0" * 8
_MARK: Final = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})\.([0-9]{1,18})\.([0-9a-f]{8})")
_AT_ONCE: Final = 10_000


class CursorExpired(DomainError):
    """410: the place a cursor stands for is no longer in the feed.

    The database was restored to an earlier moment or into another cluster, or its events were
    published once more: what came before the cursor can no longer be told from what came after.
    """

    status = HTTPStatus.GONE
    detail = (
        "The events before this cursor are no longer those that were read. Take a snapshot, load"
        " again what you keep, and go on from the snapshot's cursor."
    )


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the feed: behind which event it is, known again by the event's own id."""

    cursor: Cursor
    id: str = NO_EVENT

    @classmethod
    def behind(cls, cursor: Cursor, row: Row[Any]) -> "Mark":
        """Return the place behind an event that was read from a cursor on."""
        return cls(cursor.after(row), row.id.hex[:8])

    @classmethod
    def parse(cls, text: str) -> "Mark":
        """Read a place as it was given out; raises ValueError for anything else."""
        found = _MARK.fullmatch(text)
        if found is None:
            raise ValueError("not a cursor of ours")
        settled, xid, position = map(int, found.groups()[:3])
        return cls(Cursor(xid, position, settled), found.group(4))

    def __str__(self) -> str:
        at = self.cursor
        return f"{at.settled}.{at.xid}.{at.position}.{self.id}"


class Change(NamedTuple):
    """An event, and the place behind it."""

    row: Row[Any]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Only:
    """Of which changes alone: of these types, recorded since then, with an event."""

    types: Collection[str] | None = None
    since: datetime | None = None
    published: bool = False

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Yield the conditions for them."""
        if self.types is not None:
            yield event.c.type.in_(self.types)
        if self.since is not None:
            yield event.c.time >= self.since
        if self.published:
            yield PUBLISHED


@dataclass(frozen=True, slots=True)
class Digest:
    """How many events a range has, and a hash of their ids."""

    count: int
    sha256: str


async def resume(connection: AsyncConnection, mark: Mark | None) -> Cursor:
    """Return where to read on: behind a mark, or from the beginning; raises CursorExpired."""
    settled = (await standpoint(connection)).cursor.settled
    if mark is None:
        return Cursor(settled=settled)
    if mark.cursor.settled != settled or not await _is_there(connection, mark):
        raise CursorExpired
    return mark.cursor


async def _is_there(connection: AsyncConnection, mark: Mark) -> bool:
    """Say whether the event before a mark is the one that it was given out for."""
    at = mark.cursor
    if mark.id == NO_EVENT:
        return at.xid == 0 and at.position in {0, at.settled}
    query = select(event.c.id, event.c.xid).where(event.c.position == at.position)
    row = (await connection.execute(query)).one_or_none()
    return row is not None and row.id.hex[:8] == mark.id and at.xid in {0, row.xid}


async def changes(
    connection: AsyncConnection, after: Cursor, limit: int, only: Only | None = None
) -> list[Change]:
    """Return up to ``limit`` changes behind a cursor, in the order in which the relay reads them.

    A change is shown once every transaction that may stand before it is over.
    """
    found: list[Change] = []
    for part in (after, after.all_settled()) if after.is_settling else (after,):
        query = select(event).where(part.behind, part.finished(connection))
        query = query.where(*(only or Only()).conditions())
        query = query.order_by(*part.order).limit(limit - len(found))
        rows = (await connection.execute(query)).all()
        found += [Change(row, Mark.behind(part, row)) for row in rows]
        if len(found) == limit:
            break
    return found


async def latest(connection: AsyncConnection) -> Mark:
    """Return the place behind all that can be read of the feed now.

    Whatever is before it is in the tables for who reads them from now on.
    """
    settled = Cursor(settled=(await standpoint(connection)).cursor.settled).all_settled()
    query = select(event).where(settled.behind, settled.finished(connection))
    query = query.order_by(event.c.xid.desc(), event.c.position.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return Mark(settled) if row is None else Mark.behind(settled, row)


async def digest(
    connection: AsyncConnection, after: Cursor, until: Cursor, only: Only | None = None
) -> Digest:
    """Count the changes behind one cursor and up to another, and hash their ids.

    SHA-256 over the ids as text in ascending order, a line feed after each: whoever has the same
    events has the same hash, in whatever order they came.
    """
    within = (after.behind, _up_to(until), _finished(connection, until))
    query = select(event.c.id).where(*within, *(only or Only()).conditions())
    query = query.order_by(event.c.id).limit(_AT_ONCE)
    count, found = 0, hashlib.sha256()
    ids = (await connection.execute(query)).scalars().all()
    while ids:
        found.update("".join(f"{id_}\n" for id_ in ids).encode())
        count += len(ids)
        ids = (await connection.execute(query.where(event.c.id > ids[-1]))).scalars().all()
    return Digest(count, found.hexdigest())


def _up_to(cursor: Cursor) -> ColumnElement[bool]:
    if cursor.position <= cursor.settled:
        return event.c.position <= cursor.position
    numbered = tuple_(event.c.xid, event.c.position) <= (cursor.xid, cursor.position)
    return or_(event.c.position <= cursor.settled, numbered)


def _finished(connection: AsyncConnection, cursor: Cursor) -> ColumnElement[bool]:
    above = cursor.all_settled().finished(connection)
    return or_(event.c.position <= cursor.settled, above)
