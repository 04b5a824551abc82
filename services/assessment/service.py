"""The assessment service's manifest."""

from pathlib import Path

from libs.common.persistence.references import OnRecord
from libs.common.runtime.service import Service
from services.assessment import imports
from services.assessment.access import GRANTS, visible
from services.assessment.api import ROUTERS
from services.assessment.domain import known_school, known_staff, known_team, metadata
from services.assessment.reactions import subscriptions
from services.assessment.schemes import schemes

schemes()  # a scheme file that is not right stops the start, by name

SERVICE = Service(
    name="assessment",
    summary="Results on versioned scales, progress criteria, teaching judgements and dialogues.",
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
