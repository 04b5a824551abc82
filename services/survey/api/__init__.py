"""The survey service's routes, and the views they return."""

from services.survey.api import (
    courses,
    deliveries,
    feedback,
    questionnaires,
    recipients,
    responses,
    waves,
)

ROUTERS = (
    questionnaires.routes,
    waves.routes,
    recipients.routes,
    responses.routes,
    courses.routes,
    deliveries.routes,
    feedback.routes,
)
