"""Cases over HTTP: opened, listed and shown as on a day, ended; and either put right."""

from datetime import date
from typing import Annotated

from fastapi import Response
from pydantic import BaseModel

from libs.common.contracts.referral import EndReason
from libs.common.core.fields import Identifier, of_codes
from libs.common.http.correcting import put_right
from libs.common.http.requests import IfMatch, Read, Work, etag, permission, router
from services.referral.cases.api.views import CASES, CaseView, shown
from services.referral.cases.codes import AlthoughNamed
from services.referral.cases.commands import (
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

routes = router()


@routes.post("/v1/cases", status_code=201, openapi_extra=permission("case.start"), tags=CASES)
async def post_case(command: StartSupport, work: Work, response: Response) -> CaseView:
    """Open a case on an agreed referral, with its teacher."""
    case, _ = await start_support(work, command)
    return await shown(work, case, response)


put_right(
    routes,
    "/v1/cases/{case_id}",
    permission("case.start"),
    shown,
    tag="cases",
    corrections=correct_start,
    void=void_case,
)


class EndingView(BaseModel):
    """The last day of support, and why it ended; null while it goes on.

    ``although_named`` is why it ended though a plan named the service on, where one did.
    """

    ended_on: date | None
    end_reason: Annotated[str, of_codes(EndReason)] | None
    although_named: Annotated[str, of_codes(AlthoughNamed)] | None


@routes.get("/v1/cases/{case_id}/ending", openapi_extra=permission("case.read"), tags=CASES)
async def get_ending(case_id: Identifier, read: Read, response: Response) -> EndingView:
    """Show how support ended, with the case's ETag."""
    case = await read.get(Case, case_id)
    etag(response, read, case)
    return EndingView(
        ended_on=case.ended_on, end_reason=case.end_reason, although_named=case.although_named
    )


@routes.post("/v1/cases/{case_id}/ending", openapi_extra=permission("case.end"), tags=CASES)
async def post_ending(
    case_id: Identifier, command: EndSupport, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """End support."""
    case, _ = await end_support(work, case_id, command, version)
    return await shown(work, case, response)


put_right(
    routes,
    "/v1/cases/{case_id}/ending",
    permission("case.end"),
    shown,
    tag="cases",
    corrections=correct_ending,
    void=void_ending,
)
