"""What is seen of a case, or of a child over the years, in one call."""

from services.referral.overview import cases, timeline

ROUTERS = (cases.routes, timeline.routes)
