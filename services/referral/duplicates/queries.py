"""Reads of likely duplicates."""

from uuid import UUID

from libs.common.persistence.uow import ReadTransaction
from services.referral.children.domain import Child


async def other_records(reading: ReadTransaction, child_id: UUID) -> list[UUID]:
    """Return the ids of the other records that were merged with a child's."""
    [child] = await reading.all(Child, id=child_id, unseen=True)
    stays = child.merged_into or child.id
    merged = await reading.all(Child, merged_into=stays, unseen=True)
    return [id_ for id_ in (stays, *(one.id for one in merged)) if id_ != child.id]
