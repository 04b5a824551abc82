"""Who teaches a child from which day, over HTTP."""

from datetime import date
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.fields import Identifier
from libs.common.http.correcting import put_right
from libs.common.http.requests import IfMatch, Work, permission, router
from services.referral.cases.api.views import CASES, CaseView, shown
from services.referral.cases.commands import (
    AllocateTeacher,
    allocate_teacher,
    correct_allocation,
    void_allocation,
)
from services.referral.cases.domain import CaseHolder

routes = router()


class AllocationView(BaseModel):
    """Who leads a case from a day on, until the next; void where it was withdrawn."""

    case_id: UUID
    from_on: date
    staff_id: UUID
    team_id: UUID | None
    void: bool

    @classmethod
    def of(cls, holder: CaseHolder) -> "AllocationView":
        """Show a span."""
        return cls(
            case_id=holder.case_id,
            from_on=holder.from_on,
            staff_id=holder.staff_id,
            team_id=holder.team_id,
            void=holder.void,
        )


@routes.post(
    "/v1/cases/{case_id}/allocations", openapi_extra=permission("case.allocate"), tags=CASES
)
async def post_allocation(
    case_id: Identifier, command: AllocateTeacher, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """Transfer a case to a teacher, from a day on."""
    case, _ = await allocate_teacher(work, case_id, command, version)
    return await shown(work, case, response)


put_right(
    routes,
    "/v1/cases/{case_id}/allocations/{from_on}",
    permission("case.allocate"),
    shown,
    tag="cases",
    corrections=correct_allocation,
    void=void_allocation,
)
