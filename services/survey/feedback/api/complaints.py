"""Complaints over HTTP."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.contracts.survey import ComplaintOutcome
from libs.common.core.fields import Identifier, Reference, of_codes, of_form
from libs.common.http.correcting import put_right
from libs.common.http.requests import IfMatch, Work, permission, router
from libs.common.reading import with_steps
from services.survey.concerns.api import RaisedView
from services.survey.concerns.commands import RaiseConcern
from services.survey.feedback.access import COMPLAINT_STEPS
from services.survey.feedback.commands import (
    CloseComplaint,
    RecordComplaint,
    close_complaint,
    correct_complaint,
    raise_concern_about_complaint,
    record_complaint,
    void_complaint,
)
from services.survey.feedback.domain import Complaint

routes = router()


class ComplaintView(BaseModel):
    """A complaint or informal concern, and its outcome."""

    complaint_id: UUID
    reference: Annotated[str, of_form(Reference)]
    received_on: date
    formal: bool
    text: str | None
    closed_on: date | None
    outcome: Annotated[str, of_codes(ComplaintOutcome)] | None
    void: bool
    allowed: list[str]

    @classmethod
    def of(cls, complaint: Complaint, may: list[str]) -> "ComplaintView":
        """Show a complaint, and what the caller may do with it."""
        return cls(
            complaint_id=complaint.id,
            reference=complaint.reference,
            received_on=complaint.received_on,
            formal=complaint.formal,
            text=complaint.text,
            closed_on=complaint.closed_on,
            outcome=complaint.outcome,
            void=complaint.void,
            allowed=may,
        )


COMPLAINT: Final = with_steps(ComplaintView, Complaint, COMPLAINT_STEPS)


@routes.post(
    "/v1/complaints",
    openapi_extra=permission("complaint.record"),
    tags=["feedback"],
    status_code=201,
)
async def post_complaint(command: RecordComplaint, work: Work, response: Response) -> ComplaintView:
    """Enter a complaint in the register. Only the Head of Service enters a formal one."""
    complaint, done = await record_complaint(work, command)
    response.status_code = 201 if done.outcome == "created" else 200
    return await COMPLAINT.shown(work, complaint, response)


@routes.post(
    "/v1/complaints/{complaint_id}/closure",
    openapi_extra=permission("complaint.close"),
    tags=["feedback"],
)
async def post_closure(
    complaint_id: Identifier,
    command: CloseComplaint,
    version: IfMatch,
    work: Work,
    response: Response,
) -> ComplaintView:
    """Close a complaint with its outcome."""
    complaint = await close_complaint(work, complaint_id, command, version)
    return await COMPLAINT.shown(work, complaint, response)


@routes.post(
    "/v1/complaints/{complaint_id}/concerns",
    openapi_extra=permission("concern.raise"),
    tags=["concerns"],
    status_code=201,
)
async def raise_a_concern_about_a_complaint(
    complaint_id: Identifier, command: RaiseConcern, work: Work
) -> RaisedView:
    """Raise a safeguarding concern about what a complaint says: it is seen at once."""
    return RaisedView.of(await raise_concern_about_complaint(work, complaint_id, command))


put_right(
    routes,
    "/v1/complaints/{complaint_id}",
    permission("complaint.correct"),
    COMPLAINT.shown,
    tag="feedback",
    corrections=correct_complaint,
    void=void_complaint,
)
