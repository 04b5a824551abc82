"""The assessment service's manifest."""

from pathlib import Path
from typing import Final

from libs.common.http import change_feed_api, change_log_api, listener_api, me_api
from libs.common.imports import (
    child_references,
    handed_over,
    import_grants,
    import_kinds_router,
    imports_router,
    kinds_that_put_right,
)
from libs.common.persistence.references import OnRecord
from libs.common.persistence.visibility import visible_by
from libs.common.reading import export_grants
from libs.common.runtime.manifest import Service
from libs.common.security import Grants, Reach, Role
from services.assessment.criteria import access as criteria_access
from services.assessment.criteria import api as criteria_api
from services.assessment.criteria import reads as criteria_reads
from services.assessment.known import ChildReference, known_school, known_staff, known_team
from services.assessment.problems import FAULTS, PROBLEMS
from services.assessment.progress import api as progress_api
from services.assessment.quality import access as quality_access
from services.assessment.quality import api as quality_api
from services.assessment.quality import imports as quality_imports
from services.assessment.quality import reads as quality_reads
from services.assessment.reactions import subscriptions
from services.assessment.results import access as results_access
from services.assessment.results import api as results_api
from services.assessment.results import imports as results_imports
from services.assessment.results import reads as results_reads
from services.assessment.schemes import access as schemes_access
from services.assessment.schemes import api as schemes_api
from services.assessment.schemes.domain import position_lists, schemes
from services.assessment.tables import metadata
from services.assessment.windows import access as windows_access
from services.assessment.windows import api as windows_api
from services.assessment.windows import reads as windows_reads

schemes()  # a scheme file that is not right stops the start, by name

KINDS: Final = (child_references(ChildReference), *results_imports.KINDS, *quality_imports.KINDS)

PUT_RIGHT: Final = kinds_that_put_right(
    (results_api.routes, criteria_api.routes, quality_api.routes),
    {},
    but={"result-corrections", "result-voids"},
)
"""The kinds of what is put right, which follow from its routes; of a result under older names."""

GRANTS: Final[Grants] = {
    **listener_api.GRANTS,
    **change_log_api.GRANTS,
    **change_feed_api.GRANTS,
    **me_api.GRANTS,
    **handed_over.GRANTS,
    **import_grants(
        {
            Role.HEAD_OF_SERVICE: Reach.COUNTY,
            Role.LINK_ADVISER: Reach.COUNTY,
            Role.ADMINISTRATOR: Reach.COUNTY,
            Role.AREA_MANAGER: Reach.TEAM,
            Role.SUPPORT_TEACHER: Reach.OWN,
        }
    ),
    **results_access.GRANTS,
    **criteria_access.GRANTS,
    **quality_access.GRANTS,
    **windows_access.GRANTS,
    **schemes_access.GRANTS,
    **export_grants(Role.HEAD_OF_SERVICE, Role.AREA_MANAGER, Role.COUNTY_SEND_OFFICER),
}

READS: Final = (results_reads, criteria_reads, quality_reads, windows_reads)
"""What is listed, found and shown of each thing."""

SERVICE = Service(
    name="assessment",
    summary="Results on versioned scales, progress criteria, teaching judgements and dialogues.",
    routers=(
        results_api.routes,
        criteria_api.routes,
        quality_api.routes,
        windows_api.routes,
        import_kinds_router((*KINDS, *PUT_RIGHT)),
        schemes_api.routes,
        progress_api.routes,
        *(reads.routes for reads in READS),
        imports_router((*KINDS, *PUT_RIGHT)),
    ),
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    grants=GRANTS,
    kinds=(*KINDS, *PUT_RIGHT),
    visible=visible_by(
        {
            **results_access.VISIBLE,
            **criteria_access.VISIBLE,
            **quality_access.VISIBLE,
            **windows_access.VISIBLE,
        }
    ),
    records={
        "assessment_id": "/v1/results/{assessment_id}",
        "criteria_id": "/v1/criteria/{criteria_id}",
        "judgement_id": "/v1/teaching-judgements/{judgement_id}",
        "dialogue_id": "/v1/quality-dialogues/{dialogue_id}",
        "windows_id": "/v1/windows/{academic_year}",
    },
    code_lists=position_lists,
    problems=PROBLEMS,
    faults=FAULTS,
    subscriptions=subscriptions,
    on_record=OnRecord(
        teams=(known_team.c.team_id, known_team.c.code),
        schools=(known_school.c.school_id, known_school.c.urn),
        staff=(known_staff.c.staff_id, known_staff.c.reference),
    ),
)
