"""Appointments, contracts and leavings put right over HTTP."""

from typing import Any

from fastapi import Response

from libs.common.http.correcting import put_right
from libs.common.http.requests import Work, etag, permission, router
from services.referral.staff.api.members import StaffMemberView, shown
from services.referral.staff.commands import (
    correct_contract,
    void_contract,
)
from services.referral.staff.domain import StaffMember

routes = router()
WRITE = permission("staff.write")
STAFF: list[Any] = ["staff"]


async def member_shown(work: Work, member: StaffMember, response: Response) -> StaffMemberView:
    """Show a member of staff, with their ETag."""
    etag(response, work, member)
    return await shown(work, member)


put_right(
    routes,
    "/v1/staff/{staff_id}/contracts/{from_on}",
    WRITE,
    member_shown,
    tag="staff",
    corrections=correct_contract,
    void=void_contract,
)
