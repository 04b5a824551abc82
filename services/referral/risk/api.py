"""Judgements of risk over HTTP. Each has the version of its case."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel

from libs.common.contracts.referral import RiskLevel
from libs.common.core.fields import Day, Identifier, of_codes
from libs.common.http.correcting import put_right
from libs.common.http.requests import Work, etag, permission, router
from libs.common.persistence.uow import ReadTransaction
from services.referral.cases.domain import Case, RiskAssessment
from services.referral.risk.codes import Driver
from services.referral.risk.commands import (
    AssessRisk,
    assess_risk,
    correct_risk,
    void_risk,
)

routes = router()
AssessedOn = Annotated[Day, Path()]


class RiskView(BaseModel):
    """A judgement of risk; void where it was withdrawn."""

    case_id: UUID
    level: Annotated[str, of_codes(RiskLevel)]
    assessed_on: date
    drivers: list[Annotated[str, of_codes(Driver)]]
    void: bool

    @classmethod
    def of(cls, risk: RiskAssessment) -> "RiskView":
        """Show a judgement."""
        return cls(
            case_id=risk.case_id,
            level=risk.level,
            assessed_on=risk.assessed_on,
            drivers=risk.drivers,
            void=risk.void,
        )


@routes.post(
    "/v1/cases/{case_id}/risk-assessments",
    status_code=201,
    openapi_extra=permission("risk.assess"),
    tags=["cases"],
)
async def post_risk(
    case_id: Identifier, command: AssessRisk, work: Work, response: Response
) -> RiskView:
    """Record a judgement of a child's risk of exclusion."""
    risk, _ = await assess_risk(work, case_id, command)
    return await _shown(work, risk, response)


async def _shown(read: ReadTransaction, risk: RiskAssessment, response: Response) -> RiskView:
    etag(response, read, await read.get(Case, risk.case_id))
    return RiskView.of(risk)


put_right(
    routes,
    "/v1/cases/{case_id}/risk-assessments/{assessed_on}",
    permission("risk.assess"),
    _shown,
    tag="cases",
    corrections=correct_risk,
    void=void_risk,
)
