"""The referral service's manifest."""

from pathlib import Path

from libs.common.persistence.references import OnRecord
from libs.common.runtime.service import Service
from services.referral import imports
from services.referral.access import GRANTS, visible
from services.referral.api import ROUTERS
from services.referral.domain import Child, School, StaffMember, Team, metadata
from services.referral.rules import rule_sets

rule_sets()  # a faulty file stops the start

SERVICE = Service(
    name="referral",
    summary="Referrals, eligibility, decisions, caseload, visits, reviews, exclusions and staff.",
    routers=(*ROUTERS, imports.routes),
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    grants=GRANTS,
    visible=visible,
    on_record=OnRecord(
        teams=(Team.id, Team.code),
        schools=(School.id, School.urn),
        staff=(StaffMember.id, StaffMember.reference),
        children=(Child.id, Child.scheme, Child.reference),
    ),
)
