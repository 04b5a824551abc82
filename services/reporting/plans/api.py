"""The Service Plan of a year over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel

from libs.common.core.fields import YearLabel
from libs.common.http.requests import Work, etag, permission, router
from services.reporting.plans.commands import RecordServicePlan, record_service_plan
from services.reporting.plans.domain import ServicePlan

routes = router()
Year = Annotated[YearLabel, Path(examples=["2018-19"])]


class PriorityOfPlanView(BaseModel):
    """A priority, the post that answers for it, and how far it was on a day."""

    code: str
    words: str
    owner: str
    status: str
    status_on: date


class ServicePlanView(BaseModel):
    """A year's plan as it stands, and the day on which it was agreed."""

    plan_id: UUID
    academic_year: str
    agreed_on: date
    vision: str
    priorities: list[PriorityOfPlanView]

    @classmethod
    def of(cls, plan: ServicePlan) -> "ServicePlanView":
        """Show a plan."""
        return cls(
            plan_id=plan.id,
            academic_year=plan.academic_year,
            agreed_on=plan.agreed_on,
            vision=plan.vision,
            priorities=[PriorityOfPlanView.model_validate(one) for one in plan.priorities],
        )


@routes.put(
    "/v1/service-plans/{academic_year}",
    openapi_extra=permission("service-plan.record"),
    tags=["plans"],
)
async def put_service_plan(
    academic_year: Year, command: RecordServicePlan, work: Work, response: Response
) -> ServicePlanView:
    """Record the Service Plan of a year, or say it anew."""
    plan, done = await record_service_plan(work, academic_year, command)
    response.status_code = 201 if done.outcome == "created" else 200
    etag(response, work, plan)
    return ServicePlanView.of(plan)
