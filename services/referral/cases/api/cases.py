"""Cases over HTTP: opened, listed and shown as on a day, ended; and either put right."""

from datetime import date
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel

from libs.common.core.corrections import Withdrawal
from libs.common.core.fields import Day, Identifier
from libs.common.http.paging import PAGE_DEFAULT, Cursor, Page, PageSize, page
from libs.common.http.requests import IfMatch, Read, Work, etag, permission, router
from services.referral.cases.api.views import CASES, CaseView, shown, views
from services.referral.cases.commands import (
    CorrectEnding,
    CorrectStart,
    EndSupport,
    StartSupport,
    correct_ending,
    correct_start,
    end_support,
    start_support,
    void_case,
    void_ending,
)
from services.referral.cases.domain import Case
from services.referral.cases.queries import caseload

routes = router()
AsOf = Annotated[Day | None, Query()]


@routes.post("/v1/cases", status_code=201, openapi_extra=permission("case.start"), tags=CASES)
async def post_case(command: StartSupport, work: Work, response: Response) -> CaseView:
    """Open a case on an agreed referral, with its teacher."""
    case, _ = await start_support(work, command)
    return await shown(work, case, response)


@routes.get("/v1/cases", openapi_extra=permission("case.read"), tags=CASES)
async def get_cases(
    read: Read, as_of: AsOf = None, cursor: Cursor = None, limit: PageSize = PAGE_DEFAULT
) -> Page[CaseView]:
    """List the caseload on a day (by default today), at most 200 cases at a time.

    Teacher, team and school are those of that day.
    """
    day: date = as_of or read.today()
    found = await caseload(read, day, cursor, limit + 1)
    return page(await views(read, found, day), limit, lambda one: one.case_id)


@routes.get("/v1/cases/{case_id}", openapi_extra=permission("case.read"), tags=CASES)
async def get_case(
    case_id: Identifier, read: Read, response: Response, as_of: AsOf = None
) -> CaseView:
    """Show a case; teacher, team and school are those of a day (by default today)."""
    case = await read.get(Case, case_id)
    etag(response, read, case)
    [view] = await views(read, [case], as_of or read.today())
    return view


@routes.post("/v1/cases/{case_id}/corrections", openapi_extra=permission("case.start"), tags=CASES)
async def post_case_correction(
    case_id: Identifier, command: CorrectStart, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """Put the first day of support right; the first teacher's goes with it."""
    case, _ = await correct_start(work, case_id, command, version)
    return await shown(work, case, response)


@routes.post("/v1/cases/{case_id}/void", openapi_extra=permission("case.start"), tags=CASES)
async def post_case_void(
    case_id: Identifier, command: Withdrawal, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """Withdraw a case that was opened by mistake, of which nothing else is recorded."""
    case, _ = await void_case(work, case_id, command, version)
    return await shown(work, case, response)


class EndingView(BaseModel):
    """The last day of support, and why it ended; both null while it goes on."""

    ended_on: date | None
    end_reason: str | None


@routes.get("/v1/cases/{case_id}/ending", openapi_extra=permission("case.read"), tags=CASES)
async def get_ending(case_id: Identifier, read: Read, response: Response) -> EndingView:
    """Show how support ended, with the case's ETag."""
    case = await read.get(Case, case_id)
    etag(response, read, case)
    return EndingView(ended_on=case.ended_on, end_reason=case.end_reason)


@routes.post("/v1/cases/{case_id}/ending", openapi_extra=permission("case.end"), tags=CASES)
async def post_ending(
    case_id: Identifier, command: EndSupport, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """End support."""
    case, _ = await end_support(work, case_id, command, version)
    return await shown(work, case, response)


@routes.post(
    "/v1/cases/{case_id}/ending/corrections", openapi_extra=permission("case.end"), tags=CASES
)
async def post_ending_correction(
    case_id: Identifier, command: CorrectEnding, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """Put the last day of support, or why it ended, right."""
    case, _ = await correct_ending(work, case_id, command, version)
    return await shown(work, case, response)


@routes.post("/v1/cases/{case_id}/ending/void", openapi_extra=permission("case.end"), tags=CASES)
async def post_ending_void(
    case_id: Identifier, command: Withdrawal, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """Open a case again that had not ended."""
    case, _ = await void_ending(work, case_id, command, version)
    return await shown(work, case, response)
