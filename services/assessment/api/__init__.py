"""The assessment service's routes, and the views they return."""

from services.assessment.api import criteria, quality, results

ROUTERS = (results.routes, criteria.routes, quality.routes)
