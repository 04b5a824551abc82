"""The aggregates of the referral service, the verbs they allow and the errors they raise."""

from services.referral.domain.case import Case, Review, RiskAssessment, VisitWeek
from services.referral.domain.child import Child, Parent
from services.referral.domain.exclusion import Exclusion
from services.referral.domain.plan import Plan
from services.referral.domain.referral import EligibilityCheck, Referral
from services.referral.domain.school import School
from services.referral.domain.staff import StaffContract, StaffMember, Team
from services.referral.domain.tables import Owned, metadata

__all__ = [
    "Case",
    "Child",
    "EligibilityCheck",
    "Exclusion",
    "Owned",
    "Parent",
    "Plan",
    "Referral",
    "Review",
    "RiskAssessment",
    "School",
    "StaffContract",
    "StaffMember",
    "Team",
    "VisitWeek",
    "metadata",
]
