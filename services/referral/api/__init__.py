"""The referral service's routes, and the views they return."""

from services.referral.api import cases, children, exclusions, referrals, schools, staff

ROUTERS = (
    staff.routes,
    schools.routes,
    children.routes,
    referrals.routes,
    cases.routes,
    exclusions.routes,
)
