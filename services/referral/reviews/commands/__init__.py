"""Reviews: the teacher reports and recommends; the Head of Service decides; both are put right."""

from services.referral.reviews.commands.deciding import (
    AlreadyDecided,
    ContinuationRow,
    CorrectContinuation,
    DecideContinuation,
    EndRestsOnDecision,
    NotDecided,
    SeparationOfDuty,
    correct_continuation,
    decide_continuation,
    void_continuation,
)
from services.referral.reviews.commands.reviewing import (
    AlreadyReviewed,
    CorrectReview,
    Outcome,
    ReviewDecided,
    ReviewPlan,
    ReviewRow,
    correct_review,
    review_plan,
    void_review,
)

__all__ = [
    "AlreadyDecided",
    "AlreadyReviewed",
    "ContinuationRow",
    "CorrectContinuation",
    "CorrectReview",
    "DecideContinuation",
    "EndRestsOnDecision",
    "NotDecided",
    "Outcome",
    "ReviewDecided",
    "ReviewPlan",
    "ReviewRow",
    "SeparationOfDuty",
    "correct_continuation",
    "correct_review",
    "decide_continuation",
    "review_plan",
    "void_continuation",
    "void_review",
]
