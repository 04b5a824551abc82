"""What referral publishes of reviews, and of what the Head of Service decides after each."""

from datetime import date
from typing import Literal
from uuid import UUID

from libs.common.contracts.base import Coded, Event
from libs.common.contracts.referral.children import PlanType

Recommendation = Literal["continue", "discontinue"]


class OutcomeCounts(Coded):
    """How many of a plan's outcomes were met, partly met, not met or not applicable."""

    met: int
    partly_met: int
    not_met: int
    not_applicable: int


class PlanReviewed(Event, publisher="referral", key="case_id"):
    """A plan's review was held, and the teacher reported progress and made a recommendation."""

    case_id: UUID
    child_id: UUID
    review_id: UUID
    plan_id: UUID
    plan_type: PlanType
    due_on: date | None
    held_on: date
    outcomes: OutcomeCounts
    recommendation: Recommendation
    recommended_by: UUID


class ContinuationDecided(Event, publisher="referral", key="case_id"):
    """The Head of Service decided, after a review, whether support continues."""

    case_id: UUID
    child_id: UUID
    review_id: UUID
    decision: Recommendation
    differs_from_recommendation: bool
    reason: str
    decided_on: date


class ReviewCorrected(PlanReviewed, publisher="referral", key="case_id"):
    """What a review found, its day, or the plan of that day was recorded wrongly or told later."""

    reason: str


class ReviewVoided(Event, publisher="referral", key="case_id"):
    """A review was recorded by mistake."""

    case_id: UUID
    child_id: UUID
    review_id: UUID
    reason: str


class ContinuationCorrected(Event, publisher="referral", key="case_id"):
    """What was decided after a review, on which day or why was recorded wrongly."""

    case_id: UUID
    child_id: UUID
    review_id: UUID
    decision: Recommendation
    differs_from_recommendation: bool
    decision_reason: str
    decided_on: date
    reason: str


class ContinuationVoided(Event, publisher="referral", key="case_id"):
    """Nothing was decided after a review: the decision on record was a mistake."""

    case_id: UUID
    child_id: UUID
    review_id: UUID
    reason: str
