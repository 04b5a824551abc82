"""Reviews, and the decisions after them, in bulk."""

from collections.abc import Sequence

from libs.common.imports import CommandOutcome, ImportKind, named_by, part_of
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.domain import Case, Review
from services.referral.cases.imports import load_holders, load_plans
from services.referral.reviews.commands import (
    ContinuationRow,
    ReviewRow,
    decide_continuation,
    review_plan,
)

PART = (Review.id, Review.case_id)
"""A decision after a review may end what another of the same case decides on."""


async def _review(uow: UnitOfWork, row: ReviewRow) -> CommandOutcome:
    return (await review_plan(uow, row.case_id, row))[1]


async def _continuation(uow: UnitOfWork, row: ContinuationRow) -> CommandOutcome:
    return (await decide_continuation(uow, row.review_id, row))[1]


async def _load_reviews(uow: UnitOfWork, rows: Sequence[ReviewRow]) -> None:
    cases = await uow.preload(Case, "id", [row.case_id for row in rows])
    await load_holders(uow, cases, [(row.case_id, row.recommended_on) for row in rows])
    days = [(row.case_id, row.held_on) for row in rows]
    await uow.preload(Review, ("case_id", "held_on"), days)
    await load_plans(uow, [case.child_id for case in cases])


async def _load_continuations(uow: UnitOfWork, rows: Sequence[ContinuationRow]) -> None:
    ids = [row.review_id for row in rows]
    reviewed = await uow.preload(Review, "id", ids, lock="update")
    await uow.preload(Case, "id", [review.case_id for review in reviewed])


KINDS = (
    ImportKind("reviews", ReviewRow, "review.load", _review, named_by("case_id"), _load_reviews),
    ImportKind(
        "continuations",
        ContinuationRow,
        "continuation.decide",
        _continuation,
        part_of("review_id", *PART),
        _load_continuations,
    ),
)
