"""Judgements of risk over HTTP."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from libs.common.core.fields import Identifier
from libs.common.http.requests import Work, permission, router
from services.referral.risk.commands import AssessRisk, assess_risk

routes = router()


class RiskView(BaseModel):
    """A judgement of risk."""

    case_id: UUID
    level: str
    assessed_on: date
    drivers: list[str]


@routes.post(
    "/v1/cases/{case_id}/risk-assessments",
    status_code=201,
    openapi_extra=permission("risk.assess"),
    tags=["cases"],
)
async def post_risk(case_id: Identifier, command: AssessRisk, work: Work) -> RiskView:
    """Record a judgement of a child's risk of exclusion."""
    risk, _ = await assess_risk(work, case_id, command)
    return RiskView(
        case_id=risk.case_id, level=risk.level, assessed_on=risk.assessed_on, drivers=risk.drivers
    )
