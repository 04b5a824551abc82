"""What the Head of Service decides after a review, and what was wrong in that."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from libs.common.contracts.referral import (
    ContinuationCorrected,
    ContinuationVoided,
    Recommendation,
)
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.errors import Conflict, NotAllowed, Rejected, ValidationError
from libs.common.core.fields import Day, Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import pairs, refuse_ahead, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.commands import (
    NO_LONGER_MET,
    explain,
    is_discontinued,
    that_stands,
)
from services.referral.cases.domain import Case, Review
from services.referral.cases.keys import ReviewId
from services.referral.reviews.codes import ContinuationReason
from services.referral.reviews.commands.reviewing import standing_review

CONTRARY: Final[Mapping[str, frozenset[str]]] = {
    "continue": frozenset({"criteria-not-met", "criteria-no-longer-met"}),
    "discontinue": frozenset({"criteria-met"}),
}
"""The reasons that say the contrary of a decision."""


class AlreadyDecided(Conflict):
    """A decision after a review stands."""

    detail = "A decision on this review has already been recorded."


class NotDecided(Conflict):
    """Only a decision that is on record is put right."""

    detail = "Nothing was decided after this review."


class EndRestsOnDecision(Conflict):
    """Support that ended because criteria are no longer met rests on a decision after a review."""

    detail = "Support ended because of this decision. Correct or withdraw the end first."


class SeparationOfDuty(NotAllowed):
    """Neither who recommends nor who wrote that down decides (domain brief 10)."""

    detail = "Whoever made or recorded the recommendation cannot decide on it."


class DecideContinuation(Strict):
    """The Head of Service's decision after a review, and its coded reason."""

    decision: Recommendation
    decided_on: Day
    reason: ContinuationReason


class CorrectContinuation(Correction):
    """Another decision, day or reason in place of what is on record."""

    decision: Recommendation
    decided_on: Day
    decision_reason: ContinuationReason


class ContinuationRow(DecideContinuation):
    """A decision as one row of an import."""

    review_id: ReviewId


async def decide_continuation(
    uow: UnitOfWork, review_id: UUID, command: DecideContinuation
) -> tuple[Review, CommandOutcome]:
    """Record the decision after a review; the same again changes nothing, another is refused."""
    refuse_ahead(uow, command)
    # Nobody else decides on the review until this is done.
    review = await uow.find(Review, lock="update", id=review_id)
    review = that_stands(review, "review")
    case = await uow.get(Case, review.case_id)
    if review.decision is not None:
        fields = pairs(review, command.model_dump(include={"decision", "decided_on"}))
        fields["reason"] = (review.decision_reason, command.reason)
        refuse_other(AlreadyDecided, fields)
        return review, CommandOutcome("unchanged", review.id)
    _check_reason(command.decision, command.reason, "/reason")
    check_separate(uow, review)
    event = case.decide_continuation(review, command.decision, command.decided_on, command.reason)
    review.decided_by = uow.actor.subject
    uow.emit(case, event)
    return review, CommandOutcome("updated", review.id)


def check_separate(uow: UnitOfWork, review: Review) -> None:
    """Refuse that whoever recommended, wrote that down or put it right decides on it."""
    if uow.actor.staff_id == review.recommended_by or uow.actor.subject in {
        review.recorded_by,
        review.corrected_by,
    }:
        raise SeparationOfDuty


async def correct_continuation(
    uow: UnitOfWork, review_id: UUID, command: CorrectContinuation, version: int
) -> tuple[Review, CommandOutcome]:
    """Put a decision right, its day or its reason."""
    refuse_ahead(uow, command)
    _check_reason(command.decision, command.decision_reason, "/decision_reason")
    case, review = await _decided(uow, review_id, version)
    given = (command.decision, command.decided_on, command.decision_reason)
    if (review.decision, review.decided_on, review.decision_reason) == given:
        return review, CommandOutcome("unchanged", review.id)
    check_separate(uow, review)
    await _check_not_ended(uow, case, review, command.decision)
    decided = dict(case.decide_continuation(review, *given))
    review.decided_by = uow.actor.subject
    explain(uow, command, review)
    said = {"decision_reason": decided.pop("reason"), "reason": command.reason}
    uow.emit(case, ContinuationCorrected(**decided, **said))
    return review, CommandOutcome("updated", review.id)


async def void_continuation(
    uow: UnitOfWork, review_id: UUID, command: Withdrawal, version: int
) -> tuple[Review, CommandOutcome]:
    """Withdraw a decision that was recorded by mistake: the review is to be decided on again."""
    case, review = await _decided(uow, review_id, version)
    await _check_not_ended(uow, case, review)
    review.decision = review.decided_on = review.decision_reason = review.decided_by = None
    explain(uow, command, review)
    uow.emit(case, ContinuationVoided(**case.named, review_id=review.id, reason=command.reason))
    return review, CommandOutcome("updated", review.id)


def _check_reason(decision: str, reason: str, pointer: str) -> None:
    """Refuse a decision for a reason that says the contrary."""
    if reason in CONTRARY[decision]:
        said = f"Support cannot {decision} because of that reason."
        places = ("/decision", pointer)
        raise Rejected(errors=[ValidationError("contradicts", said, at) for at in places])


async def _check_not_ended(uow: UnitOfWork, case: Case, review: Review, decision: str = "") -> None:
    """Refuse to take away the decision by which support ended, while it has ended so."""
    if decision == "discontinue" or case.end_reason != NO_LONGER_MET:
        return
    if not await is_discontinued(uow, case.id, but=review.id):
        ended = f"Support ended on {case.ended_on} because of this decision."
        raise EndRestsOnDecision(errors=[ValidationError("ended", ended, "/decision")])


async def _decided(uow: UnitOfWork, review_id: UUID, version: int) -> tuple[Case, Review]:
    case, review = await standing_review(uow, review_id, version)
    if review.decision is None:
        raise NotDecided
    return case, review
