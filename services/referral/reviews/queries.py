"""Reads of reviews."""

from uuid import UUID

from sqlalchemy import select

from libs.common.core.errors import NotFound
from libs.common.persistence.uow import ReadTransaction
from services.referral.cases.domain import Case, Review


async def review_of(read: ReadTransaction, review_id: UUID) -> Review:
    """Return a review of a case that the caller may see, or raise NotFound."""
    query = (
        select(Review)
        .join(Case, Case.id == Review.case_id)
        .where(Review.id == review_id, read.visible(read.access, Case))
    )
    reviews = await read.chosen(query)
    if not reviews:
        raise NotFound(code="not-found", detail="There is no such review.")
    return reviews[0]
