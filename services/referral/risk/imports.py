"""Judgements of risk in bulk."""

from collections.abc import Sequence

from libs.common.imports import CommandOutcome, ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.domain import Case, RiskAssessment
from services.referral.risk.commands import RiskRow, assess_risk


async def _risk(uow: UnitOfWork, row: RiskRow) -> CommandOutcome:
    return (await assess_risk(uow, row.case_id, row))[1]


async def _load_risks(uow: UnitOfWork, rows: Sequence[RiskRow]) -> None:
    await uow.preload(Case, "id", [row.case_id for row in rows])
    days = [(row.case_id, row.assessed_on) for row in rows]
    await uow.preload(RiskAssessment, ("case_id", "assessed_on"), days)


KINDS = (
    ImportKind("risk-assessments", RiskRow, "risk.assess", _risk, named_by("case_id"), _load_risks),
)
