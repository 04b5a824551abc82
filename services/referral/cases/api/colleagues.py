"""Teachers who work on a case beside its lead, over HTTP."""

from datetime import date
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.fields import Identifier
from libs.common.http.correcting import put_right
from libs.common.http.requests import IfMatch, Work, permission, router
from services.referral.cases.api.views import CASES, CaseView, shown
from services.referral.cases.commands import (
    AllocateColleague,
    allocate_colleague,
    void_colleague,
)
from services.referral.cases.domain import CaseColleague

routes = router()


class ColleagueView(BaseModel):
    """Who works on a case beside its lead, from a day to another; void where it was withdrawn."""

    case_id: UUID
    staff_id: UUID
    team_id: UUID | None
    from_on: date
    until_on: date | None
    void: bool

    @classmethod
    def of(cls, one: CaseColleague) -> "ColleagueView":
        """Show a span."""
        return cls(
            case_id=one.case_id,
            staff_id=one.staff_id,
            team_id=one.team_id,
            from_on=one.from_on,
            until_on=one.until_on,
            void=one.void,
        )


@routes.post(
    "/v1/cases/{case_id}/colleagues", openapi_extra=permission("case.allocate"), tags=CASES
)
async def post_colleague(
    case_id: Identifier,
    command: AllocateColleague,
    version: IfMatch,
    work: Work,
    response: Response,
) -> CaseView:
    """Have a teacher work on a case beside its lead; this replaces what was of the same day."""
    case, _ = await allocate_colleague(work, case_id, command, version)
    return await shown(work, case, response)


put_right(
    routes,
    "/v1/cases/{case_id}/colleagues/{staff_id}",
    permission("case.allocate"),
    shown,
    tag="cases",
    void=void_colleague,
)
