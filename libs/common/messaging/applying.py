"""The consumer's steps within a transaction: order events, apply them, record the result."""

import asyncio
from collections.abc import Sequence, Set
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.base import Event
from libs.common.core.failpoints import failpoint
from libs.common.core.transient import is_transient
from libs.common.messaging import dead_letters
from libs.common.messaging.bus.base import Delivered
from libs.common.messaging.positions import hold
from libs.common.messaging.stream_state import (
    BEHIND,
    FORK,
    GAP,
    NoEvent,
    Place,
    Read,
    States,
    StreamState,
    read,
)
from libs.common.messaging.subscriptions import HandlerHung, Subscriptions
from libs.common.persistence.tables import aggregate_version, dead_letter
from libs.common.persistence.upserts import upsert

WITHOUT_A_PAUSE = 50
"""How many records are looked into before others get their turn: a millisecond or two."""


async def look_into(
    records: Sequence[Delivered], handled: Set[type[Event]]
) -> list[Read | NoEvent]:
    """Return what each record is."""
    found: list[Read | NoEvent] = []
    for start in range(0, len(records), WITHOUT_A_PAUSE):
        found += [read(record, handled) for record in records[start : start + WITHOUT_A_PAUSE]]
        await asyncio.sleep(0)
    return found


async def order(
    connection: AsyncConnection,
    found: Sequence[Read | NoEvent],
    handled: Set[type[Event]],
    hanging: Set[Place] = frozenset(),
) -> States:
    """Return the state of each event's stream, which has decided what is applied and what is not.

    The events at the places in ``hanging`` become dead letters without being tried.
    """
    events = [event.hanging(hanging) for event in found if isinstance(event, Read)]
    states = {name: StreamState() for name in sorted({event.name for event in events})}
    subjects = [subject for _, subject in states]
    applied = select(aggregate_version).where(aggregate_version.c.subject.in_(subjects))
    for row in await connection.execute(applied):
        if state := states.get((row.source, row.subject)):
            state.begin(row.sequence, row.digest, row.known)
    await dead_letters.recall(connection, states, events, handled)
    for event in events:
        states[event.name].take(event)
    return states


async def apply(
    connection: AsyncConnection, subscriptions: Subscriptions, states: States, *, singly: bool
) -> None:
    """Hand what is ready to its handlers, and raise the first failure.

    ``singly`` makes a dead letter of each event whose handler fails; it is slow, and for a batch
    that has failed.
    """
    if singly:
        for state in states.values():
            await _apply_singly(connection, subscriptions, state)
    else:
        ready = [one for state in states.values() for _, its in state.handled() for one in its]
        await subscriptions.apply(connection, ready)


async def _apply_singly(
    connection: AsyncConnection, subscriptions: Subscriptions, state: StreamState
) -> None:
    for event, handled in state.handled():
        try:
            async with connection.begin_nested():
                await subscriptions.apply(connection, handled)
        except HandlerHung as error:
            error.place = event.place
            raise
        except Exception as error:
            if is_transient(error):
                raise
            state.undo(event)
            return


async def record(
    connection: AsyncConnection, found: Sequence[Read | NoEvent], states: States
) -> tuple[int, int]:
    """Record dead letters and the version that each aggregate has reached.

    Return how many events were applied, and how many records are poison.
    """
    rows = dead_letters.rows(found, states)
    await dead_letters.forget_waiting(connection, states)
    await upsert(connection, dead_letter, rows)
    if rows:
        await failpoint("consumer.dead-lettered")
    versions = [
        {
            "source": name[0],
            "subject": name[1],
            "sequence": s.sequence,
            "digest": s.digest,
            "known": s.known,
        }
        for name, s in states.items()
        if s.ready
    ]
    await upsert(connection, aggregate_version, versions)
    poison = sum(row["reason"] not in {GAP, FORK, BEHIND} for row in rows)
    return sum(len(state.ready) for state in states.values()), poison


async def redrive(
    connection: AsyncConnection, subscriptions: Subscriptions, source: str, subject: UUID
) -> int | None:
    """Try an aggregate's dead letters again; return how many were applied, None without any.

    No batch of the consumer comes in between: its dead letters would be forgotten.
    """
    await hold(connection, source)
    mine = (dead_letter.c.source == source) & (dead_letter.c.subject == subject)
    rows = (await connection.execute(select(dead_letter).where(mine))).all()
    if not rows:
        return None
    await connection.execute(delete(dead_letter).where(mine))
    handled = subscriptions.handled
    found = sorted((read(dead_letters.delivered(row), handled) for row in rows), key=_turn)
    states = await order(connection, found, handled)
    await apply(connection, subscriptions, states, singly=True)
    applied, _ = await record(connection, found, states)
    return applied


def _turn(one: Read | NoEvent) -> tuple[int, bool, int]:
    """Order by version, and of one version put first what can be read: it was published again."""
    if isinstance(one, NoEvent):
        return 0, True, one.record.offset
    return one.envelope.sequence, bool(one.fault), one.record.offset
