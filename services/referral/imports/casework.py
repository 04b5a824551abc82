"""Referrals, decisions, cases, visits, reviews and risk in bulk."""

from libs.common.imports import Done, ImportKind
from libs.common.uow import UnitOfWork
from services.referral.commands import cases, referrals, reviews, visits


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


KINDS = (
    ImportKind(
        "referrals",
        referrals.SubmitReferral,
        "referral.submit",
        _referral,
        referrals.prepare_referrals,
    ),
    ImportKind(
        "eligibility-checks",
        referrals.CheckRow,
        "referral.check",
        _check,
        referrals.prepare_checks,
    ),
    ImportKind(
        "decisions",
        referrals.DecisionRow,
        "referral.decide",
        _decision,
        referrals.prepare_decisions,
    ),
    ImportKind("cases", cases.StartSupport, "case.start", _case, cases.prepare_cases),
    ImportKind(
        "allocations",
        cases.AllocationRow,
        "case.allocate",
        _allocation,
        cases.prepare_allocations,
    ),
    ImportKind("visits", visits.VisitRow, "visit.record", _visits, visits.prepare_visits),
    ImportKind("reviews", reviews.ReviewRow, "review.record", _review, reviews.prepare_reviews),
    ImportKind(
        "continuations",
        reviews.ContinuationRow,
        "continuation.decide",
        _continuation,
        reviews.prepare_continuations,
    ),
    ImportKind("risk-assessments", visits.RiskRow, "risk.assess", _risk, visits.prepare_risks),
    ImportKind("endings", cases.EndingRow, "case.end", _ending, cases.prepare_endings),
)
