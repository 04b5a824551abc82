"""Reviews: the teacher reports and recommends; the Head of Service decides."""

from collections import Counter
from typing import Annotated, Any
from uuid import UUID, uuid4

from pydantic import Field

from libs.common.contracts.referral import OutcomeCounts, Recommendation
from libs.common.core.days import PlannedDay
from libs.common.core.errors import Conflict, NotAllowed, NotFound, Rejected, ValidationError
from libs.common.core.fields import Day, Identifier, LongText, Strict, StrictInt64
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import ahead, pairs, refuse_ahead, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.domain import Case, Review
from services.referral.reviews.codes import ContinuationReason, OutcomeResult


class AlreadyReviewed(Conflict):
    """A review stands as it was reported; there is one a day."""

    detail = "There is already a review of this case on that day."


class AlreadyDecided(Conflict):
    """A decision after a review stands."""

    detail = "A decision on this review has already been recorded."


class SeparationOfDuty(NotAllowed):
    """Neither who recommends nor who wrote that down decides (domain brief 10)."""

    detail = "Whoever made or recorded the recommendation cannot decide on it."


class Outcome(Strict):
    """One outcome of the plan, by its number, and how far it was met."""

    number: Annotated[StrictInt64, Field(ge=1, le=50)]
    result: OutcomeResult


class ReviewPlan(Strict):
    """What a plan's review meeting found, and the teacher's recommendation."""

    held_on: Day
    due_on: PlannedDay | None = None
    outcomes: tuple[Outcome, ...] = Field(default=(), max_length=50)
    recommendation: Recommendation
    recommended_on: Day
    report: LongText | None = None


class ReviewRow(ReviewPlan):
    """A review as one row of an import."""

    case_id: Identifier


class DecideContinuation(Strict):
    """The Head of Service's decision after a review, and its coded reason."""

    decision: Recommendation
    decided_on: Day
    reason: ContinuationReason


class ContinuationRow(DecideContinuation):
    """A decision as one row of an import."""

    review_id: Identifier


async def review_plan(
    uow: UnitOfWork, case_id: UUID, command: ReviewPlan
) -> tuple[Review, CommandOutcome]:
    """Record a review; the same again changes nothing, another of that day is refused."""
    _check(uow, command)
    case = await uow.get(Case, case_id)
    given = _given(command)
    known = await uow.find(Review, case_id=case_id, held_on=command.held_on)
    if known is not None:
        refuse_other(AlreadyReviewed, pairs(known, given))
        return known, CommandOutcome("unchanged", known.id)
    review = Review(
        id=uuid4(),
        case_id=case_id,
        recommended_by=case.staff_id,
        recorded_by=uow.actor.subject,
        **given,
    )
    event = case.review(review, _counts(command))
    uow.emit(case, event)
    return uow.add(review), CommandOutcome("created", review.id)


def _check(uow: UnitOfWork, command: ReviewPlan) -> None:
    errors = ahead(uow, command)
    numbers = [outcome.number for outcome in command.outcomes]
    if len(numbers) != len(set(numbers)):
        errors.append(
            ValidationError("repeated", "An outcome number appears more than once.", "/outcomes")
        )
    if errors:
        raise Rejected(errors=errors)


def _given(command: ReviewPlan) -> dict[str, Any]:
    """Return all that is said of a review, as it is kept; every field tells one from another."""
    said = command.model_dump(include=set(ReviewPlan.model_fields))
    return said | {"outcomes": list(said["outcomes"])}


def _counts(command: ReviewPlan) -> OutcomeCounts:
    found = Counter(outcome.result for outcome in command.outcomes)
    return OutcomeCounts(
        met=found["met"],
        partly_met=found["partly-met"],
        not_met=found["not-met"],
        not_applicable=found["not-applicable"],
    )


async def decide_continuation(
    uow: UnitOfWork, review_id: UUID, command: DecideContinuation
) -> tuple[Review, CommandOutcome]:
    """Record the decision after a review; the same again changes nothing, another is refused."""
    refuse_ahead(uow, command)
    # Nobody else decides on the review until this is done.
    review = await uow.find(Review, lock="update", id=review_id)
    if review is None:
        raise NotFound(code="not-found", detail="There is no such review.")
    case = await uow.get(Case, review.case_id)
    if review.decision is not None:
        fields = pairs(review, command.model_dump(include={"decision", "decided_on"}))
        fields["reason"] = (review.decision_reason, command.reason)
        refuse_other(AlreadyDecided, fields)
        return review, CommandOutcome("unchanged", review.id)
    if uow.actor.staff_id == review.recommended_by or uow.actor.subject == review.recorded_by:
        raise SeparationOfDuty
    event = case.decide_continuation(review, command.decision, command.decided_on, command.reason)
    review.decided_by = uow.actor.subject
    uow.emit(case, event)
    return review, CommandOutcome("updated", review.id)
