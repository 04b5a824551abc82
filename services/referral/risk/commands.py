"""Judgements of the risk of exclusion."""

from uuid import UUID

from pydantic import Field

from libs.common.contracts.referral import RiskLevel
from libs.common.core.errors import Conflict
from libs.common.core.fields import Day, Identifier, Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import pairs, refuse_ahead, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.domain import Case, RiskAssessment
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

    case_id: Identifier


async def assess_risk(
    uow: UnitOfWork, case_id: UUID, command: AssessRisk
) -> tuple[RiskAssessment, CommandOutcome]:
    """Record a judgement of risk; the same again changes nothing, another that day is refused."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id)
    known = await uow.find(RiskAssessment, case_id=case_id, assessed_on=command.assessed_on)
    if known is not None:
        given = {"level": command.level, "drivers": list(command.drivers)}
        refuse_other(AlreadyAssessed, pairs(known, given))
        return known, CommandOutcome("unchanged", case_id)
    event = case.assess_risk(command.level, command.drivers, command.assessed_on)
    assessment = uow.add(
        RiskAssessment(
            case_id=case_id,
            assessed_on=command.assessed_on,
            level=command.level,
            drivers=list(command.drivers),
        )
    )
    uow.emit(case, event)
    return assessment, CommandOutcome("created", case_id)
