"""Judgements of the risk of exclusion: recorded, put right, withdrawn."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from libs.common.contracts.referral import RiskCorrected, RiskLevel, RiskVoided
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.errors import Conflict
from libs.common.core.fields import Day, Identifier, Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import pairs, refuse_ahead, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.commands import (
    already_there,
    check_own,
    explain,
    stand,
    that_stands,
)
from services.referral.cases.domain import Case, RiskAssessment
from services.referral.cases.holding import lead_on
from services.referral.cases.keys import CaseOn
from services.referral.children.keys import ChildKey
from services.referral.risk.codes import Driver


class AlreadyAssessed(Conflict):
    """There is one judgement of risk a day."""

    detail = "There is already a judgement of risk on that day."


class AssessRisk(Strict):
    """How much at risk of exclusion a child is judged to be, with coded drivers."""

    level: RiskLevel
    assessed_on: Day
    drivers: tuple[Driver, ...] = Field(default=(), max_length=12)


class RiskRow(AssessRisk):
    """A judgement of risk as one row of an import."""

    case_id: Annotated[Identifier, CaseOn("child", ChildKey, on="assessed_on")]


class CorrectRisk(AssessRisk, Correction):
    """Another level, other drivers or another day in place of what is on record."""


async def assess_risk(
    uow: UnitOfWork, case_id: UUID, command: AssessRisk
) -> tuple[RiskAssessment, CommandOutcome]:
    """Record a judgement of risk; the same again changes nothing, another that day is refused."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id)
    known = await uow.find(RiskAssessment, case_id=case_id, assessed_on=command.assessed_on)
    if known is not None and not known.void:
        given = {"level": command.level, "drivers": list(command.drivers)}
        refuse_other(AlreadyAssessed, pairs(known, given))
        return known, CommandOutcome("unchanged", case_id)
    event = case.assess_risk(command.level, command.drivers, command.assessed_on)
    assessment = stand(uow, [known] if known else [], _new(case_id, command))
    uow.emit(case, event)
    return assessment, CommandOutcome("created", case_id)


async def correct_risk(
    uow: UnitOfWork, case_id: UUID, assessed_on: date, command: CorrectRisk, version: int
) -> tuple[RiskAssessment, CommandOutcome]:
    """Put a judgement's level, drivers or day right."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    old = await _standing(uow, case, assessed_on)
    said = {"level": command.level, "drivers": list(command.drivers)}
    moved = command.assessed_on != assessed_on
    if not moved and (old.level, old.drivers) == tuple(said.values()):
        return old, CommandOutcome("unchanged", case_id)
    there = await uow.find(RiskAssessment, case_id=case_id, assessed_on=command.assessed_on)
    if moved and there is not None and not there.void:
        raise already_there("/assessed_on")
    given = dict(case.assess_risk(command.level, command.drivers, command.assessed_on))
    old.void = moved
    kept = stand(uow, [there] if there else [], _new(case_id, command))
    explain(uow, command, old, kept)
    formerly = assessed_on if moved else None
    uow.emit(case, RiskCorrected(**given, formerly_on=formerly, reason=command.reason))
    return kept, CommandOutcome("updated", case_id)


async def void_risk(
    uow: UnitOfWork, case_id: UUID, assessed_on: date, command: Withdrawal, version: int
) -> tuple[RiskAssessment, CommandOutcome]:
    """Withdraw a judgement of risk that was recorded by mistake."""
    case = await uow.get(Case, case_id, version=version)
    old = await _standing(uow, case, assessed_on)
    old.void = True
    explain(uow, command, old)
    uow.emit(case, RiskVoided(**case.named, assessed_on=assessed_on, reason=command.reason))
    return old, CommandOutcome("updated", case_id)


async def _standing(uow: UnitOfWork, case: Case, assessed_on: date) -> RiskAssessment:
    found = await uow.find(RiskAssessment, case_id=case.id, assessed_on=assessed_on)
    risk = that_stands(found, "judgement of risk")
    check_own(uow, await lead_on(uow, case, assessed_on))
    return risk


def _new(case_id: UUID, command: AssessRisk) -> RiskAssessment:
    return RiskAssessment(
        case_id=case_id,
        assessed_on=command.assessed_on,
        level=command.level,
        drivers=list(command.drivers),
    )
