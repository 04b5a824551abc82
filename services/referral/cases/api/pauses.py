"""Support paused and resumed, over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel

from libs.common.core.errors import NotFound
from libs.common.core.fields import Day, Identifier, of_codes
from libs.common.http.correcting import put_right
from libs.common.http.requests import IfMatch, Read, Work, etag, permission, router
from services.referral.cases.api.views import CASES, CaseView, shown
from services.referral.cases.codes import PauseReason
from services.referral.cases.commands import (
    PauseSupport,
    ResumeSupport,
    correct_pause,
    correct_resumption,
    pause_support,
    resume_support,
    void_pause,
    void_resumption,
)
from services.referral.cases.domain import Case, Pause

routes = router()


class PauseView(BaseModel):
    """Support paused from a day until it resumed; void where it was withdrawn."""

    case_id: UUID
    paused_on: date
    reason: Annotated[str, of_codes(PauseReason)]
    resumed_on: date | None
    void: bool

    @classmethod
    def of(cls, pause: Pause) -> "PauseView":
        """Show a pause."""
        return cls(
            case_id=pause.case_id,
            paused_on=pause.paused_on,
            reason=pause.reason,
            resumed_on=pause.resumed_on,
            void=pause.void,
        )


@routes.get(
    "/v1/cases/{case_id}/resumptions/{resumed_on}",
    openapi_extra=permission("case.read"),
    tags=CASES,
)
async def get_resumption(
    case_id: Identifier, resumed_on: Annotated[Day, Path()], read: Read, response: Response
) -> PauseView:
    """Show the pause from which support resumed on a day, with the case's ETag."""
    case = await read.get(Case, case_id)
    found = await read.all(Pause, case_id=case.id, resumed_on=resumed_on)
    if not found:
        raise NotFound(code="not-found", detail="There is no such pause.")
    etag(response, read, case)
    return PauseView.of(found[-1])


@routes.post("/v1/cases/{case_id}/pause", openapi_extra=permission("case.pause"), tags=CASES)
async def post_pause(
    case_id: Identifier, command: PauseSupport, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """Pause support."""
    return await shown(work, await pause_support(work, case_id, command, version), response)


@routes.post("/v1/cases/{case_id}/resumption", openapi_extra=permission("case.pause"), tags=CASES)
async def post_resumption(
    case_id: Identifier, command: ResumeSupport, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """Resume support."""
    return await shown(work, await resume_support(work, case_id, command, version), response)


put_right(
    routes,
    "/v1/cases/{case_id}/pauses/{paused_on}",
    permission("case.pause"),
    shown,
    tag="cases",
    corrections=correct_pause,
    void=void_pause,
)

put_right(
    routes,
    "/v1/cases/{case_id}/resumptions/{resumed_on}",
    permission("case.pause"),
    shown,
    tag="cases",
    corrections=correct_resumption,
    void=void_resumption,
)
