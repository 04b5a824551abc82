"""The table of dead letters: how one is kept, and when it is recalled or forgotten."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.base import Event
from libs.common.messaging.bus.base import Delivered
from libs.common.messaging.stream_state import (
    BEHIND,
    FOREIGN,
    FORK,
    GAP,
    NOT_BLOCKING,
    NoEvent,
    Read,
    States,
    read,
)
from libs.common.persistence.tables import dead_letter

log = logging.getLogger(__name__)

# Somebody else published under a publisher's name, or a publisher's history came out twice.
ALARMING = frozenset({FOREIGN, FORK})


async def recall(
    connection: AsyncConnection, states: States, events: Sequence[Read], handled: Set[type[Event]]
) -> None:
    """Have the states know of the dead letters that bear on these events: mostly there are none."""
    if (await connection.execute(select(dead_letter.c.offset).limit(1))).first() is not None:
        await _recall_blockers(connection, states)
        await _recall_waiting(connection, states, events, handled)


async def _recall_blockers(connection: AsyncConnection, states: States) -> None:
    """Mark the aggregates with a dead letter that blocks them until it is redriven."""
    subjects = [subject for _, subject in states]
    place = (dead_letter.c.topic, dead_letter.c.partition, dead_letter.c.offset)
    query = select(dead_letter.c.source, dead_letter.c.subject, dead_letter.c.reason, *place).where(
        dead_letter.c.subject.in_(subjects), dead_letter.c.reason.not_in((*NOT_BLOCKING, BEHIND))
    )
    for row in await connection.execute(query):
        if state := states.get((row.source, row.subject)):
            state.blocked = True
            state.blockers[row.topic, row.partition, row.offset] = row.reason


async def _recall_waiting(
    connection: AsyncConnection, states: States, events: Sequence[Read], handled: Set[type[Event]]
) -> None:
    """Recall what waits for a gap to fill, where this batch fills one.

    Thousands may wait: to fetch them for each event that comes to wait too would cost ever more.
    """
    filled = {
        event.name
        for event in events
        if event.envelope.sequence == states[event.name].sequence + 1
        and not states[event.name].blocked
    }
    if not filled:
        return
    subjects = [subject for _, subject in sorted(filled)]
    waiting = dead_letter.c.subject.in_(subjects) & (dead_letter.c.reason == GAP)
    query = select(dead_letter).where(waiting)
    for row in await connection.execute(
        query.order_by(dead_letter.c.sequence, dead_letter.c.offset)
    ):
        event = read(delivered(row), handled)
        assert isinstance(event, Read)
        if event.name in filled:
            states[event.name].recall(event)


def delivered(row: Any) -> Delivered:
    """Return a row as the record it was, its key the aggregate's."""
    return Delivered(
        topic=row.topic,
        partition=row.partition,
        offset=row.offset,
        key=str(row.subject).encode(),
        sent=row.headers,
        value=row.value,
    )


def rows(found: Iterable[Read | NoEvent], states: States) -> list[dict[str, Any]]:
    """Return the rows of new dead letters, and log how many there are for which reason."""
    letters = [row(one, one.reason) for one in found if isinstance(one, NoEvent)]
    for state in states.values():
        letters += [row(event, reason) for event, reason in state.dead_letters.values()]
    for (reason, topic), count in Counter((r["reason"], r["topic"]) for r in letters).items():
        level = logging.ERROR if reason in ALARMING else logging.WARNING
        about = {"reason": reason, "topic": topic, "count": count}
        log.log(level, "events-dead-lettered", extra=about)
    # One record twice in a batch is one record.
    return list({(r["topic"], r["partition"], r["offset"]): r for r in letters}.values())


def row(one: Read | NoEvent, reason: str) -> dict[str, Any]:
    """Return a record as a row, with the reason why it is a dead letter."""
    record = one.record
    event = one.envelope if isinstance(one, Read) else None
    subject = event.subject if event else _subject(record.key)
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "source": event.source if event else record.topic if subject else None,
        "subject": subject,
        "sequence": event.sequence if event else None,
        "reason": reason,
        "headers": record.headers,
        "value": record.value,
    }


def _subject(key: bytes | None) -> UUID | None:
    """Return the aggregate that a record's key names, if it names one in our way of writing."""
    try:
        subject = UUID((key or b"").decode("ascii"))
    except ValueError:
        return None
    return subject if str(subject).encode() == key else None


async def forget_waiting(connection: AsyncConnection, states: States) -> None:
    """Delete what no longer waits: all up to the version applied, copies included."""
    filled = [
        {"its_source": source, "its_subject": subject, "applied": state.sequence}
        for (source, subject), state in states.items()
        if state.recalled
    ]
    if filled:
        waited = (
            (dead_letter.c.source == bindparam("its_source"))
            & (dead_letter.c.subject == bindparam("its_subject"))
            & (dead_letter.c.sequence <= bindparam("applied"))
            & (dead_letter.c.reason == GAP)
        )
        await connection.execute(delete(dead_letter).where(waited), filled)
