"""Reads of more than one case."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from libs.common.persistence.uow import ReadTransaction
from services.referral.cases.domain import Case


async def caseload(
    read: ReadTransaction, as_of: date, after: UUID | None, limit: int
) -> Sequence[Case]:
    """Return the cases open on a day that the caller may see, in the order of their ids."""
    query = (
        select(Case)
        .where(
            read.visible(read.access, Case),
            ~Case.void,
            Case.started_on <= as_of,
            or_(Case.ended_on.is_(None), Case.ended_on >= as_of),
        )
        .order_by(Case.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(Case.id > after)
    return await read.chosen(query)
