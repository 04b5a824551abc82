"""What the referral service publishes of a case that is put right: corrected, or withdrawn.

A correction has every field of the record, as it is now, and a withdrawal its key; ``reason`` is
the coded reason for which either was made. Where a correction moves a record to another day,
``formerly_on`` names the day on which it no longer stands.
"""

from datetime import date
from uuid import UUID

from libs.common.contracts.base import Event
from libs.common.contracts.referral import (
    EndReason,
    PlanReviewed,
    PlanType,
    Recommendation,
    RiskAssessed,
    SupportResumed,
    TeacherAllocated,
    VisitsRecorded,
)


class StartCorrected(Event, publisher="referral", key="case_id"):
    """The first day of support was recorded wrongly; with it go the school and plan of that day."""

    case_id: UUID
    child_id: UUID
    school_id: UUID
    plan_id: UUID
    plan_type: PlanType
    started_on: date
    formerly_on: date
    reason: str


class CaseVoided(Event, publisher="referral", key="case_id"):
    """A case was opened by mistake: support never was."""

    case_id: UUID
    child_id: UUID
    reason: str


class AllocationCorrected(TeacherAllocated, publisher="referral", key="case_id"):
    """The teacher of a case, or the first day of theirs, was recorded wrongly."""

    formerly_on: date | None
    reason: str


class AllocationVoided(Event, publisher="referral", key="case_id"):
    """A teacher was not allocated from that day: the teacher before went on."""

    case_id: UUID
    child_id: UUID
    allocated_on: date
    reason: str


class ColleagueAllocated(Event, publisher="referral", key="case_id"):
    """A teacher works on a case beside the one who leads it, from a day on.

    ``until_on`` is the last day, null while that is open. It replaces what was recorded of the
    same teacher from the same day.
    """

    case_id: UUID
    child_id: UUID
    staff_id: UUID
    team_id: UUID | None
    from_on: date
    until_on: date | None


class ColleagueVoided(Event, publisher="referral", key="case_id"):
    """A teacher did not work beside the one who leads the case from that day."""

    case_id: UUID
    child_id: UUID
    staff_id: UUID
    from_on: date
    reason: str


class PauseCorrected(Event, publisher="referral", key="case_id"):
    """The day of a pause, or why support was paused, was recorded wrongly."""

    case_id: UUID
    child_id: UUID
    paused_on: date
    pause_reason: str
    formerly_on: date | None
    reason: str


class PauseVoided(Event, publisher="referral", key="case_id"):
    """Support was not paused on that day."""

    case_id: UUID
    child_id: UUID
    paused_on: date
    reason: str


class ResumptionCorrected(SupportResumed, publisher="referral", key="case_id"):
    """The day on which support resumed was recorded wrongly."""

    formerly_on: date
    reason: str


class ResumptionVoided(Event, publisher="referral", key="case_id"):
    """Support did not resume on that day: the pause went on."""

    case_id: UUID
    child_id: UUID
    resumed_on: date
    reason: str


class EndingCorrected(Event, publisher="referral", key="case_id"):
    """The last day of support, or why it ended, was recorded wrongly."""

    case_id: UUID
    child_id: UUID
    ended_on: date
    end_reason: EndReason
    reason: str


class EndingVoided(Event, publisher="referral", key="case_id"):
    """Support had not ended: the case is open again."""

    case_id: UUID
    child_id: UUID
    ended_on: date
    reason: str


class VisitsCorrected(VisitsRecorded, publisher="referral", key="case_id"):
    """The visits of a school week, the week itself, or whose they were, was recorded wrongly."""

    formerly_on: date | None
    reason: str


class VisitsVoided(Event, publisher="referral", key="case_id"):
    """A school week's visits were recorded by mistake."""

    case_id: UUID
    child_id: UUID
    week_beginning: date
    reason: str


class ReviewCorrected(PlanReviewed, publisher="referral", key="case_id"):
    """What a review found, recommended or on which day it was held was recorded wrongly."""

    reason: str


class ReviewVoided(Event, publisher="referral", key="case_id"):
    """A review was recorded by mistake."""

    case_id: UUID
    child_id: UUID
    review_id: UUID
    reason: str


class ContinuationCorrected(Event, publisher="referral", key="case_id"):
    """What was decided after a review, on which day or why was recorded wrongly."""

    case_id: UUID
    child_id: UUID
    review_id: UUID
    decision: Recommendation
    differs_from_recommendation: bool
    decision_reason: str
    decided_on: date
    reason: str


class ContinuationVoided(Event, publisher="referral", key="case_id"):
    """Nothing was decided after a review: the decision on record was a mistake."""

    case_id: UUID
    child_id: UUID
    review_id: UUID
    reason: str


class RiskCorrected(RiskAssessed, publisher="referral", key="case_id"):
    """A level of risk, what drives it or the day on which it was judged was recorded wrongly."""

    formerly_on: date | None
    reason: str


class RiskVoided(Event, publisher="referral", key="case_id"):
    """A level of risk was recorded by mistake."""

    case_id: UUID
    child_id: UUID
    assessed_on: date
    reason: str
