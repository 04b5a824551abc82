"""The plain path: records read and applied together where nothing about them is to be decided.

Of nearly every batch each record is a plain event and the next of its aggregate. A batch that is
not wholly so is left to the path by which `stream_state` decides about each event.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from msgspec import MsgspecError, Struct, convert
from msgspec.structs import replace
from sqlalchemy import Select, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.base import REGISTRY, Event, Recorded
from libs.common.contracts.plain import PlainEvent, PlainReader, plain
from libs.common.core.clock import micros
from libs.common.messaging.bus.base import SEQUENCE_DIGITS, SPEC_VERSION, Delivered
from libs.common.messaging.subscriptions import Subscriptions
from libs.common.persistence.among import among, among_parameters
from libs.common.persistence.tables import aggregate_version, dead_letter
from libs.common.persistence.upserts import upsert

_KIND: Final = ("ce_specversion", "ce_source", "ce_type")
Kind = tuple[str, tuple[str, ...]]
"""A topic; version of CloudEvents, source and type: whether a record there is an event of ours."""


class NotPlain(ValueError):
    """A record is no plain event; what it is, is not said."""


class Reached(Struct):
    """How far a batch gets with one aggregate, and by which record."""

    subject: UUID
    sequence: int = 0
    known: int = 0
    last: Delivered | None = None


async def apply_plain(
    connection: AsyncConnection,
    subscriptions: Subscriptions,
    records: Sequence[Delivered],
    events: Sequence[Recorded[Any]] | None,
) -> bool:
    """Apply and record a batch of plain events, if each is the next of its aggregate.

    Say whether that was done. Where they are none, one is not the next, or an aggregate has a dead
    letter, nothing is changed.
    """
    if events is None:
        return False
    names = dict.fromkeys((record.topic, record.key) for record in records)
    reached = {(topic, key): Reached(_subject(key)) for topic, key in names}
    subjects = [its.subject for its in reached.values()]
    if (await _of(connection, dead_letter, subjects)).first():
        return False
    for row in await _of(connection, aggregate_version, subjects):
        if its := reached.get((row.source, str(row.subject).encode())):
            its.sequence, its.known = row.sequence, row.known
    handled: list[Recorded[Any]] = []
    for record, event in zip(records, events, strict=True):
        its = reached[record.topic, record.key]
        if event.sequence != its.sequence + 1:
            return False
        its.sequence, its.known, its.last = event.sequence, max(event.known, its.known), record
        if event.event is not None:
            handled.append(event if event.known == its.known else replace(event, known=its.known))
    await subscriptions.apply(connection, handled)
    await upsert(connection, aggregate_version, [_version(its) for its in reached.values()])
    return True


def _subject(key: bytes | None) -> UUID:
    return UUID((key or b"").decode())


async def _of(connection: AsyncConnection, table: Table, subjects: Sequence[UUID]) -> Any:
    """Select the rows of some aggregates."""
    is_sqlite = connection.dialect.name == "sqlite"
    are = among_parameters([(subject,) for subject in subjects], is_sqlite=is_sqlite)
    return await connection.execute(_selecting(table, is_sqlite), are)


@cache
def _selecting(table: Table, is_sqlite: bool) -> Select[Any]:
    return select(table).where(among([table.c.subject], is_sqlite=is_sqlite))


def _version(reached: Reached) -> dict[str, Any]:
    assert reached.last is not None
    return {
        "source": reached.last.topic,
        "subject": reached.subject,
        "sequence": reached.sequence,
        "digest": hashlib.sha256(reached.last.value or b"").hexdigest(),
        "known": reached.known,
    }


def read_plain(
    records: Sequence[Delivered], handled: frozenset[type[Event]]
) -> list[Recorded[Any]] | None:
    """Return what is recorded in each record; None if one of them is no plain event.

    An event of a type that is not handled is None: it only has its place in its aggregate's order.
    """
    readers = _readers(handled)
    try:
        ids = convert(_texts(records, "ce_id"), list[UUID])
        sequences = _sequences(_texts(records, "ce_sequence"))
        times = _times(_texts(records, "ce_time"))
        subjects = [text.encode() for text in _texts(records, "ce_subject")]
        kinds = zip(*(_texts(records, name) for name in _KIND), strict=True)
        if subjects != [record.key for record in records]:
            return None
        events = [
            _event(readers[record.topic, kind], record)
            for record, kind in zip(records, kinds, strict=True)
        ]
    except (LookupError, TypeError, ValueError, MsgspecError):
        return None
    recorded: Callable[..., Recorded[Any]] = Recorded
    return list(map(recorded, events, ids, sequences, times, map(micros, times)))


def _texts(records: Sequence[Delivered], name: str) -> list[str]:
    """Return one header of all records as text, which each reader of the bus gives or all bytes."""
    values: list[Any] = [record.sent[name] for record in records]
    is_text = isinstance(values[0], str)
    joined = "\n".join(values) if is_text else b"\n".join(values).decode("ascii")
    texts = joined.split("\n")
    if len(texts) != len(values):
        raise NotPlain
    return texts


@cache
def _readers(handled: frozenset[type[Event]]) -> Mapping[Kind, PlainReader | None]:
    """Return the reader of each kind of event there is, none where the type is not handled."""
    return {
        (event.publisher, (SPEC_VERSION, event.publisher, type_)): plain(event)
        if event in handled
        else None
        for type_, event in REGISTRY.items()
    }


def _sequences(texts: Sequence[str]) -> list[int]:
    digits = "".join(texts)
    if {*map(len, texts)} != {SEQUENCE_DIGITS} or not (digits.isascii() and digits.isdecimal()):
        raise NotPlain
    found = list(map(int, texts))
    if 0 in found:
        raise NotPlain
    return found


def _times(texts: Sequence[str]) -> list[datetime]:
    found = list(map(datetime.fromisoformat, texts))
    if {time.tzinfo for time in found} != {UTC}:
        raise NotPlain
    return found


def _event(reader: PlainReader | None, record: Delivered) -> PlainEvent | None:
    """Read a record's data if its type is handled, and see that it is of the aggregate."""
    data, key = record.value or b"", record.key or b""
    if reader is None:
        if not data or str(_subject(key)).encode() != key:
            raise NotPlain
        return None
    event = reader.read(data)
    if event is None or not data.startswith(b'%b%b"' % (reader.before_key, key)):
        raise NotPlain
    return event
