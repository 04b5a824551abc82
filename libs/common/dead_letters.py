"""The events set aside: how they are kept, and when one is remembered or forgotten."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.bus.base import Delivered
from libs.common.events.base import Event
from libs.common.stream_state import (
    BEHIND,
    FOREIGN,
    FORK,
    GAP,
    NOT_BLOCKING,
    Name,
    NoEvent,
    Read,
    StreamState,
    read,
)
from libs.common.tables import dead_letter

log = logging.getLogger(__name__)

# Somebody else published under a publisher's name, or a publisher's history came out twice.
ALARMING = frozenset({FOREIGN, FORK})


async def any_dead_letters(connection: AsyncConnection) -> bool:
    """Say whether anything at all is set aside; most of the time nothing is."""
    return (await connection.execute(select(dead_letter.c.offset).limit(1))).first() is not None


async def recall_blockers(connection: AsyncConnection, states: Mapping[Name, StreamState]) -> None:
    """Mark the aggregates of which something is set aside until it is released."""
    subjects = [subject for _, subject in states]
    place = (dead_letter.c.topic, dead_letter.c.partition, dead_letter.c.offset)
    query = select(dead_letter.c.source, dead_letter.c.subject, dead_letter.c.reason, *place).where(
        dead_letter.c.subject.in_(subjects), dead_letter.c.reason.not_in((*NOT_BLOCKING, BEHIND))
    )
    for row in await connection.execute(query):
        if state := states.get((row.source, row.subject)):
            state.blocked = True
            state.blockers[row.topic, row.partition, row.offset] = row.reason


async def recall_waiting(
    connection: AsyncConnection,
    states: Mapping[Name, StreamState],
    events: Sequence[Read],
    hears: Set[type[Event]],
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
    query = (
        select(dead_letter)
        .where(
            dead_letter.c.subject.in_([subject for _, subject in sorted(filled)]),
            dead_letter.c.reason == GAP,
        )
        .order_by(dead_letter.c.sequence, dead_letter.c.offset)
    )
    for row in await connection.execute(query):
        event = read(delivered(row), hears)
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
        headers=row.headers,
        value=row.value,
    )


def rows(
    found: Iterable[Read | NoEvent], states: Mapping[Name, StreamState]
) -> list[dict[str, Any]]:
    """Return what is to be set aside, and say in the log how much for which reason."""
    aside = [_row_of_no_event(one) for one in found if isinstance(one, NoEvent)]
    for state in states.values():
        aside += [row_of_event(event, reason) for event, reason in state.aside.values()]
    for (reason, topic), count in Counter((row["reason"], row["topic"]) for row in aside).items():
        level = logging.ERROR if reason in ALARMING else logging.WARNING
        log.log(
            level, "events-dead-lettered", extra={"reason": reason, "topic": topic, "count": count}
        )
    # One record twice in a batch is one record.
    return list({(row["topic"], row["partition"], row["offset"]): row for row in aside}.values())


def _row(record: Delivered, reason: str) -> dict[str, Any]:
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "reason": reason,
        "headers": dict(record.headers),
        "value": record.value,
    }


def row_of_event(event: Read, reason: str) -> dict[str, Any]:
    """Return the row that sets an event aside, for a reason."""
    envelope = event.envelope
    return _row(event.record, reason) | {
        "source": envelope.source,
        "subject": envelope.subject,
        "sequence": envelope.sequence,
    }


def _row_of_no_event(one: NoEvent) -> dict[str, Any]:
    subject = _subject(one.record.key)
    source = one.record.topic if subject else None
    named = {"source": source, "subject": subject, "sequence": None}
    return _row(one.record, one.reason) | named


def _subject(key: bytes | None) -> UUID | None:
    """Return the aggregate that a record's key names, if it names one in our way of writing."""
    try:
        subject = UUID((key or b"").decode("ascii"))
    except ValueError:
        return None
    return subject if str(subject).encode() == key else None


async def forget_waiting(connection: AsyncConnection, states: Mapping[Name, StreamState]) -> None:
    """Delete what waited no longer waits: all up to the version applied, copies included."""
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
