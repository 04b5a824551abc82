"""Referrals, decisions, cases, visits, reviews and risk in bulk."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from libs.common.core.parts import parts
from libs.common.imports import Done, ImportKind, named_by
from libs.common.persistence.uow import Reading, UnitOfWork
from services.referral.commands import cases, referrals, reviews, visits
from services.referral.domain import (
    Case,
    Child,
    EligibilityCheck,
    Plan,
    Referral,
    Review,
    RiskAssessment,
    School,
    StaffMember,
    VisitWeek,
)


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
        found |= dict((await reading.connection.execute(query)).all())
    return found


async def _load_referrals(uow: UnitOfWork, rows: Sequence[referrals.SubmitReferral]) -> None:
    await uow.preload(Child, "id", [row.child_id for row in rows])
    await uow.preload(Referral, "reference", [row.reference for row in rows])


async def _load_checks(uow: UnitOfWork, rows: Sequence[referrals.CheckRow]) -> None:
    referred = await uow.preload(Referral, "id", [row.referral_id for row in rows])
    children = await uow.preload(Child, "id", [referral.child_id for referral in referred])
    await uow.preload(School, "id", [child.school_id for child in children])
    await uow.preload(Plan, "child_id", [child.id for child in children])
    await uow.preload(EligibilityCheck, "referral_id", [referral.id for referral in referred])


async def _load_decisions(uow: UnitOfWork, rows: Sequence[referrals.DecisionRow]) -> None:
    await uow.preload(Referral, "id", [row.referral_id for row in rows])


async def _load_starts(uow: UnitOfWork, rows: Sequence[cases.StartSupport]) -> None:
    referred = await uow.preload(Referral, "id", [row.referral_id for row in rows])
    children = [referral.child_id for referral in referred]
    await uow.preload(Case, "child_id", children)
    await uow.preload(Plan, "child_id", children)
    await uow.preload(StaffMember, "id", [row.staff_id for row in rows])
    await uow.preload(Child, "id", children)


async def _load_allocations(uow: UnitOfWork, rows: Sequence[cases.AllocationRow]) -> None:
    await uow.preload(Case, "id", [row.case_id for row in rows])
    await uow.preload(StaffMember, "id", [row.staff_id for row in rows])


async def _load_endings(uow: UnitOfWork, rows: Sequence[cases.EndingRow]) -> None:
    await uow.preload(Case, "id", [row.case_id for row in rows])
    discontinued = [row.case_id for row in rows if row.reason == cases.NO_LONGER_MET]
    await uow.preload(Review, "case_id", discontinued)


async def _load_visits(uow: UnitOfWork, rows: Sequence[visits.VisitRow]) -> None:
    await uow.preload(Case, "id", [row.case_id for row in rows])
    weeks = [(row.case_id, row.week_beginning) for row in rows]
    await uow.preload(VisitWeek, ("case_id", "week_beginning"), weeks)


async def _load_reviews(uow: UnitOfWork, rows: Sequence[reviews.ReviewRow]) -> None:
    await uow.preload(Case, "id", [row.case_id for row in rows])
    days = [(row.case_id, row.held_on) for row in rows]
    await uow.preload(Review, ("case_id", "held_on"), days)


async def _load_continuations(uow: UnitOfWork, rows: Sequence[reviews.ContinuationRow]) -> None:
    ids = [row.review_id for row in rows]
    reviewed = await uow.preload(Review, "id", ids, lock="update")
    await uow.preload(Case, "id", [review.case_id for review in reviewed])


async def _load_risks(uow: UnitOfWork, rows: Sequence[visits.RiskRow]) -> None:
    await uow.preload(Case, "id", [row.case_id for row in rows])
    days = [(row.case_id, row.assessed_on) for row in rows]
    await uow.preload(RiskAssessment, ("case_id", "assessed_on"), days)


KINDS = (
    ImportKind(
        "referrals",
        referrals.SubmitReferral,
        "referral.submit",
        _referral,
        named_by("reference", "child_id"),
        _load_referrals,
    ),
    ImportKind(
        "eligibility-checks",
        referrals.CheckRow,
        "referral.check",
        _check,
        named_by("referral_id"),
        _load_checks,
    ),
    ImportKind(
        "decisions",
        referrals.DecisionRow,
        "referral.decide",
        _decision,
        named_by("referral_id"),
        _load_decisions,
    ),
    ImportKind(
        "cases",
        cases.StartSupport,
        "case.start",
        _case,
        _children_referred,
        _load_starts,
    ),
    ImportKind(
        "allocations",
        cases.AllocationRow,
        "case.allocate",
        _allocation,
        named_by("case_id"),
        _load_allocations,
    ),
    ImportKind(
        "visits",
        visits.VisitRow,
        "visit.record",
        _visits,
        named_by("case_id"),
        _load_visits,
    ),
    ImportKind(
        "reviews",
        reviews.ReviewRow,
        "review.load",
        _review,
        named_by("case_id"),
        _load_reviews,
    ),
    ImportKind(
        "continuations",
        reviews.ContinuationRow,
        "continuation.decide",
        _continuation,
        _cases_reviewed,
        _load_continuations,
    ),
    ImportKind(
        "risk-assessments",
        visits.RiskRow,
        "risk.assess",
        _risk,
        named_by("case_id"),
        _load_risks,
    ),
    ImportKind(
        "endings",
        cases.EndingRow,
        "case.end",
        _ending,
        named_by("case_id"),
        _load_endings,
    ),
)
