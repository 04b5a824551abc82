"""How far a relay has published, in which cluster's numbers, and what that leaves to publish."""

import logging
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select, text, true, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.persistence.tables import PUBLISHED, event, relay_position
from libs.common.persistence.upserts import upsert

log = logging.getLogger(__name__)

_CLUSTER = text(
    "SELECT system_identifier::text AS system_identifier,"
    " ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int AS timeline"
    " FROM pg_control_system()"
)
"""Any role may ask this. The timeline is the one written to now: a control file lags behind."""
_NEXT = text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
_FINISHED = text("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Up to where was published, by transaction number and position.

    The numbers of what stands at or below ``settled`` mean nothing: those events were written in
    another cluster, or are to be published once more. All of their transactions are finished, so
    they go out first, by position, while ``xid`` is 0; what stands above follows by its number.
    """

    xid: int = 0
    position: int = 0
    settled: int = 0

    @property
    def is_settling(self) -> bool:
        """Whether the next events are of those whose numbers mean nothing."""
        return self.xid == 0 and self.position < self.settled

    @property
    def order(self) -> tuple[ColumnElement[Any], ...]:
        """In which order the next events go out."""
        return (event.c.position,) if self.is_settling else (event.c.xid, event.c.position)

    @property
    def waiting(self) -> ColumnElement[bool]:
        """The condition for what is still to be published, finished or not: the only one."""
        return and_(PUBLISHED, self.behind)

    @property
    def behind(self) -> ColumnElement[bool]:
        """The condition for all that stands behind this: changes without an event too.

        While ``xid`` is 0 all of it has higher positions: the first of a cluster's own numbers go
        out behind the last that is settled, and SQLite numbers no transactions.
        """
        if self.xid == 0:
            return event.c.position > self.position
        after = tuple_(event.c.xid, event.c.position) > (self.xid, self.position)
        return and_(event.c.position > self.settled, after)

    def finished(self, connection: AsyncConnection) -> ColumnElement[bool]:
        """Return the condition for those of the waiting events that can be published now.

        SQLite has one writer, so that whatever can be seen is finished.
        """
        if self.is_settling:
            return event.c.position <= self.settled
        if connection.dialect.name == "sqlite":
            return true()
        return event.c.xid < _FINISHED

    def after(self, row: Row[Any]) -> "Cursor":
        """Return the cursor once this event was published, and those before it."""
        return Cursor(0 if self.is_settling else row.xid, row.position, self.settled)

    def all_settled(self) -> "Cursor":
        """Return the cursor behind the last of the events whose numbers mean nothing."""
        return Cursor(0, self.settled, self.settled)


@dataclass(frozen=True, slots=True)
class Standpoint:
    """The row of a relay's position: its cursor, whose numbers these are, and what was compared.

    ``topic_ahead`` are the events found on the topic and not in the table, ``topic_behind`` those
    that were published and that the topic no longer holds.
    """

    cursor: Cursor = Cursor()
    system_identifier: str | None = None
    timeline: int | None = None
    topic_ahead: int = 0
    topic_behind: int = 0


async def standpoint(connection: AsyncConnection, *, hold: bool = False) -> Standpoint:
    """Read where the relay is, at the beginning where nothing says otherwise.

    With ``hold`` nobody else changes it until this transaction ends.
    """
    query = select(relay_position)
    row = (await connection.execute(query.with_for_update() if hold else query)).one_or_none()
    if row is None:
        return Standpoint()
    cursor = Cursor(row.xid, row.position, row.settled_position)
    return Standpoint(
        cursor, row.system_identifier, row.timeline, row.topic_ahead, row.topic_behind
    )


async def held(connection: AsyncConnection) -> Standpoint:
    """Read where the relay is, for whoever is to change it; make the row where there is none."""
    await upsert(connection, relay_position, [{"id": 1}])
    return await standpoint(connection, hold=True)


async def move(connection: AsyncConnection, old: Cursor, new: Cursor) -> None:
    """Move the cursor if it is where this relay left it."""
    moved = await connection.execute(
        update(relay_position)
        .where(
            relay_position.c.xid == old.xid,
            relay_position.c.position == old.position,
            relay_position.c.settled_position == old.settled,
        )
        .values(xid=new.xid, position=new.position)
    )
    if moved.rowcount != 1:
        raise CursorMoved


class CursorMoved(RuntimeError):
    """The cursor is not where this relay left it: another moved it, or a restore put it back."""


async def recognise(connection: AsyncConnection) -> Standpoint:
    """Find out which cluster this is; where it is another than before, settle what it was given.

    Another timeline of the same cluster, after a failover or a recovery to an earlier moment,
    goes on with the same numbers: whether it lacks what was published, the topic tells.
    """
    known = await held(connection)
    if connection.dialect.name == "sqlite":
        return known
    now = (await connection.execute(_CLUSTER)).one()
    if await _is_another(connection, known, now.system_identifier):
        log.warning("cluster-changed")
        await settle(connection, await _first_in_doubt(connection, known.cursor))
    elif known.timeline not in {None, now.timeline}:
        log.warning("timeline-changed", extra={"timeline": now.timeline})
    mine = {"system_identifier": now.system_identifier, "timeline": now.timeline}
    if mine != {"system_identifier": known.system_identifier, "timeline": known.timeline}:
        await connection.execute(update(relay_position).values(mine))
    return await standpoint(connection)


async def _is_another(connection: AsyncConnection, known: Standpoint, now: str) -> bool:
    """Say whether the numbers in the table are another cluster's.

    Where nobody wrote down whose they are, a number that was not given out here yet tells.
    """
    if known.system_identifier is not None:
        return known.system_identifier != now
    highest = (await connection.execute(select(func.max(event.c.xid)))).scalar_one() or 0
    upcoming = (await connection.execute(_NEXT)).scalar_one()
    return max(highest, known.cursor.xid) >= int(upcoming)


async def _first_in_doubt(connection: AsyncConnection, cursor: Cursor) -> int:
    """Return the position up to which everything was published for certain.

    Whatever was committed in the new cluster before this stands above every position of the old
    one. So what is published for certain ends before the first event that was waiting, and before
    the last that was published; some go out twice, and listeners drop them.
    """
    query = select(func.min(event.c.position)).where(cursor.waiting)
    waiting = (await connection.execute(query)).scalar_one()
    return cursor.position if waiting is None else min(cursor.position, waiting - 1)


async def settle(connection: AsyncConnection, published: int) -> Cursor:
    """Have everything above a position published by position, whatever transactions say.

    Whoever writes events is waited for and held up meanwhile, for milliseconds: no event can then
    appear later below the position that is noted.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("LOCK TABLE event IN SHARE MODE"))
    last = (await connection.execute(select(func.max(event.c.position)))).scalar_one() or 0
    cursor = Cursor(0, min(published, last), last)
    values = {"xid": cursor.xid, "position": cursor.position, "settled_position": cursor.settled}
    await connection.execute(update(relay_position).values(values))
    return cursor


async def note_comparison(connection: AsyncConnection, ahead: int, behind: int) -> None:
    """Keep what the comparison with the topic found, for every process of the service."""
    values = {"topic_ahead": ahead, "topic_behind": behind}
    await connection.execute(update(relay_position).values(values))
