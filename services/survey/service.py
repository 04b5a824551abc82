"""The survey service's manifest."""

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
from services.survey import caseload
from services.survey.actions import access as actions_access
from services.survey.actions import api as actions_api
from services.survey.actions import reads as actions_reads
from services.survey.activities import access as activities_access
from services.survey.activities import api as activities_api
from services.survey.activities import imports as activities_imports
from services.survey.activities import reads as activities_reads
from services.survey.activities.keys import ActivityId
from services.survey.campaigns import access as campaigns_access
from services.survey.campaigns import api as campaigns_api
from services.survey.campaigns import reads as campaigns_reads
from services.survey.campaigns.messages import MESSAGES
from services.survey.concerns import access as concerns_access
from services.survey.concerns import api as concerns_api
from services.survey.concerns import reads as concerns_reads
from services.survey.concerns.queries import concerns_waiting
from services.survey.concerns.rule import rule
from services.survey.courses import access as courses_access
from services.survey.courses import api as courses_api
from services.survey.courses.domain import course_lists, courses
from services.survey.deliveries import access as deliveries_access
from services.survey.deliveries import api as deliveries_api
from services.survey.deliveries import imports as deliveries_imports
from services.survey.deliveries import reads as deliveries_reads
from services.survey.deliveries.keys import DeliveryId
from services.survey.feedback import access as feedback_access
from services.survey.feedback import api as feedback_api
from services.survey.feedback import imports as feedback_imports
from services.survey.feedback import reads as feedback_reads
from services.survey.feedback.keys import ComplaintId, ComplimentId
from services.survey.known import ChildReference, known_school, known_staff, known_team
from services.survey.links import api as links_api
from services.survey.links.domain import forget_drafts
from services.survey.open_links import access as open_links_access
from services.survey.open_links import api as open_links_api
from services.survey.open_links import reads as open_links_reads
from services.survey.paper import access as paper_access
from services.survey.paper import api as paper_api
from services.survey.paper import reads as paper_reads
from services.survey.paper.keys import FormId
from services.survey.problems import FAULTS, PROBLEMS
from services.survey.questionnaires import access as questionnaires_access
from services.survey.questionnaires import api as questionnaires_api
from services.survey.questionnaires import reads as questionnaires_reads
from services.survey.questionnaires.codes import WORDS
from services.survey.questionnaires.shipped import questionnaires
from services.survey.reactions import subscriptions
from services.survey.responses import access as responses_access
from services.survey.responses import api as responses_api
from services.survey.responses import imports as responses_imports
from services.survey.responses import reads as responses_reads
from services.survey.responses.commands import mix_answers
from services.survey.responses.keys import ResponseId
from services.survey.retention import access as retention_access
from services.survey.retention import api as retention_api
from services.survey.retention import reads as retention_reads
from services.survey.tables import metadata
from services.survey.tickets import api as tickets_api
from services.survey.waves import access as waves_access
from services.survey.waves import api as waves_api
from services.survey.waves import imports as waves_imports
from services.survey.waves import reads as waves_reads
from services.survey.waves.commands import forget_addresses
from services.survey.waves.keys import WaveId

questionnaires(), courses(), rule()  # a faulty file stops the start

KINDS: Final = (
    child_references(ChildReference),
    *waves_imports.KINDS,
    *responses_imports.KINDS,
    *waves_imports.CLOSURES,
    *activities_imports.KINDS,
    *deliveries_imports.KINDS,
    *feedback_imports.KINDS,
)

PUT_RIGHT: Final = kinds_that_put_right(
    (
        waves_api.routes,
        responses_api.routes,
        paper_api.routes,
        activities_api.routes,
        deliveries_api.routes,
        *feedback_api.routers,
    ),
    {
        "activity_id": ActivityId,
        "complaint_id": ComplaintId,
        "compliment_id": ComplimentId,
        "delivery_id": DeliveryId,
        "form_id": FormId,
        "response_id": ResponseId,
        "wave_id": WaveId,
    },
    but={kind.kind for kind in KINDS},
)
"""The kinds of what is put right, which follow from its routes."""

GRANTS: Final[Grants] = {
    **listener_api.GRANTS,
    **change_log_api.GRANTS,
    **change_feed_api.GRANTS,
    **me_api.GRANTS,
    **handed_over.GRANTS,
    **import_grants(
        {
            Role.HEAD_OF_SERVICE: Reach.COUNTY,
            Role.AREA_MANAGER: Reach.TEAM,
            Role.ADMINISTRATOR: Reach.COUNTY,
        }
    ),
    **questionnaires_access.GRANTS,
    **waves_access.GRANTS,
    **responses_access.GRANTS,
    **actions_access.GRANTS,
    **concerns_access.GRANTS,
    **paper_access.GRANTS,
    **activities_access.GRANTS,
    **campaigns_access.GRANTS,
    **retention_access.GRANTS,
    **courses_access.GRANTS,
    **deliveries_access.GRANTS,
    **open_links_access.GRANTS,
    **feedback_access.GRANTS,
    **export_grants(Role.HEAD_OF_SERVICE, Role.AREA_MANAGER),
}

READS: Final = (
    questionnaires_reads,
    waves_reads,
    campaigns_reads,
    responses_reads,
    retention_reads,
    actions_reads,
    concerns_reads,
    paper_reads,
    activities_reads,
    deliveries_reads,
    open_links_reads,
    feedback_reads,
)
"""What is listed, found and shown of each thing."""

SERVICE = Service(
    name="survey",
    summary="Questionnaires, ratings of training and bespoke work, complaints and compliments.",
    routers=(
        questionnaires_api.routes,
        waves_api.routes,
        responses_api.routes,
        paper_api.routes,
        activities_api.routes,
        campaigns_api.routes,
        actions_api.routes,
        concerns_api.routes,
        links_api.routes,
        retention_api.routes,
        tickets_api.routes,
        courses_api.routes,
        deliveries_api.routes,
        *open_links_api.routers,
        *feedback_api.routers,
        import_kinds_router((*KINDS, *PUT_RIGHT)),
        *(reads.routes for reads in READS),
        imports_router((*KINDS, *PUT_RIGHT)),
    ),
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    grants=GRANTS,
    kinds=(*KINDS, *PUT_RIGHT),
    visible=visible_by(
        {
            **caseload.VISIBLE,
            **questionnaires_access.VISIBLE,
            **waves_access.VISIBLE,
            **campaigns_access.VISIBLE,
            **responses_access.VISIBLE,
            **actions_access.VISIBLE,
            **concerns_access.VISIBLE,
            **paper_access.VISIBLE,
            **activities_access.VISIBLE,
            **deliveries_access.VISIBLE,
            **feedback_access.VISIBLE,
            **open_links_access.VISIBLE,
        }
    ),
    records={
        "questionnaire_id": "/v1/questionnaire-versions/{questionnaire_id}",
        "wave_id": "/v1/waves/{wave_id}",
        "campaign_id": "/v1/campaigns/{campaign_id}",
        "anonymisation_id": "/v1/anonymisations/{anonymisation_id}",
        "response_id": "/v1/responses/{response_id}",
        "action_id": "/v1/actions/{action_id}",
        "form_id": "/v1/paper-forms/{form_id}",
        "activity_id": "/v1/activities/{activity_id}",
        "delivery_id": "/v1/deliveries/{delivery_id}",
        "open_link_id": "/v1/open-links/{open_link_id}",
        "complaint_id": "/v1/complaints/{complaint_id}",
        "compliment_id": "/v1/compliments/{compliment_id}",
        "check_id": "/v1/register-checks/{check_id}",
    },
    words=WORDS,
    code_lists=course_lists,
    problems=PROBLEMS,
    faults=FAULTS,
    messages=MESSAGES,
    waiting=concerns_waiting,
    forgets=(forget_addresses, forget_drafts),
    routines=(mix_answers,),
    subscriptions=subscriptions,
    on_record=OnRecord(
        teams=(known_team.c.team_id, known_team.c.code),
        schools=(known_school.c.school_id, known_school.c.urn),
        staff=(known_staff.c.staff_id, known_staff.c.reference),
    ),
)
