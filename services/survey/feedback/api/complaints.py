"""Complaints over HTTP."""

from datetime import date
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.fields import Identifier
from libs.common.http.correcting import put_right
from libs.common.http.requests import IfMatch, Work, etag, permission, router
from services.survey.feedback.commands import (
    CloseComplaint,
    RecordComplaint,
    close_complaint,
    correct_complaint,
    record_complaint,
    void_complaint,
)
from services.survey.feedback.domain import Complaint

routes = router()


class ComplaintView(BaseModel):
    """A complaint or informal concern, and its outcome."""

    complaint_id: UUID
    reference: str
    received_on: date
    formal: bool
    text: str | None
    closed_on: date | None
    outcome: str | None
    void: bool

    @classmethod
    def of(cls, complaint: Complaint) -> "ComplaintView":
        """Show a complaint."""
        return cls(
            complaint_id=complaint.id,
            reference=complaint.reference,
            received_on=complaint.received_on,
            formal=complaint.formal,
            text=complaint.text,
            closed_on=complaint.closed_on,
            outcome=complaint.outcome,
            void=complaint.void,
        )


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
    etag(response, work, complaint)
    return ComplaintView.of(complaint)


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
    etag(response, work, complaint)
    return ComplaintView.of(complaint)


put_right(
    routes,
    "/v1/complaints/{complaint_id}",
    permission("complaint.correct"),
    ComplaintView,
    tag="feedback",
    corrections=correct_complaint,
    void=void_complaint,
)
