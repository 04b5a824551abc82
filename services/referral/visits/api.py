"""Visits over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel

from libs.common.core.fields import Day, Identifier
from libs.common.http.requests import Work, permission, router
from services.referral.cases.domain import VisitWeek
from services.referral.visits.commands import RecordVisits, record_visits

routes = router()


class VisitsView(BaseModel):
    """A school week's visits."""

    case_id: UUID
    week_beginning: date
    planned: int
    attended: int
    missed: list[str]

    @classmethod
    def of(cls, week: VisitWeek) -> "VisitsView":
        """Show a week."""
        return cls(
            case_id=week.case_id,
            week_beginning=week.week_beginning,
            planned=week.planned,
            attended=week.attended,
            missed=week.missed,
        )


@routes.put(
    "/v1/cases/{case_id}/visits/{week_beginning}",
    openapi_extra=permission("visit.record"),
    tags=["cases"],
)
async def put_visits(
    case_id: Identifier,
    week_beginning: Annotated[Day, Path()],
    command: RecordVisits,
    work: Work,
) -> VisitsView:
    """Record the visits of a school week. This replaces an earlier record of that week."""
    week, _ = await record_visits(work, case_id, week_beginning, command)
    return VisitsView.of(week)
