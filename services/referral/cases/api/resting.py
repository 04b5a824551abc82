"""What cases rest on, put right over HTTP: plans and schools of a child, who was in post."""

from libs.common.http.correcting import put_right
from libs.common.http.requests import permission, router
from services.referral.cases.commands import followed_by_cases, while_in_post
from services.referral.children.corrections import correct_move, void_move
from services.referral.children.corrections_api import CHILD, PLAN, plan_shown, schools_shown
from services.referral.children.plan_corrections import correct_plan, void_plan
from services.referral.staff.api import member_shown
from services.referral.staff.commands import (
    correct_appointment,
    correct_leaving,
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
