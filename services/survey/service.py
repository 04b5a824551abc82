"""The survey service's manifest."""

from pathlib import Path

from libs.common.persistence.references import OnRecord
from libs.common.runtime.service import Service
from services.survey import imports
from services.survey.access import GRANTS, visible
from services.survey.api import ROUTERS
from services.survey.courses import courses
from services.survey.domain import known_school, known_staff, known_team, metadata
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
    on_record=OnRecord(
        teams=(known_team.c.team_id, known_team.c.code),
        schools=(known_school.c.school_id, known_school.c.urn),
        staff=(known_staff.c.staff_id, known_staff.c.reference),
    ),
)
