"""Appointments, contracts and leavings put right over HTTP."""

from typing import Any

from fastapi import Response

from libs.common.http.correcting import put_right
from libs.common.http.requests import Work, etag, permission, router
from services.referral.staff.api.members import StaffMemberView, shown
from services.referral.staff.commands import (
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


async def _shown(work: Work, member: StaffMember, response: Response) -> StaffMemberView:
    etag(response, work, member)
    return await shown(work, member)


put_right(
    routes,
    "/v1/staff/{staff_id}/appointment",
    WRITE,
    _shown,
    tag="staff",
    corrections=correct_appointment,
)

put_right(
    routes,
    "/v1/staff/{staff_id}/contracts/{from_on}",
    WRITE,
    _shown,
    tag="staff",
    corrections=correct_contract,
    void=void_contract,
)

put_right(
    routes,
    "/v1/staff/{staff_id}/leaving",
    WRITE,
    _shown,
    tag="staff",
    corrections=correct_leaving,
    void=void_leaving,
)
