"""Deciding what becomes of each event of a batch: applied, dropped as known, or set aside."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common import dead_letters
from libs.common.bus.base import Delivered
from libs.common.db import upsert
from libs.common.events.base import Event
from libs.common.failpoints import failpoint
from libs.common.positions import hold
from libs.common.stream_state import (
    BEHIND,
    FORK,
    GAP,
    Name,
    NoEvent,
    Place,
    Read,
    StreamState,
    read,
)
from libs.common.subscriptions import HandlerHung, Subscriptions
from libs.common.tables import aggregate_version, dead_letter
from libs.common.transient import is_transient


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch: how many events were applied, how many records are poison."""

    applied: int
    poison: int


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
    found = [read(record, subscriptions.heard) for record in records]
    return (await take_batch(connection, subscriptions, found, one_by_one=one_by_one)).applied


async def take_batch(
    connection: AsyncConnection,
    subscriptions: Subscriptions,
    found: Sequence[Read | NoEvent],
    *,
    one_by_one: bool = False,
    hanging: Set[Place] = frozenset(),
) -> Outcome:
    """Apply records that were looked into as `apply_batch` does, and count what is poison.

    The events at the places in ``hanging`` are set aside without being handed to their functions.
    """
    events = [event.hanging(hanging) for event in found if isinstance(event, Read)]
    standings = await _standings(connection, events, subscriptions.heard)
    before = {name: standing.digest for name, standing in standings.items()}
    for event in events:
        standings[event.name].take(event)
    if one_by_one:
        await _apply_singly(connection, subscriptions, standings, before)
    else:
        ready = [event for standing in standings.values() for event in standing.ready]
        await subscriptions.apply(connection, [told for event in ready for told in event.heard])
    rows = dead_letters.rows(found, standings)
    await dead_letters.forget_waiting(connection, standings)
    await upsert(connection, dead_letter, rows)
    if rows:
        await failpoint("consumer.dead-lettered")
    await _keep(connection, standings)
    poison = sum(row["reason"] not in {GAP, FORK, BEHIND} for row in rows)
    return Outcome(sum(len(standing.ready) for standing in standings.values()), poison)


async def redrive(
    connection: AsyncConnection, subscriptions: Subscriptions, source: str, subject: UUID
) -> int | None:
    """Try again the events set aside of one aggregate; return how many were applied.

    None where nothing of it is set aside.
    No batch of the consumer comes in between: what it set aside meanwhile would be forgotten.
    """
    await hold(connection, source)
    mine = (dead_letter.c.source == source) & (dead_letter.c.subject == subject)
    records = [
        dead_letters.delivered(row)
        for row in await connection.execute(select(dead_letter).where(mine))
    ]
    if not records:
        return None
    await connection.execute(delete(dead_letter).where(mine))
    found = sorted((read(record, subscriptions.heard) for record in records), key=_turn)
    return (await take_batch(connection, subscriptions, found, one_by_one=True)).applied


def _turn(one: Read | NoEvent) -> tuple[int, bool, int]:
    """Order by version, and of one version put what can be read first: it was published anew."""
    if isinstance(one, NoEvent):
        return 0, True, one.record.offset
    return one.envelope.sequence, bool(one.fault), one.record.offset


async def _standings(
    connection: AsyncConnection, events: Sequence[Read], hears: Set[type[Event]]
) -> dict[Name, StreamState]:
    standings = {name: StreamState() for name in sorted({event.name for event in events})}
    subjects = [subject for _, subject in standings]
    applied = select(aggregate_version).where(aggregate_version.c.subject.in_(subjects))
    for row in await connection.execute(applied):
        if standing := standings.get((row.source, row.subject)):
            standing.sequence, standing.digest = row.sequence, row.digest
    if await dead_letters.any_dead_letters(connection):
        await dead_letters.recall_blockers(connection, standings)
        await dead_letters.recall_waiting(connection, standings, events, hears)
    return standings


async def _apply_singly(
    connection: AsyncConnection,
    subscriptions: Subscriptions,
    standings: Mapping[Name, StreamState],
    before: Mapping[Name, str],
) -> None:
    for name, standing in standings.items():
        digest = before[name]
        for event in list(standing.ready):
            try:
                async with connection.begin_nested():
                    await subscriptions.apply(connection, event.heard)
            except HandlerHung as error:
                error.place = event.place
                raise
            except Exception as error:
                if is_transient(error):
                    raise
                standing.undo(event, digest)
                break
            digest = event.digest


async def _keep(connection: AsyncConnection, standings: Mapping[Name, StreamState]) -> None:
    rows = [
        {"source": name[0], "subject": name[1], "sequence": s.sequence, "digest": s.digest}
        for name, s in standings.items()
        if s.ready
    ]
    await upsert(connection, aggregate_version, rows)
