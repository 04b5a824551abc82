"""Reads of likely duplicates."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from libs.common.persistence.uow import ReadTransaction
from services.referral.children.domain import Child
from services.referral.duplicates.domain import Duplicate


async def other_records(reading: ReadTransaction, child_id: UUID) -> list[UUID]:
    """Return the ids of the other records that were merged with a child's."""
    [child] = await reading.all(Child, id=child_id, unseen=True)
    stays = child.merged_into or child.id
    merged = await reading.all(Child, merged_into=stays, unseen=True)
    return [id_ for id_ in (stays, *(one.id for one in merged)) if id_ != child.id]


async def duplicates_where(
    read: ReadTransaction,
    filters: Mapping[str, Any],
    record_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Duplicate]:
    """Return pairs by id, those after ``after``: of a kind and a state, and with a record."""
    query = select(Duplicate).where(read.visible(read.access, Duplicate))
    given = {name: value for name, value in filters.items() if value is not None}
    query = query.filter_by(**given)
    if record_id is not None:
        query = query.where(or_(Duplicate.first_id == record_id, Duplicate.second_id == record_id))
    if after is not None:
        query = query.where(Duplicate.id > after)
    return await read.chosen(query.order_by(Duplicate.id).limit(limit))
