"""Reviews, and what the Head of Service decides, over HTTP."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.contracts.referral import Recommendation
from libs.common.core.fields import Identifier, of_codes
from libs.common.http.correcting import put_right
from libs.common.http.requests import Read, Work, etag, permission, router
from libs.common.persistence.uow import ReadTransaction
from services.referral.cases.domain import Case, Review
from services.referral.reviews.codes import ContinuationReason
from services.referral.reviews.commands import (
    DecideContinuation,
    ReviewPlan,
    correct_continuation,
    correct_review,
    decide_continuation,
    review_plan,
    void_continuation,
    void_review,
)
from services.referral.reviews.queries import review_of

routes = router()


class ReviewView(BaseModel):
    """A review: its findings, the recommendation and whose it is, and the decision."""

    review_id: UUID
    case_id: UUID
    held_on: date
    due_on: date | None
    outcomes: list[dict[str, Any]]
    recommendation: Annotated[str, of_codes(Recommendation)]
    recommended_on: date
    recommended_by: UUID
    report: str | None
    decision: Annotated[str, of_codes(Recommendation)] | None
    decided_on: date | None
    decision_reason: Annotated[str, of_codes(ContinuationReason)] | None
    void: bool

    @classmethod
    def of(cls, review: Review) -> "ReviewView":
        """Show a review."""
        return cls(
            review_id=review.id,
            case_id=review.case_id,
            held_on=review.held_on,
            due_on=review.due_on,
            outcomes=review.outcomes,
            recommendation=review.recommendation,
            recommended_on=review.recommended_on,
            recommended_by=review.recommended_by,
            report=review.report,
            decision=review.decision,
            decided_on=review.decided_on,
            decision_reason=review.decision_reason,
            void=review.void,
        )


async def _shown(read: ReadTransaction, review: Review, response: Response) -> ReviewView:
    """Show a review; it has the version of its case."""
    etag(response, read, await read.get(Case, review.case_id))
    return ReviewView.of(review)


@routes.post(
    "/v1/cases/{case_id}/reviews",
    status_code=201,
    openapi_extra=permission("review.record"),
    tags=["reviews"],
)
async def post_review(
    case_id: Identifier, command: ReviewPlan, work: Work, response: Response
) -> ReviewView:
    """Record a plan's review meeting and the recommendation."""
    review, _ = await review_plan(work, case_id, command)
    return await _shown(work, review, response)


class DecisionView(BaseModel):
    """What was decided after a review, on which day and why; all null until then."""

    decision: Annotated[str, of_codes(Recommendation)] | None
    decided_on: date | None
    decision_reason: Annotated[str, of_codes(ContinuationReason)] | None


@routes.get(
    "/v1/reviews/{review_id}/continuation",
    openapi_extra=permission("review.read"),
    tags=["reviews"],
)
async def get_continuation(review_id: Identifier, read: Read, response: Response) -> DecisionView:
    """Show what was decided after a review; its ETag is the case's."""
    shown = await _shown(read, await review_of(read, review_id), response)
    return DecisionView.model_validate(shown.model_dump(include={*DecisionView.model_fields}))


@routes.post(
    "/v1/reviews/{review_id}/continuation",
    openapi_extra=permission("continuation.decide"),
    tags=["reviews"],
)
async def post_continuation(
    review_id: Identifier, command: DecideContinuation, work: Work, response: Response
) -> ReviewView:
    """Decide whether support continues. Only the Head of Service may."""
    review, _ = await decide_continuation(work, review_id, command)
    return await _shown(work, review, response)


put_right(
    routes,
    "/v1/reviews/{review_id}",
    permission("review.correct"),
    _shown,
    tag="reviews",
    corrections=correct_review,
    void=void_review,
)

put_right(
    routes,
    "/v1/reviews/{review_id}/continuation",
    permission("continuation.decide"),
    _shown,
    tag="reviews",
    corrections=correct_continuation,
    void=void_continuation,
)
