"""Referrals, decisions, cases, visits, reviews and risk in bulk."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from libs.common.imports import Done, ImportKind, named_by
from libs.common.parts import parts
from libs.common.uow import Reading, UnitOfWork
from services.referral.commands import cases, referrals, reviews, visits
from services.referral.domain import Referral, Review


async def _referral(uow: UnitOfWork, row: referrals.SubmitReferral) -> Done:
    return (await referrals.submit_referral(uow, row))[1]


async def _check(uow: UnitOfWork, row: referrals.CheckRow) -> Done:
    return (await referrals.check_eligibility(uow, row.referral_id, row))[2]


async def _decision(uow: UnitOfWork, row: referrals.DecisionRow) -> Done:
    return (await referrals.decide_referral(uow, row.referral_id, row))[1]


async def _case(uow: UnitOfWork, row: cases.StartSupport) -> Done:
    return (await cases.start_support(uow, row))[1]


async def _allocation(uow: UnitOfWork, row: cases.AllocationRow) -> Done:
    return (await cases.allocate_teacher(uow, row.case_id, row))[1]


async def _ending(uow: UnitOfWork, row: cases.EndingRow) -> Done:
    return (await cases.end_support(uow, row.case_id, row))[1]


async def _visits(uow: UnitOfWork, row: visits.VisitRow) -> Done:
    return (await visits.record_visits(uow, row.case_id, row.week_beginning, row))[1]


async def _risk(uow: UnitOfWork, row: visits.RiskRow) -> Done:
    return (await visits.assess_risk(uow, row.case_id, row))[1]


async def _review(uow: UnitOfWork, row: reviews.ReviewRow) -> Done:
    return (await reviews.review_plan(uow, row.case_id, row))[1]


async def _continuation(uow: UnitOfWork, row: reviews.ContinuationRow) -> Done:
    return (await reviews.decide_continuation(uow, row.review_id, row))[1]


async def _children_referred(
    reading: Reading, rows: Sequence[cases.StartSupport]
) -> list[tuple[UUID, ...]]:
    """A child has one open case at most, whichever referral it is opened on."""
    ids = [row.referral_id for row in rows]
    children = await _of(reading, Referral.id, Referral.child_id, ids)
    return [(id_, children.get(id_, id_)) for id_ in ids]


async def _cases_reviewed(
    reading: Reading, rows: Sequence[reviews.ContinuationRow]
) -> list[tuple[UUID, ...]]:
    """A decision after a review may end what another of the same case decides on."""
    ids = [row.review_id for row in rows]
    reviewed = await _of(reading, Review.id, Review.case_id, ids)
    return [(id_, reviewed.get(id_, id_)) for id_ in ids]


async def _of(
    reading: Reading,
    key: InstrumentedAttribute[UUID],
    whose: InstrumentedAttribute[UUID],
    ids: Sequence[UUID],
) -> dict[UUID, UUID]:
    found: dict[UUID, UUID] = {}
    for part in parts(ids):
        query = select(key, whose).where(key.in_(part))
        found.update((await reading.session.execute(query)).all())
    return found


KINDS = (
    ImportKind(
        "referrals",
        referrals.SubmitReferral,
        "referral.submit",
        _referral,
        named_by("reference", "child_id"),
        referrals.prepare_referrals,
    ),
    ImportKind(
        "eligibility-checks",
        referrals.CheckRow,
        "referral.check",
        _check,
        named_by("referral_id"),
        referrals.prepare_checks,
    ),
    ImportKind(
        "decisions",
        referrals.DecisionRow,
        "referral.decide",
        _decision,
        named_by("referral_id"),
        referrals.prepare_decisions,
    ),
    ImportKind(
        "cases",
        cases.StartSupport,
        "case.start",
        _case,
        _children_referred,
        cases.prepare_cases,
    ),
    ImportKind(
        "allocations",
        cases.AllocationRow,
        "case.allocate",
        _allocation,
        named_by("case_id"),
        cases.prepare_allocations,
    ),
    ImportKind(
        "visits",
        visits.VisitRow,
        "visit.record",
        _visits,
        named_by("case_id"),
        visits.prepare_visits,
    ),
    ImportKind(
        "reviews",
        reviews.ReviewRow,
        "review.load",
        _review,
        named_by("case_id"),
        reviews.prepare_reviews,
    ),
    ImportKind(
        "continuations",
        reviews.ContinuationRow,
        "continuation.decide",
        _continuation,
        _cases_reviewed,
        reviews.prepare_continuations,
    ),
    ImportKind(
        "risk-assessments",
        visits.RiskRow,
        "risk.assess",
        _risk,
        named_by("case_id"),
        visits.prepare_risks,
    ),
    ImportKind(
        "endings",
        cases.EndingRow,
        "case.end",
        _ending,
        named_by("case_id"),
        cases.prepare_endings,
    ),
)
