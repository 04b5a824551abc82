"""Reviews: the teacher reports and recommends; either is put right until it was decided on."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid4

from pydantic import Field

from libs.common.contracts.referral import (
    Recommendation,
    ReviewCorrected,
    ReviewVoided,
)
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.days import PlannedDay
from libs.common.core.errors import Conflict, ValidationError
from libs.common.core.fields import Day, Identifier, LongText, Strict, StrictInt64
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import ahead, pairs, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.commands import (
    already_there,
    check_own,
    explain,
    that_stands,
)
from services.referral.cases.domain import Case, Review
from services.referral.cases.holding import lead_on, plan_reviewed
from services.referral.cases.keys import CaseOn
from services.referral.children.keys import ChildKey
from services.referral.reviews.codes import OutcomeResult


class AlreadyReviewed(Conflict):
    """A review stands as it was reported; there is one a day."""

    detail = "There is already a review of this case on that day."


class ReviewDecided(Conflict):
    """What was decided on stays as it was then, until the decision is withdrawn."""

    detail = "This review was decided on. Withdraw the decision first."


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

    case_id: Annotated[Identifier, CaseOn("child", ChildKey, on="held_on")]


class CorrectReview(ReviewPlan, Correction):
    """What a review found and recommended, and on which days, in place of what is on record."""


async def review_plan(
    uow: UnitOfWork, case_id: UUID, command: ReviewPlan
) -> tuple[Review, CommandOutcome]:
    """Record a review; the same again changes nothing, another of that day is refused.

    It is of the plan in force on its day; the recommendation is of whoever was the case's teacher
    on its own.
    """
    _check(uow, command)
    case = await uow.get(Case, case_id)
    given = _given(command)
    known = await _on(uow, case_id, command.held_on)
    if known is not None:
        refuse_other(AlreadyReviewed, pairs(known, given))
        return known, CommandOutcome("unchanged", known.id)
    review = Review(
        id=uuid4(),
        case_id=case_id,
        recommended_by=await lead_on(uow, case, command.recommended_on),
        recorded_by=uow.actor.subject,
        **given,
    )
    event = case.review(review, await plan_reviewed(uow, case, review.held_on))
    uow.emit(case, event)
    return uow.add(review), CommandOutcome("created", review.id)


async def _on(uow: UnitOfWork, case_id: UUID, held_on: date) -> Review | None:
    found = await uow.all(Review, case_id=case_id, held_on=held_on)
    return next((one for one in found if not one.void), None)


async def correct_review(
    uow: UnitOfWork, review_id: UUID, command: CorrectReview, version: int
) -> tuple[Review, CommandOutcome]:
    """Put right what a review found, or its day; once decided on, not the recommendation."""
    _check(uow, command)
    case, review = await standing_review(uow, review_id, version)
    check_own(uow, review.recommended_by)
    given = _given(command)
    if all(recorded == said for recorded, said in pairs(review, given).values()):
        return review, CommandOutcome("unchanged", review.id)
    _check_undecided(review, given)
    if command.held_on != review.held_on and await _on(uow, case.id, command.held_on):
        raise already_there("/held_on")
    for name, value in given.items():
        setattr(review, name, value)
    review.recommended_by = await lead_on(uow, case, review.recommended_on)
    review.corrected_by = uow.actor.subject
    explain(uow, command, review)
    told = case.review(review, await plan_reviewed(uow, case, review.held_on))
    uow.emit(case, ReviewCorrected(**dict(told), reason=command.reason))
    return review, CommandOutcome("updated", review.id)


def _check_undecided(review: Review, given: Mapping[str, Any]) -> None:
    """Refuse another recommendation than the one that was decided on, or one after that."""
    if review.decision is None:
        return
    errors = [
        ValidationError("decided-on", f"This was decided on, on {review.decided_on}.", f"/{name}")
        for name, (recorded, said) in pairs(review, given).items()
        if name in {"recommendation", "recommended_on"} and recorded != said
    ]
    if errors:
        raise ReviewDecided(errors=errors)


async def void_review(
    uow: UnitOfWork, review_id: UUID, command: Withdrawal, version: int
) -> tuple[Review, CommandOutcome]:
    """Withdraw a review that was recorded by mistake, and not decided on."""
    case, review = await standing_review(uow, review_id, version)
    check_own(uow, review.recommended_by)
    if review.decision is not None:
        raise ReviewDecided
    review.void = True
    explain(uow, command, review)
    uow.emit(case, ReviewVoided(**case.named, review_id=review.id, reason=command.reason))
    return review, CommandOutcome("updated", review.id)


def _check(uow: UnitOfWork, command: ReviewPlan) -> None:
    errors = ahead(uow, command)
    numbers = [outcome.number for outcome in command.outcomes]
    if len(numbers) != len(set(numbers)):
        errors.append(
            ValidationError("repeated", "An outcome number appears more than once.", "/outcomes")
        )
    uow.faults.add(errors)


def _given(command: ReviewPlan) -> dict[str, Any]:
    """Return all that is said of a review, as it is kept; every field tells one from another."""
    said = command.model_dump(include=set(ReviewPlan.model_fields))
    return said | {"outcomes": list(said["outcomes"])}


async def standing_review(uow: UnitOfWork, review_id: UUID, version: int) -> tuple[Case, Review]:
    """Return a review that stands, and its case, whose version it has; or raise NotFound."""
    found = await uow.find(Review, lock="update", id=review_id)
    seen = found is not None and await uow.all(Case, id=found.case_id)
    review = that_stands(found if seen else None, "review")
    return await uow.get(Case, review.case_id, version=version), review
