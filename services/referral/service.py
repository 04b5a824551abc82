"""The referral service's manifest."""

from pathlib import Path

from libs.common.http import change_feed_api, change_log_api, me_api
from libs.common.imports import (
    import_grants,
    import_kinds_router,
    imports_router,
    kinds_that_put_right,
)
from libs.common.persistence.references import OnRecord
from libs.common.reading import export_grants
from libs.common.runtime.manifest import Service
from libs.common.security import Grants, Reach, Role
from services.referral import overview
from services.referral.caseload import visible
from services.referral.cases import access as cases_access
from services.referral.cases import api as cases_api
from services.referral.cases import imports as cases_imports
from services.referral.cases import reads as cases_reads
from services.referral.cases.keys import CaseId, ReviewId
from services.referral.children import access as children_access
from services.referral.children import api as children_api
from services.referral.children import corrections_api as children_corrections_api
from services.referral.children import references_api as children_references_api
from services.referral.children import searches as children_reads
from services.referral.children.codes import WORDS as CHILDREN_WORDS
from services.referral.children.domain import Child
from services.referral.children.keys import ChildId, PlanId
from services.referral.children.plan_types import plan_type_list
from services.referral.duplicates import access as duplicates_access
from services.referral.duplicates import api as duplicates_api
from services.referral.duplicates import reads as duplicates_reads
from services.referral.exclusions import access as exclusions_access
from services.referral.exclusions import api as exclusions_api
from services.referral.exclusions import imports as exclusions_imports
from services.referral.exclusions import reads as exclusions_reads
from services.referral.exclusions.codes import WORDS as EXCLUSION_WORDS
from services.referral.exclusions.keys import ExclusionId
from services.referral.merges import api as merges_api
from services.referral.parents import access as parents_access
from services.referral.parents import api as parents_api
from services.referral.parents import searches as parents_reads
from services.referral.parents.keys import PersonId
from services.referral.parents.queries import children_of
from services.referral.problems import FAULTS, PROBLEMS
from services.referral.referrals import access as referrals_access
from services.referral.referrals import api as referrals_api
from services.referral.referrals import imports as referrals_imports
from services.referral.referrals import reads as referrals_reads
from services.referral.referrals.keys import ReferralId
from services.referral.register import access as register_access
from services.referral.register import api as register_api
from services.referral.register import imports as register_imports
from services.referral.register import reads as register_reads
from services.referral.reviews import access as reviews_access
from services.referral.reviews import api as reviews_api
from services.referral.reviews import imports as reviews_imports
from services.referral.reviews import reads as reviews_reads
from services.referral.risk import access as risk_access
from services.referral.risk import api as risk_api
from services.referral.risk import imports as risk_imports
from services.referral.risk import reads as risk_reads
from services.referral.rules import rule_sets
from services.referral.schools import access as schools_access
from services.referral.schools import api as schools_api
from services.referral.schools import imports as schools_imports
from services.referral.schools.domain import School
from services.referral.staff import access as staff_access
from services.referral.staff import api as staff_api
from services.referral.staff import imports as staff_imports
from services.referral.staff import searches as staff_reads
from services.referral.staff.domain import StaffMember, Team
from services.referral.staff.keys import StaffId, TeamId
from services.referral.tables import metadata
from services.referral.visits import access as visits_access
from services.referral.visits import api as visits_api
from services.referral.visits import imports as visits_imports
from services.referral.visits import reads as visits_reads

rule_sets()  # a faulty file stops the start

GRANTS: Grants = {
    **change_log_api.GRANTS,
    **change_feed_api.GRANTS,
    **me_api.GRANTS,
    **import_grants(
        {
            Role.HEAD_OF_SERVICE: Reach.COUNTY,
            Role.AREA_MANAGER: Reach.TEAM,
            Role.SUPPORT_TEACHER: Reach.OWN,
            Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
            Role.ADMINISTRATOR: Reach.COUNTY,
        }
    ),
    **export_grants(Role.HEAD_OF_SERVICE, Role.AREA_MANAGER, Role.COUNTY_SEND_OFFICER),
    **staff_access.GRANTS,
    **schools_access.GRANTS,
    **register_access.GRANTS,
    **children_access.GRANTS,
    **parents_access.GRANTS,
    **duplicates_access.GRANTS,
    **exclusions_access.GRANTS,
    **referrals_access.GRANTS,
    **cases_access.GRANTS,
    **visits_access.GRANTS,
    **reviews_access.GRANTS,
    **risk_access.GRANTS,
}

KINDS = (
    *schools_imports.KINDS,
    *staff_imports.KINDS,
    cases_imports.STAFF,
    cases_imports.CHILDREN,
    *exclusions_imports.KINDS,
    *referrals_imports.KINDS,
    *cases_imports.KINDS,
    *visits_imports.KINDS,
    *reviews_imports.KINDS,
    *risk_imports.KINDS,
    *cases_imports.ENDINGS,
)
"""The kinds of bulk record, in the order in which a county loads them."""

PUT_RIGHT = kinds_that_put_right(
    (
        *staff_api.ROUTERS,
        children_corrections_api.routes,
        parents_api.routes,
        referrals_api.routes,
        *cases_api.ROUTERS,
        visits_api.routes,
        risk_api.routes,
        reviews_api.routes,
        exclusions_api.routes,
    ),
    {
        "case_id": CaseId,
        "child_id": ChildId,
        "exclusion_id": ExclusionId,
        "person_id": PersonId,
        "plan_id": PlanId,
        "referral_id": ReferralId,
        "review_id": ReviewId,
        "staff_id": StaffId,
        "team_id": TeamId,
    },
    parts={"review_id": reviews_imports.PART},
)
"""The kinds of what is put right, which follow from its routes."""

READS = (
    staff_reads,
    children_reads,
    parents_reads,
    duplicates_reads,
    referrals_reads,
    register_reads,
    cases_reads,
    visits_reads,
    reviews_reads,
    risk_reads,
    exclusions_reads,
)
"""What is listed, found and shown of each thing."""

SERVICE = Service(
    name="referral",
    summary="Referrals, eligibility, decisions, caseload, visits, reviews, exclusions and staff.",
    routers=(
        *staff_api.ROUTERS,
        *register_imports.ROUTERS,
        register_api.routes,
        schools_api.routes,
        children_api.routes,
        children_corrections_api.routes,
        children_references_api.routes,
        parents_api.routes,
        duplicates_api.routes,
        merges_api.routes,
        referrals_api.routes,
        *cases_api.ROUTERS,
        visits_api.routes,
        risk_api.routes,
        reviews_api.routes,
        exclusions_api.routes,
        import_kinds_router((*KINDS, *PUT_RIGHT)),
        *(reads.routes for reads in READS),
        *overview.ROUTERS,
        imports_router((*KINDS, *PUT_RIGHT)),
    ),
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    grants=GRANTS,
    kinds=(*KINDS, *PUT_RIGHT),
    own_kinds=register_imports.KINDS,
    confined={"upn": "former-upn.read"},
    records={
        "school_id": "/v1/schools/{school_id}",
        "team_id": "/v1/teams/{team_id}",
        "staff_id": "/v1/staff/{staff_id}",
        "child_id": "/v1/children/{child_id}",
        "merged_child_id": "/v1/children/{merged_child_id}",
        "plan_id": "/v1/plans/{plan_id}",
        "person_id": "/v1/people/{person_id}",
        "merged_person_id": "/v1/people/{merged_person_id}",
        "relationship_id": "/v1/relationships/{relationship_id}",
        "duplicate_id": "/v1/duplicates/{duplicate_id}",
        "referral_id": "/v1/referrals/{referral_id}",
        "case_id": "/v1/cases/{case_id}",
        "exclusion_id": "/v1/exclusions/{exclusion_id}",
    },
    words={**CHILDREN_WORDS, **EXCLUSION_WORDS},
    code_lists=lambda: [plan_type_list()],
    problems=PROBLEMS,
    faults=FAULTS,
    visible=visible,
    on_record=OnRecord(
        teams=(Team.id, Team.code),
        schools=(School.id, School.urn),
        staff=(StaffMember.id, StaffMember.reference),
        children=(Child.id, Child.scheme, Child.reference),
        children_of=children_of,
    ),
)
