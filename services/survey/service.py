"""The survey service's manifest."""

from pathlib import Path

from libs.common.service import Service
from services.survey import imports
from services.survey.access import GRANTS, visible
from services.survey.api import ROUTERS
from services.survey.courses import courses
from services.survey.domain import metadata
from services.survey.questionnaires import questionnaires
from services.survey.reactions import subscriptions

questionnaires(), courses()  # a faulty file stops the start

SERVICE = Service(
    name="survey",
    summary="Questionnaires, ratings of training and bespoke work, complaints and compliments.",
    routers=(*ROUTERS, imports.routes),
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    grants=GRANTS,
    visible=visible,
    subscriptions=subscriptions,
)
