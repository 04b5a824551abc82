"""Appointments, contracts and leavings put right over HTTP."""

from typing import Annotated, Any

from fastapi import Path, Response

from libs.common.core.corrections import Withdrawal
from libs.common.core.fields import Day, Identifier
from libs.common.http.requests import IfMatch, Work, etag, permission, router
from services.referral.staff.api.members import StaffMemberView, shown
from services.referral.staff.commands import (
    CorrectAppointment,
    CorrectContract,
    CorrectLeaving,
    correct_appointment,
    correct_contract,
    correct_leaving,
    void_contract,
    void_leaving,
)
from services.referral.staff.domain import StaffMember

routes = router()
WRITE = permission("staff.write")
STAFF: list[Any] = ["staff"]
FromOn = Annotated[Day, Path()]


async def _answer(work: Work, member: StaffMember, response: Response) -> StaffMemberView:
    etag(response, work, member)
    return await shown(work, member)


@routes.post("/v1/staff/{staff_id}/appointment/corrections", openapi_extra=WRITE, tags=STAFF)
async def post_appointment_correction(
    staff_id: Identifier,
    command: CorrectAppointment,
    version: IfMatch,
    work: Work,
    response: Response,
) -> StaffMemberView:
    """Put the post or the first day right."""
    member = await correct_appointment(work, staff_id, command, version)
    return await _answer(work, member, response)


@routes.post(
    "/v1/staff/{staff_id}/contracts/{from_on}/corrections", openapi_extra=WRITE, tags=STAFF
)
async def post_contract_correction(
    staff_id: Identifier,
    from_on: FromOn,
    command: CorrectContract,
    version: IfMatch,
    work: Work,
    response: Response,
) -> StaffMemberView:
    """Put a contract right, the first among them. A change of contract is recorded by PUT."""
    member = await correct_contract(work, staff_id, from_on, command, version)
    return await _answer(work, member, response)


@routes.post("/v1/staff/{staff_id}/contracts/{from_on}/void", openapi_extra=WRITE, tags=STAFF)
async def post_contract_void(
    staff_id: Identifier,
    from_on: FromOn,
    command: Withdrawal,
    version: IfMatch,
    work: Work,
    response: Response,
) -> StaffMemberView:
    """Void a contract, so that the one before it goes on."""
    member = await void_contract(work, staff_id, from_on, command, version)
    return await _answer(work, member, response)


@routes.post("/v1/staff/{staff_id}/leaving/corrections", openapi_extra=WRITE, tags=STAFF)
async def post_leaving_correction(
    staff_id: Identifier, command: CorrectLeaving, version: IfMatch, work: Work, response: Response
) -> StaffMemberView:
    """Put the last day in post right."""
    member = await correct_leaving(work, staff_id, command, version)
    return await _answer(work, member, response)


@routes.post("/v1/staff/{staff_id}/leaving/void", openapi_extra=WRITE, tags=STAFF)
async def post_leaving_void(
    staff_id: Identifier, command: Withdrawal, version: IfMatch, work: Work, response: Response
) -> StaffMemberView:
    """Void a leaving: the member of staff is still in post."""
    member = await void_leaving(work, staff_id, command, version)
    return await _answer(work, member, response)
