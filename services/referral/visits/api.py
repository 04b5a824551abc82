"""Visits over HTTP. A school week has the version of its case."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel

from libs.common.core.fields import Day, Identifier, of_codes
from libs.common.http.correcting import put_right
from libs.common.http.requests import Work, etag, permission, router
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.domain import Case, VisitWeek
from services.referral.visits.codes import Missed
from services.referral.visits.commands import (
    RecordVisits,
    correct_visits,
    record_visits,
    void_visits,
)

routes = router()
Week = Annotated[Day, Path()]


class VisitsView(BaseModel):
    """A school week's visits; void where they were withdrawn."""

    case_id: UUID
    week_beginning: date
    planned: int
    attended: int
    missed: list[Annotated[str, of_codes(Missed)]]
    void: bool

    @classmethod
    def of(cls, week: VisitWeek) -> "VisitsView":
        """Show a week."""
        return cls(
            case_id=week.case_id,
            week_beginning=week.week_beginning,
            planned=week.planned,
            attended=week.attended,
            missed=week.missed,
            void=week.void,
        )


@routes.put(
    "/v1/cases/{case_id}/visits/{week_beginning}",
    openapi_extra=permission("visit.record"),
    tags=["cases"],
)
async def put_visits(
    case_id: Identifier,
    week_beginning: Week,
    command: RecordVisits,
    work: Work,
    response: Response,
) -> VisitsView:
    """Record the visits of a school week. This replaces an earlier record of that week."""
    week, done = await record_visits(work, case_id, week_beginning, command)
    made = done.outcome == "created"
    response.status_code = 201 if made else 200
    return await _shown(work, week, response, made=made)


async def _shown(
    work: UnitOfWork, week: VisitWeek, response: Response, *, made: bool = False
) -> VisitsView:
    etag(response, work, await work.get(Case, week.case_id), new=made)
    return VisitsView.of(week)


put_right(
    routes,
    "/v1/cases/{case_id}/visits/{week_beginning}",
    permission("visit.record"),
    _shown,
    tag="cases",
    corrections=correct_visits,
    void=void_visits,
)
