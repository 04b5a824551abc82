"""What referral publishes of cases: who is supported from when to when, by whom."""

from datetime import date
from typing import Literal
from uuid import UUID

from libs.common.contracts.base import Event
from libs.common.contracts.referral.children import PlanType

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


class SupportEnded(Event, publisher="referral", key="case_id", tombstone="ended"):
    """Support ended; this day is the last on the caseload."""

    case_id: UUID
    child_id: UUID
    ended_on: date
    reason: EndReason


class StartCorrected(Event, publisher="referral", key="case_id"):
    """The first day of support was recorded wrongly, or the school or plan of that day was.

    With the day go its school and plan; ``formerly_on`` is the same day where it was right.
    """

    case_id: UUID
    child_id: UUID
    school_id: UUID
    plan_id: UUID
    plan_type: PlanType
    started_on: date
    formerly_on: date
    reason: str


class CaseVoided(Event, publisher="referral", key="case_id", tombstone="withdrawn"):
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
