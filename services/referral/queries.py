"""Reads that are more than one row by its id."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from libs.common.core.errors import NotFound
from libs.common.persistence.uow import Reading
from services.referral.domain import Case, Review


async def caseload(look: Reading, as_of: date, after: UUID | None, limit: int) -> Sequence[Case]:
    """Return the cases open on a day that the caller may see, in the order of their ids."""
    query = (
        select(Case)
        .where(
            look.visible(look.access, Case),
            Case.started_on <= as_of,
            or_(Case.ended_on.is_(None), Case.ended_on >= as_of),
        )
        .order_by(Case.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(Case.id > after)
    return await look.chosen(query)


async def review_of(look: Reading, review_id: UUID) -> Review:
    """Return a review of a case that the caller may see, or raise NotFound."""
    query = (
        select(Review)
        .join(Case, Case.id == Review.case_id)
        .where(Review.id == review_id, look.visible(look.access, Case))
    )
    reviews = await look.chosen(query)
    if not reviews:
        raise NotFound(code="not-found", detail="There is no such review.")
    return reviews[0]
