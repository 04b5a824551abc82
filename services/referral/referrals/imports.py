"""Referrals, eligibility checks and decisions in bulk."""

from collections.abc import Sequence

from libs.common.imports import CommandOutcome, ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.domain import Case
from services.referral.children.domain import Child, Plan
from services.referral.children.history import ChildSchool, PlanSays
from services.referral.referrals.commands import (
    CheckRow,
    DecisionRow,
    SubmitReferral,
    check_eligibility,
    decide_referral,
    submit_referral,
)
from services.referral.referrals.domain import EligibilityCheck, Referral
from services.referral.schools.domain import School, SchoolExtract


async def _referral(uow: UnitOfWork, row: SubmitReferral) -> CommandOutcome:
    return (await submit_referral(uow, row))[1]


async def _check(uow: UnitOfWork, row: CheckRow) -> CommandOutcome:
    return (await check_eligibility(uow, row.referral_id, row))[2]


async def _decision(uow: UnitOfWork, row: DecisionRow) -> CommandOutcome:
    return (await decide_referral(uow, row.referral_id, row))[1]


async def _load_referrals(uow: UnitOfWork, rows: Sequence[SubmitReferral]) -> None:
    await uow.preload(Child, "id", [row.child_id for row in rows])
    await uow.preload(Referral, "reference", [row.reference for row in rows])
    for kind in (Case, ChildSchool):
        await uow.preload(kind, "child_id", [row.child_id for row in rows])


async def _load_checks(uow: UnitOfWork, rows: Sequence[CheckRow]) -> None:
    referred = await uow.preload(Referral, "id", [row.referral_id for row in rows])
    children = await uow.preload(Child, "id", [referral.child_id for referral in referred])
    schools = [child.school_id for child in children]
    await uow.preload(ChildSchool, "child_id", [child.id for child in children])
    await uow.preload(School, "id", schools)
    await uow.preload(SchoolExtract, "school_id", schools)
    plans = await uow.preload(Plan, "child_id", [child.id for child in children])
    await uow.preload(PlanSays, "plan_id", [plan.id for plan in plans])
    await uow.preload(EligibilityCheck, "referral_id", [referral.id for referral in referred])


async def _load_decisions(uow: UnitOfWork, rows: Sequence[DecisionRow]) -> None:
    referred = await uow.preload(Referral, "id", [row.referral_id for row in rows])
    await uow.preload(EligibilityCheck, "referral_id", [referral.id for referral in referred])
    children = [referral.child_id for referral in referred]
    await uow.preload(Child, "id", children, lock="update")
    await uow.preload(Case, "child_id", children)
    await uow.preload(Referral, "child_id", children)


KINDS = (
    ImportKind(
        "referrals",
        SubmitReferral,
        "referral.submit",
        _referral,
        named_by("reference", "child_id"),
        _load_referrals,
    ),
    ImportKind(
        "eligibility-checks",
        CheckRow,
        "referral.check",
        _check,
        named_by("referral_id"),
        _load_checks,
    ),
    ImportKind(
        "decisions",
        DecisionRow,
        "referral.decide",
        _decision,
        named_by("referral_id"),
        _load_decisions,
    ),
)
