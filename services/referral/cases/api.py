"""Cases over HTTP."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel

from libs.common.core.fields import Day, Identifier
from libs.common.http.paging import PAGE_DEFAULT, Cursor, Page, PageSize, page
from libs.common.http.requests import IfMatch, Read, Work, etag, permission, router
from services.referral.cases.commands import (
    AllocateTeacher,
    EndSupport,
    PauseSupport,
    ResumeSupport,
    StartSupport,
    allocate_teacher,
    end_support,
    pause_support,
    resume_support,
    start_support,
)
from services.referral.cases.domain import Case
from services.referral.cases.queries import caseload

routes = router()
CASES: list[Any] = ["cases"]


class CaseView(BaseModel):
    """A case, and what may be done with it now."""

    case_id: UUID
    child_id: UUID
    referral_id: UUID
    school_id: UUID
    plan_id: UUID
    plan_type: str
    staff_id: UUID
    team_id: UUID | None
    started_on: date
    ended_on: date | None
    end_reason: str | None
    state: str
    allowed: list[str]

    @classmethod
    def of(cls, case: Case) -> "CaseView":
        """Show a case."""
        return cls(
            case_id=case.id,
            child_id=case.child_id,
            referral_id=case.referral_id,
            school_id=case.school_id,
            plan_id=case.plan_id,
            plan_type=case.plan_type,
            staff_id=case.staff_id,
            team_id=case.team_id,
            started_on=case.started_on,
            ended_on=case.ended_on,
            end_reason=case.end_reason,
            state=case.state,
            allowed=list(case.allowed),
        )


async def _shown(work: Work, case: Case, response: Response) -> CaseView:
    etag(response, work, case)
    return CaseView.of(case)


@routes.post("/v1/cases", status_code=201, openapi_extra=permission("case.start"), tags=CASES)
async def post_case(command: StartSupport, work: Work, response: Response) -> CaseView:
    """Open a case on an agreed referral, with its teacher."""
    case, _ = await start_support(work, command)
    return await _shown(work, case, response)


@routes.get("/v1/cases", openapi_extra=permission("case.read"), tags=CASES)
async def get_cases(
    read: Read,
    as_of: Annotated[Day | None, Query()] = None,
    cursor: Cursor = None,
    limit: PageSize = PAGE_DEFAULT,
) -> Page[CaseView]:
    """List the caseload on a day (by default today), at most 200 cases at a time."""
    found = await caseload(read, as_of or read.today(), cursor, limit + 1)
    return page([CaseView.of(case) for case in found], limit, lambda one: one.case_id)


@routes.get("/v1/cases/{case_id}", openapi_extra=permission("case.read"), tags=CASES)
async def get_case(case_id: Identifier, read: Read, response: Response) -> CaseView:
    """Show a case."""
    case = await read.get(Case, case_id)
    etag(response, read, case)
    return CaseView.of(case)


@routes.post(
    "/v1/cases/{case_id}/allocations", openapi_extra=permission("case.allocate"), tags=CASES
)
async def post_allocation(
    case_id: Identifier, command: AllocateTeacher, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """Allocate a teacher to a case, from a day on."""
    case, _ = await allocate_teacher(work, case_id, command, version)
    return await _shown(work, case, response)


@routes.post("/v1/cases/{case_id}/pause", openapi_extra=permission("case.pause"), tags=CASES)
async def post_pause(
    case_id: Identifier, command: PauseSupport, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """Pause support."""
    return await _shown(work, await pause_support(work, case_id, command, version), response)


@routes.post("/v1/cases/{case_id}/resumption", openapi_extra=permission("case.pause"), tags=CASES)
async def post_resumption(
    case_id: Identifier, command: ResumeSupport, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """Resume support."""
    return await _shown(work, await resume_support(work, case_id, command, version), response)


@routes.post("/v1/cases/{case_id}/ending", openapi_extra=permission("case.end"), tags=CASES)
async def post_ending(
    case_id: Identifier, command: EndSupport, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """End support."""
    case, _ = await end_support(work, case_id, command, version)
    return await _shown(work, case, response)
