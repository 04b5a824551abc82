"""What cases rest on, told and put right: schools and plans of a child, who was in post."""

from datetime import date
from typing import Annotated

from fastapi import Path, Response

from libs.common.core.fields import Code, Reference
from libs.common.http.correcting import put_right
from libs.common.http.requests import Work, etag, permission, router
from services.referral.cases.commands import (
    followed_by_cases,
    followed_by_teams,
    push_child,
    push_staff_member,
    while_in_post,
)
from services.referral.children.api import ChildView, view_of
from services.referral.children.commands import RecordChild
from services.referral.children.corrections import correct_move, void_move
from services.referral.children.corrections_api import CHILD, PLAN, plan_shown, schools_shown
from services.referral.children.plan_corrections import correct_plan, void_plan
from services.referral.staff.api import StaffMemberView, member_shown, staff_shown
from services.referral.staff.commands import (
    RecordStaffMember,
    correct_appointment,
    correct_contract,
    correct_leaving,
    void_contract,
    void_leaving,
)

routes = router()

put_right(
    routes,
    f"{CHILD}/school-moves",
    permission("child.write"),
    schools_shown,
    tag="children",
    corrections=followed_by_cases(correct_move),
    void=followed_by_cases(void_move),
)

put_right(
    routes,
    PLAN,
    permission("child.write"),
    plan_shown,
    tag="children",
    corrections=followed_by_cases(correct_plan),
    void=followed_by_cases(void_plan),
)

put_right(
    routes,
    "/v1/staff/{staff_id}/contracts/{from_on}",
    permission("staff.write"),
    member_shown,
    tag="staff",
    corrections=followed_by_teams(correct_contract),
    void=followed_by_teams(void_contract),
)

put_right(
    routes,
    "/v1/staff/{staff_id}/appointment",
    permission("staff.write"),
    member_shown,
    tag="staff",
    corrections=while_in_post("/appointed_on")(correct_appointment),
)

put_right(
    routes,
    "/v1/staff/{staff_id}/leaving",
    permission("staff.write"),
    member_shown,
    tag="staff",
    corrections=while_in_post("/left_on")(correct_leaving),
    void=void_leaving,
)


@routes.put(
    "/v1/staff/by-reference/{reference:path}",
    openapi_extra=permission("staff.write"),
    tags=["staff"],
)
async def put_staff_member(
    reference: Annotated[Reference, Path()],
    command: RecordStaffMember,
    work: Work,
    response: Response,
) -> StaffMemberView:
    """Record a member of staff under the county's reference. What is left out says nothing."""
    member, done = await push_staff_member(work, reference, command)
    response.status_code = 201 if done.outcome == "created" else 200
    etag(response, work, member)
    return await staff_shown(work, member)


@routes.put(
    "/v1/children/by-reference/{scheme}/{reference:path}",
    openapi_extra=permission("child.write"),
    tags=["children"],
)
async def put_child(
    scheme: Annotated[Code, Path()],
    reference: Annotated[Reference, Path()],
    command: RecordChild,
    work: Work,
    response: Response,
) -> ChildView:
    """Record a child with particulars, characteristics, school, parents and plans, in one call."""
    child, done = await push_child(work, scheme, reference, command)
    response.status_code = 201 if done.outcome == "created" else 200
    etag(response, work, child)
    return await view_of(work, child, date.max, done.holds_from)
