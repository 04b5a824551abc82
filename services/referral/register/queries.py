"""Which children wait for a school to be chosen that carries on after theirs."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from libs.common.persistence.uow import ReadTransaction
from services.referral.children.domain import Child
from services.referral.schools.domain import CLOSED, School


async def waiting(read: ReadTransaction, after: UUID | None, limit: int) -> Sequence[Child]:
    """Return the children on the roll of a closed school whom the caller may see, by their ids."""
    closed = select(School.id).where(School.status == CLOSED, School.closed_on < read.today())
    query = select(Child).where(read.visible(read.access, Child), Child.school_id.in_(closed))
    if after is not None:
        query = query.where(Child.id > after)
    return await read.chosen(query.order_by(Child.id).limit(limit))
