"""Facts of cases: who held them, pauses, visits, reviews, decisions and levels of risk.

What is withdrawn stands no longer, nor does the day from which a correction moved it.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, String, Text, Uuid

from libs.common.contracts import referral as events
from libs.common.contracts.base import Recorded
from services.reporting.facts.subscribed import fills, learn, moves, withdraws
from services.reporting.facts.versions import CODE, fact

Rows = Iterable[dict[str, Any]]

case = fact(
    "case",
    Column("case_id", Uuid, primary_key=True),
    Column("child_id", Uuid, nullable=False, index=True),
    Column("referral_id", Uuid),
    Column("school_id", Uuid),
    Column("plan_id", Uuid),
    Column("plan_type", String(40)),
    Column("started_on", Date, index=True),
    Column("ended_on", Date),
    Column("end_reason", String(40)),
)
learn(events.SupportStarted, case)
learn(events.SupportEnded, case, end_reason="reason")
learn(events.StartCorrected, case)
learn(events.EndingCorrected, case)
withdraws(events.CaseVoided, case)


@fills(events.EndingVoided, case)
def ending_voided(_: Recorded[events.EndingVoided]) -> Rows:
    """A case that is open again."""
    yield {"ended_on": None, "end_reason": None}


allocation = fact(
    "allocation",
    Column("case_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("child_id", Uuid, nullable=False),
    Column("staff_id", Uuid),
    Column("team_id", Uuid),
)
learn(events.TeacherAllocated, allocation, from_on="allocated_on")
moves(events.AllocationCorrected, allocation, from_on="allocated_on")
withdraws(events.AllocationVoided, allocation, from_on="allocated_on")

colleague = fact(
    "colleague",
    Column("case_id", Uuid, primary_key=True),
    Column("staff_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("child_id", Uuid, nullable=False),
    Column("team_id", Uuid),
    Column("until_on", Date),
)
learn(events.ColleagueAllocated, colleague)
withdraws(events.ColleagueVoided, colleague)

pause = fact(
    "pause",
    Column("case_id", Uuid, primary_key=True),
    Column("paused_on", Date, primary_key=True),
    Column("child_id", Uuid, nullable=False),
    Column("reason", Text),
)
learn(events.SupportPaused, pause)
withdraws(events.PauseVoided, pause)
moves(events.PauseCorrected, pause, "paused_on", reason="pause_reason")

resumption = fact(
    "resumption",
    Column("case_id", Uuid, primary_key=True),
    Column("resumed_on", Date, primary_key=True),
    Column("child_id", Uuid, nullable=False),
)
learn(events.SupportResumed, resumption)
withdraws(events.ResumptionVoided, resumption)
moves(events.ResumptionCorrected, resumption, "resumed_on")

visit = fact(
    "visit",
    Column("case_id", Uuid, primary_key=True),
    Column("week_beginning", Date, primary_key=True),
    Column("child_id", Uuid, nullable=False),
    Column("staff_id", Uuid),
    Column("planned", Integer),
    Column("attended", Integer),
    Column("missed", Text),  # a reason for each missed visit, parted by spaces
)


@fills(events.VisitsRecorded, visit)
def visits_recorded(e: Recorded[events.VisitsRecorded]) -> Rows:
    """What took place in a case's school week."""
    yield {"missed": " ".join(e.event.missed)}


moves(events.VisitsCorrected, visit, "week_beginning", missed="missed")
withdraws(events.VisitsVoided, visit)

review = fact(
    "review",
    Column("review_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("child_id", Uuid, nullable=False),
    Column("plan_id", Uuid),
    Column("plan_type", String(40)),
    Column("due_on", Date),
    Column("held_on", Date),
    Column("met", Integer),
    Column("partly_met", Integer),
    Column("not_met", Integer),
    Column("not_applicable", Integer),
    Column("recommendation", String(CODE)),
    Column("recommended_by", Uuid),
)


@fills(events.PlanReviewed, review)
def plan_reviewed(e: Recorded[events.PlanReviewed]) -> Rows:
    """A review, its outcomes and the recommendation."""
    return _outcomes(e.event)


@fills(events.ReviewCorrected, review)
def review_corrected(e: Recorded[events.ReviewCorrected]) -> Rows:
    """A review as it was, its outcomes and the recommendation."""
    return _outcomes(e.event)


def _outcomes(reviewed: events.PlanReviewed) -> Rows:
    outcomes = reviewed.outcomes
    yield {
        "met": outcomes.met,
        "partly_met": outcomes.partly_met,
        "not_met": outcomes.not_met,
        "not_applicable": outcomes.not_applicable,
    }


withdraws(events.ReviewVoided, review)

continuation = fact(
    "continuation",
    Column("review_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("child_id", Uuid, nullable=False),
    Column("decision", String(CODE)),
    Column("differs", Boolean),
    Column("reason", Text),
    Column("decided_on", Date),
)
learn(events.ContinuationDecided, continuation, differs="differs_from_recommendation")
withdraws(events.ContinuationVoided, continuation)


@fills(events.ContinuationCorrected, continuation)
def continuation_corrected(e: Recorded[events.ContinuationCorrected]) -> Rows:
    """A decision as it was taken."""
    differs = e.event.differs_from_recommendation
    yield {"differs": differs, "reason": e.event.decision_reason}


# A level holds until the case's next.
risk = fact(
    "risk",
    Column("case_id", Uuid, primary_key=True),
    Column("assessed_on", Date, primary_key=True, index=True),
    Column("child_id", Uuid, nullable=False),
    Column("level", String(CODE)),
    Column("drivers", Text),  # their codes, parted by spaces
)


@fills(events.RiskAssessed, risk)
def risk_assessed(e: Recorded[events.RiskAssessed]) -> Rows:
    """A level of risk, and what drives it."""
    yield {"drivers": " ".join(e.event.drivers)}


moves(events.RiskCorrected, risk, "assessed_on", drivers="drivers")
withdraws(events.RiskVoided, risk)
