"""Reviews, and what the Head of Service decides, over HTTP."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from libs.common.core.fields import Identifier
from libs.common.http.requests import Read, Work, permission, router
from services.referral.cases.domain import Review
from services.referral.reviews.commands import (
    DecideContinuation,
    ReviewPlan,
    decide_continuation,
    review_plan,
)
from services.referral.reviews.queries import review_of

routes = router()


class ReviewView(BaseModel):
    """A review: its findings, the recommendation and the decision."""

    review_id: UUID
    case_id: UUID
    held_on: date
    due_on: date | None
    outcomes: list[dict[str, Any]]
    recommendation: str
    recommended_on: date
    report: str | None
    decision: str | None
    decided_on: date | None
    decision_reason: str | None

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
            report=review.report,
            decision=review.decision,
            decided_on=review.decided_on,
            decision_reason=review.decision_reason,
        )


@routes.post(
    "/v1/cases/{case_id}/reviews",
    status_code=201,
    openapi_extra=permission("review.record"),
    tags=["reviews"],
)
async def post_review(case_id: Identifier, command: ReviewPlan, work: Work) -> ReviewView:
    """Record a plan's review meeting and the recommendation."""
    review, _ = await review_plan(work, case_id, command)
    return ReviewView.of(review)


@routes.get("/v1/reviews/{review_id}", openapi_extra=permission("review.read"), tags=["reviews"])
async def get_review(review_id: Identifier, read: Read) -> ReviewView:
    """Show a review, with the report and the decision."""
    return ReviewView.of(await review_of(read, review_id))


@routes.post(
    "/v1/reviews/{review_id}/continuation",
    openapi_extra=permission("continuation.decide"),
    tags=["reviews"],
)
async def post_continuation(
    review_id: Identifier, command: DecideContinuation, work: Work
) -> ReviewView:
    """Decide whether support continues. Only the Head of Service may."""
    review, _ = await decide_continuation(work, review_id, command)
    return ReviewView.of(review)
