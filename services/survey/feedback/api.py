"""Complaints, compliments and register checks over HTTP."""

from datetime import date
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.fields import Identifier
from libs.common.http.requests import IfMatch, Read, Work, etag, permission, router
from services.survey.feedback.commands import (
    CheckRegister,
    CloseComplaint,
    RecordComplaint,
    RecordCompliment,
    check_register,
    close_complaint,
    record_complaint,
    record_compliment,
)
from services.survey.feedback.domain import Complaint, Compliment, RegisterCheck

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
        )


class ComplimentView(BaseModel):
    """A compliment."""

    compliment_id: UUID
    reference: str
    received_on: date
    source: str
    text: str | None

    @classmethod
    def of(cls, compliment: Compliment) -> "ComplimentView":
        """Show a compliment."""
        return cls(
            compliment_id=compliment.id,
            reference=compliment.reference,
            received_on=compliment.received_on,
            source=compliment.source,
            text=compliment.text,
        )


class RegisterCheckView(BaseModel):
    """A month of a register that somebody confirmed as complete."""

    check_id: UUID
    kind: str
    month: str
    checked_on: date

    @classmethod
    def of(cls, check: RegisterCheck) -> "RegisterCheckView":
        """Show a check."""
        return cls(
            check_id=check.id, kind=check.kind, month=check.month, checked_on=check.checked_on
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


@routes.get(
    "/v1/complaints/{complaint_id}",
    openapi_extra=permission("complaint.read"),
    tags=["feedback"],
)
async def get_complaint(complaint_id: Identifier, read: Read, response: Response) -> ComplaintView:
    """Show a complaint."""
    complaint = await read.get(Complaint, complaint_id)
    etag(response, read, complaint)
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


@routes.post(
    "/v1/compliments",
    openapi_extra=permission("compliment.record"),
    tags=["feedback"],
    status_code=201,
)
async def post_compliment(
    command: RecordCompliment, work: Work, response: Response
) -> ComplimentView:
    """Enter a compliment in the register."""
    compliment, done = await record_compliment(work, command)
    response.status_code = 201 if done.outcome == "created" else 200
    etag(response, work, compliment)
    return ComplimentView.of(compliment)


@routes.get(
    "/v1/compliments/{compliment_id}",
    openapi_extra=permission("compliment.read"),
    tags=["feedback"],
)
async def get_compliment(
    compliment_id: Identifier, read: Read, response: Response
) -> ComplimentView:
    """Show a compliment."""
    compliment = await read.get(Compliment, compliment_id)
    etag(response, read, compliment)
    return ComplimentView.of(compliment)


@routes.post(
    "/v1/register-checks",
    openapi_extra=permission("register.check"),
    tags=["feedback"],
    status_code=201,
)
async def post_register_check(
    command: CheckRegister, work: Work, response: Response
) -> RegisterCheckView:
    """Confirm that a register is complete for a month."""
    check, done = await check_register(work, command)
    response.status_code = 201 if done.outcome == "created" else 200
    etag(response, work, check)
    return RegisterCheckView.of(check)


@routes.get(
    "/v1/register-checks/{check_id}",
    openapi_extra=permission("register.read"),
    tags=["feedback"],
)
async def get_register_check(
    check_id: Identifier, read: Read, response: Response
) -> RegisterCheckView:
    """Show a register's check."""
    check = await read.get(RegisterCheck, check_id)
    etag(response, read, check)
    return RegisterCheckView.of(check)
