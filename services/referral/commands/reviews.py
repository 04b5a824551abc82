"""Reviews: the teacher reports and recommends; the Head of Service decides."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from pydantic import Field
from sqlalchemy import select, tuple_

from libs.common.errors import Conflict, Fault, NotAllowed, NotFound, Rejected
from libs.common.events.referral import OutcomeCounts, Recommendation
from libs.common.fields import Day, Identifier, LongText, Strict, StrictInt64
from libs.common.imports import Done
from libs.common.parts import parts
from libs.common.recorded import ahead, pairs, refuse_ahead, refuse_other
from libs.common.uow import UnitOfWork
from services.referral.commands.prepared import keep, kept, prepare, remember, rows_in
from services.referral.domain import Case, Review

REVIEWS, BY_ID = "reviews by day", "reviews by id"
ContinuationReason = Literal[
    "criteria-met",
    "criteria-not-met",
    "criteria-no-longer-met",
    "outcomes-met",
    "parents-agree",
    "exceptional-case",
    "other",
]


class AlreadyReviewed(Conflict):
    """A review stands as it was reported; there is one a day."""

    detail = "There is a review of that day."


class AlreadyDecided(Conflict):
    """A decision after a review stands."""

    detail = "This review has its decision."


class SeparationOfDuty(NotAllowed):
    """Neither who recommends nor who wrote that down decides (domain brief 10)."""

    detail = "Whoever made or recorded the recommendation cannot decide on it."


class Outcome(Strict):
    """One outcome of the plan, by its number, and how far it was met."""

    number: Annotated[StrictInt64, Field(ge=1, le=50)]
    result: Literal["met", "partly-met", "not-met", "not-applicable"]


class ReviewPlan(Strict):
    """What a plan's review meeting found, and the teacher's recommendation."""

    held_on: Day
    due_on: Day | None = None
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


async def review_plan(uow: UnitOfWork, case_id: UUID, command: ReviewPlan) -> tuple[Review, Done]:
    """Record a review; the same again changes nothing, another of that day is refused."""
    _check(uow, command)
    case = await uow.get(Case, case_id)
    given = _given(command)
    known = await _of_day(uow, case_id, command.held_on)
    if known is not None:
        refuse_other(AlreadyReviewed, pairs(known, given))
        return known, Done("unchanged", known.id)
    review = Review(
        id=uuid4(),
        case_id=case_id,
        recommended_by=case.staff_id,
        recorded_by=uow.actor.subject,
        **given,
    )
    event = case.review(review, _counts(command))
    uow.emit(case, event)
    remember(uow, REVIEWS, (case_id, review.held_on), review)
    return uow.add(review), Done("created", review.id)


def _check(uow: UnitOfWork, command: ReviewPlan) -> None:
    faults = ahead(uow, command, "held_on", "recommended_on")
    numbers = [outcome.number for outcome in command.outcomes]
    if len(numbers) != len(set(numbers)):
        faults.append(Fault("repeated", "An outcome is there twice.", "/outcomes"))
    if faults:
        raise Rejected(faults=faults)


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
) -> tuple[Review, Done]:
    """Record the decision after a review; the same again changes nothing, another is refused."""
    refuse_ahead(uow, command, "decided_on")
    case, review = await _by_id(uow, review_id)
    if review.decision is not None:
        fields = pairs(review, command.model_dump(include={"decision", "decided_on"}))
        fields["reason"] = (review.decision_reason, command.reason)
        refuse_other(AlreadyDecided, fields)
        return review, Done("unchanged", review.id)
    if uow.actor.staff_id == review.recommended_by or uow.actor.subject == review.recorded_by:
        raise SeparationOfDuty
    event = case.decide_continuation(review, command.decision, command.decided_on, command.reason)
    review.decided_by = uow.actor.subject
    uow.emit(case, event)
    return review, Done("updated", review.id)


async def _of_day(uow: UnitOfWork, case_id: UUID, day: date) -> Review | None:
    prepared = kept(uow, REVIEWS)
    if prepared is not None:
        found: Review | None = prepared.get((case_id, day))
        return found
    query = select(Review).where(Review.case_id == case_id, Review.held_on == day)
    return (await uow.session.execute(query)).scalar_one_or_none()


async def _by_id(uow: UnitOfWork, review_id: UUID) -> tuple[Case, Review]:
    """Return a review and its case, which is read first and kept.

    What is decided meanwhile then shows in the review, or the case is no longer at its version.
    """
    prepared = kept(uow, BY_ID)
    if prepared is not None:
        case_id = prepared[review_id].case_id if review_id in prepared else None
    else:
        query = select(Review.case_id).where(Review.id == review_id)
        case_id = (await uow.session.execute(query)).scalar_one_or_none()
    if case_id is None:
        raise NotFound(code="not-found", detail="There is no such review.")
    case = await uow.get(Case, case_id)
    return case, await uow.session.get_one(Review, review_id)


async def prepare_reviews(uow: UnitOfWork, rows: Sequence[ReviewRow]) -> None:
    """Load at once what a chunk names."""
    await prepare(uow, Case, (row.case_id for row in rows))
    key = tuple_(Review.case_id, Review.held_on)
    found = await rows_in(uow, Review, key, [(row.case_id, row.held_on) for row in rows])
    keep(uow, REVIEWS, {(review.case_id, review.held_on): review for review in found})


async def prepare_continuations(uow: UnitOfWork, rows: Sequence[ContinuationRow]) -> None:
    """Load at once what a chunk names, the cases before their reviews as one alone does."""
    ids = [row.review_id for row in rows]
    for part in parts(ids):
        cases = select(Review.case_id).where(Review.id.in_(part))
        await prepare(uow, Case, (await uow.session.execute(cases)).scalars())
    found = await rows_in(uow, Review, Review.id, ids)
    keep(uow, BY_ID, {review.id: review for review in found})
