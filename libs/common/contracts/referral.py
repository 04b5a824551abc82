"""What the referral service publishes: schools, staff, children, plans, cases and exclusions.

Every id is random and is made by the service that owns the record. Days are calendar days in
England. Codes are those of the glossary. There is no name, date of birth, contact or free text.
"""

from datetime import date
from typing import Literal
from uuid import UUID

from libs.common.contracts.base import Coded, Event

SchoolKind = Literal["nursery", "infant", "junior", "primary", "middle", "all-through", "unknown"]
Post = Literal["head-of-service", "area-manager", "specialist-teacher"]
Sex = Literal["F", "M", "U"]
PlanType = str  # a code of services/referral/children/plan_types: an open list, not an enumeration
Answer = Literal["yes", "no", "more-facts-needed"]
Recommendation = Literal["continue", "discontinue"]
RiskLevel = Literal["none", "monitor", "at-risk", "high"]
ExclusionCategory = Literal["PERM", "SUSP", "LNCH"]
Ground = Literal["withdrawn", "not-upheld", "overturned"]
"""Why an exclusion no longer counts."""
EndReason = Literal[
    "criteria-no-longer-met",
    "left-phase",
    "moved-out",
    "plan-ceased",
    "parental-request",
    "transferred-to-special",
    "deceased",
    "other",
]


class SchoolRecorded(Event, publisher="referral", key="school_id"):
    """A school was read from the national register for the first time, or its row changed."""

    school_id: UUID
    urn: int
    la_code: int
    establishment_type: str
    phase: int
    status: int
    kind: SchoolKind
    opened_on: date | None
    closed_on: date | None
    snapshot_on: date


class TeamFormed(Event, publisher="referral", key="team_id"):
    """A team of specialist teachers began its work."""

    team_id: UUID
    code: str
    area: str
    formed_on: date


class TeamDisbanded(Event, publisher="referral", key="team_id"):
    """A team was disbanded; its last day is the last on which it is counted."""

    team_id: UUID
    disbanded_on: date


class StaffAppointed(Event, publisher="referral", key="staff_id"):
    """A member of the teaching staff was appointed; ``fte`` is in hundredths of full time.

    ``reference`` is the county's own reference, a pseudonym; null where it is not known.
    """

    staff_id: UUID
    post: Post
    team_id: UUID | None
    fte_hundredths: int
    appointed_on: date
    reference: str | None = None


class StaffReferenceRecorded(Event, publisher="referral", key="staff_id"):
    """The county's reference, a pseudonym, for staff whose appointment did not have it."""

    staff_id: UUID
    reference: str


class StaffContractChanged(Event, publisher="referral", key="staff_id"):
    """The team or the hours of a member of staff changed from a day on."""

    staff_id: UUID
    team_id: UUID | None
    fte_hundredths: int
    changed_on: date


class StaffLeft(Event, publisher="referral", key="staff_id"):
    """A member of staff left; the day is the last in post."""

    staff_id: UUID
    left_on: date


class ChildRegistered(Event, publisher="referral", key="child_id"):
    """A child became known to the service, on the roll of a school."""

    child_id: UUID
    school_id: UUID
    year_group: str
    sex: Sex
    registered_on: date


class ChildCharacteristicsRecorded(Event, publisher="referral", key="child_id"):
    """A child's year group, needs in rank order, and flags were recorded, as from a day."""

    child_id: UUID
    effective_on: date
    year_group: str
    needs: tuple[str, ...]
    pupil_premium: bool
    looked_after: bool
    eal: bool


class ChildMovedSchool(Event, publisher="referral", key="child_id"):
    """A child moved to another school; support and plan go on."""

    child_id: UUID
    from_school_id: UUID
    school_id: UUID
    moved_on: date


class PlanNamed(Event, publisher="referral", key="plan_id"):
    """A child's plan was recorded or amended, and says whether it names the service.

    ``effective_on`` is the day from which it says so, null where that is not known. What it says
    from the last such day is told last.
    """

    plan_id: UUID
    child_id: UUID
    plan_type: PlanType
    names_service: bool
    starts_on: date
    review_due_on: date | None
    effective_on: date | None = None


class PlanCeased(Event, publisher="referral", key="plan_id"):
    """A plan ended. The day is its last, not the day on which that was decided."""

    plan_id: UUID
    child_id: UUID
    ceased_on: date
    reason: str


class ReferralSubmitted(Event, publisher="referral", key="referral_id"):
    """A school or the county asked the service to support a child."""

    referral_id: UUID
    child_id: UUID
    school_id: UUID
    submitted_on: date


class RuleAnswer(Coded):
    """One rule's answer in an eligibility check, by the rule's code."""

    rule: str
    answer: Answer


class EligibilityChecked(Event, publisher="referral", key="referral_id"):
    """A referral was checked against the rules of a day. A check decides nothing."""

    referral_id: UUID
    child_id: UUID
    rule_set: str
    answer: Answer
    rules: tuple[RuleAnswer, ...]
    checked_on: date


class SupportAgreed(Event, publisher="referral", key="referral_id"):
    """The Head of Service agreed to support the child."""

    referral_id: UUID
    child_id: UUID
    agreed_on: date


class SupportRefused(Event, publisher="referral", key="referral_id"):
    """The Head of Service refused support, with a coded reason."""

    referral_id: UUID
    child_id: UUID
    refused_on: date
    reason: str


class SupportStarted(Event, publisher="referral", key="case_id"):
    """Support started: from this day the child is on the caseload."""

    case_id: UUID
    child_id: UUID
    referral_id: UUID
    school_id: UUID
    plan_id: UUID
    plan_type: PlanType
    started_on: date


class TeacherAllocated(Event, publisher="referral", key="case_id"):
    """A specialist teacher was allocated to the case, from a day on."""

    case_id: UUID
    child_id: UUID
    staff_id: UUID
    team_id: UUID | None
    allocated_on: date


class SupportPaused(Event, publisher="referral", key="case_id"):
    """Support was paused (for a long illness, for example); the case stays open."""

    case_id: UUID
    child_id: UUID
    paused_on: date
    reason: str


class SupportResumed(Event, publisher="referral", key="case_id"):
    """Support resumed after a pause."""

    case_id: UUID
    child_id: UUID
    resumed_on: date


class SupportEnded(Event, publisher="referral", key="case_id"):
    """Support ended; this day is the last on the caseload."""

    case_id: UUID
    child_id: UUID
    ended_on: date
    reason: EndReason


class VisitsRecorded(Event, publisher="referral", key="case_id"):
    """Visits planned and made in one school week, which its Monday names.

    It replaces what was recorded for that week earlier.
    """

    case_id: UUID
    child_id: UUID
    staff_id: UUID
    week_beginning: date
    planned: int
    attended: int
    missed: tuple[str, ...]


class OutcomeCounts(Coded):
    """How many of a plan's outcomes were met, partly met, not met or not applicable."""

    met: int
    partly_met: int
    not_met: int
    not_applicable: int


class PlanReviewed(Event, publisher="referral", key="case_id"):
    """A plan's review was held, and the teacher reported progress and made a recommendation."""

    case_id: UUID
    child_id: UUID
    review_id: UUID
    plan_id: UUID
    plan_type: PlanType
    due_on: date | None
    held_on: date
    outcomes: OutcomeCounts
    recommendation: Recommendation
    recommended_by: UUID


class ContinuationDecided(Event, publisher="referral", key="case_id"):
    """The Head of Service decided, after a review, whether support continues."""

    case_id: UUID
    child_id: UUID
    review_id: UUID
    decision: Recommendation
    differs_from_recommendation: bool
    reason: str
    decided_on: date


class RiskAssessed(Event, publisher="referral", key="case_id"):
    """A child's risk of exclusion was judged, with coded drivers.

    The level holds from the day assessed until the next assessment of the case.
    """

    case_id: UUID
    child_id: UUID
    assessed_on: date
    level: RiskLevel
    drivers: tuple[str, ...]


class ExclusionRecorded(Event, publisher="referral", key="exclusion_id"):
    """A school excluded or suspended a child. A permanent one counts only once upheld."""

    exclusion_id: UUID
    child_id: UUID
    school_id: UUID
    category: ExclusionCategory
    starts_on: date
    half_days: int | None


class ExclusionUpheld(Event, publisher="referral", key="exclusion_id"):
    """The governing board, or a panel, upheld a permanent exclusion."""

    exclusion_id: UUID
    child_id: UUID
    upheld_on: date


class ExclusionRescinded(Event, publisher="referral", key="exclusion_id"):
    """An exclusion was withdrawn, not upheld or overturned: it no longer counts."""

    exclusion_id: UUID
    child_id: UUID
    rescinded_on: date
    ground: Ground
