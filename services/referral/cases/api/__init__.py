"""Cases over HTTP."""

from services.referral.cases.api import allocations, cases, colleagues, pauses, resting

ROUTERS = (cases.routes, allocations.routes, colleagues.routes, pauses.routes, resting.routes)
