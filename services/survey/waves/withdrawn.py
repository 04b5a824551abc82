"""Who is no longer asked: withdrawn themselves, or by no relationship to the child asked about.

A person may be known by several ids: one given out before, or a record that was merged.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.chunks import chunked
from services.survey.known import known_child, known_person, known_relationship
from services.survey.waves.domain import Recipient


async def cancel_withdrawn(
    connection: AsyncConnection, on: ColumnElement[bool], people: Collection[UUID] | None = None
) -> None:
    """Cancel of the recipients ``on`` waves who is asked no more, of these people or of all."""
    same = await _same(connection)
    about = None if people is None else _ids_of({same.get(one, one) for one in people}, same)
    asked = await _asked(connection, on, about)
    ids = _ids_of({same.get(one.parent_id, one.parent_id) for one in asked}, same)
    withdrawn = await _withdrawn(connection, ids, same)
    spans = await _spans(connection, ids, same)
    for one in asked:
        person = same.get(one.parent_id, one.parent_id)
        day = withdrawn.get(person) or _closed(spans.get(person, ()), one.child_id)
        if day is not None:
            await _cancel(connection, one.id, day)


async def cancel_closed(connection: AsyncConnection, on: ColumnElement[bool]) -> None:
    """Cancel of the recipients ``on`` waves who is asked about a child under a closed record."""
    closed = select(known_child.c.closed_on).where(
        known_child.c.child_id == Recipient.child_id, known_child.c.closed_on.is_not(None)
    )
    cancelled = update(Recipient).where(on, Recipient.cancelled_on.is_(None), closed.exists())
    await connection.execute(cancelled.values(cancelled_on=closed.scalar_subquery(), address=None))


async def cancel_asked_twice(connection: AsyncConnection, wave_id: UUID, on: date) -> None:
    """Cancel all but one of a wave's recipients whose units were merged since they were listed."""
    same = {**await _same(connection), **await _same_children(connection)}
    mine = (Recipient.wave_id == wave_id, Recipient.cancelled_on.is_(None))
    query = select(Recipient.id, Recipient.unit_id).where(*mine, Recipient.unit_id.is_not(None))
    together: dict[UUID, list[Any]] = defaultdict(list)
    for one in (await connection.execute(query.order_by(Recipient.reference))).all():
        together[same.get(one.unit_id, one.unit_id)].append(one)
    for unit, units in together.items():
        _, *others = sorted(units, key=lambda one: one.unit_id != unit)
        for other in others:
            await _cancel(connection, other.id, on)


async def _same(connection: AsyncConnection) -> dict[UUID, UUID]:
    """Return which person each other id stands for."""
    columns = (known_person.c.person_id, known_person.c.same_as)
    query = select(*columns).where(known_person.c.same_as.is_not(None))
    said = {row.person_id: row.same_as for row in await connection.execute(query)}
    return {id_: said.get(person, person) for id_, person in said.items()}


async def _same_children(connection: AsyncConnection) -> dict[UUID, UUID]:
    columns = (known_child.c.child_id, known_child.c.merged_into)
    query = select(*columns).where(known_child.c.merged_into.is_not(None))
    return {row.child_id: row.merged_into for row in await connection.execute(query)}


def _ids_of(people: Collection[UUID], same: Mapping[UUID, UUID]) -> set[UUID]:
    """Return all ids of these people, their own among them."""
    return {*people, *(id_ for id_, person in same.items() if person in people)}


async def _asked(
    connection: AsyncConnection, on: ColumnElement[bool], parents: Collection[UUID] | None
) -> Sequence[Any]:
    query = select(Recipient.id, Recipient.parent_id, Recipient.child_id).where(
        on,
        Recipient.cancelled_on.is_(None),
        Recipient.parent_id.is_not(None),
    )
    if parents is not None:
        query = query.where(Recipient.parent_id.in_(parents))
    return (await connection.execute(query)).all()


async def _withdrawn(
    connection: AsyncConnection, ids: Iterable[UUID], same: Mapping[UUID, UUID]
) -> dict[UUID, date]:
    """Return the first day on which any record of each person was withdrawn."""
    found: dict[UUID, date] = {}
    columns = (known_person.c.person_id, known_person.c.withdrawn_on)
    for chunk in chunked(sorted(ids)):
        query = select(*columns).where(
            known_person.c.person_id.in_(chunk), known_person.c.withdrawn_on.is_not(None)
        )
        for id_, on in await connection.execute(query):
            person = same.get(id_, id_)
            found[person] = min(on, found.get(person, on))
    return found


async def _spans(
    connection: AsyncConnection, ids: Iterable[UUID], same: Mapping[UUID, UUID]
) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for chunk in chunked(sorted(ids)):
        query = (
            select(known_relationship, known_child.c.closed_on)
            .join(
                known_child, known_child.c.child_id == known_relationship.c.child_id, isouter=True
            )
            .where(known_relationship.c.person_id.in_(chunk))
        )
        for span in await connection.execute(query):
            found[same.get(span.person_id, span.person_id)].append(span)
    return found


def _closed(spans: Iterable[Any], child_id: UUID | None) -> date | None:
    """Return from when a person is asked no more about a child, or about any; None if they are.

    Of whom no relationship is on record, nothing is known that would end it.
    """
    days = []
    for span in spans:
        if child_id is None or span.child_id == child_id:
            ends = [
                day for day in (span.ended_on, span.barred_on, span.closed_on) if day is not None
            ]
            if not ends:
                return None
            days.append(min(ends))
    return max(days, default=None)


async def _cancel(connection: AsyncConnection, recipient_id: UUID, on: date) -> None:
    cancelled = update(Recipient).where(Recipient.id == recipient_id)
    await connection.execute(cancelled.values(cancelled_on=on, address=None))
