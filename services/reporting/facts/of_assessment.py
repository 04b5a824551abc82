"""Facts of assessment: results, criteria, judgements and dialogues."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any, get_args

from sqlalchemy import JSON, Boolean, Column, Date, Integer, String, Uuid

from libs.common.contracts import assessment as events
from libs.common.contracts.base import Recorded
from services.reporting.facts.subscribed import fills, learn
from services.reporting.facts.versions import CODE, fact

EVIDENCE = frozenset(get_args(events.EvidenceKind))
"""The kinds a judgement is to rest on; one that came later is another matter."""

Rows = Iterable[dict[str, Any]]

result = fact(
    "result",
    Column("assessment_id", Uuid, primary_key=True),
    Column("child_id", Uuid, nullable=False, index=True),
    Column("academic_year", String(7), index=True),
    Column("term", String(CODE)),
    Column("subject", String(CODE)),
    Column("scheme", String(40)),
    Column("scheme_version", Integer),
    Column("scale", String(10)),
    Column("value_tenths", Integer),
    Column("assessed_on", Date),
    Column("moderated", Boolean),
    Column("recorded_at", String(32)),
)


@fills(events.AssessmentRecorded, result)
def assessment_recorded(e: Recorded[events.AssessmentRecorded]) -> Rows:
    """A result."""
    at = e.time.astimezone(UTC).isoformat(timespec="microseconds")
    yield {"recorded_at": at}


# It changes what a result says, not its place in the order recorded.
learn(events.AssessmentCorrected, result)


@fills(events.AssessmentVoided, result)
def assessment_voided(_: Recorded[events.AssessmentVoided]) -> Rows:
    """A result that counts nowhere."""
    yield {"stands": False}


criteria = fact(
    "criteria",
    Column("criteria_id", Uuid, primary_key=True),
    Column("academic_year", String(7), nullable=False),
    Column("version", Integer, nullable=False),
    Column("progress", JSON, nullable=False),
    Column("cohort", JSON, nullable=False),
    Column("minimum_months", Integer, nullable=False),
    Column("minimum_terms", Integer, nullable=False),
    Column("minimum_judged", Integer, nullable=False),
    Column("signed_on", Date),
)


@fills(events.CriteriaAdopted, criteria)
def criteria_adopted(e: Recorded[events.CriteriaAdopted]) -> Rows:
    """How progress is judged in a year, and the later of the two days on which it was signed.

    An event that does not tell the second signature's day says only the first's.
    """
    event = e.event
    yield {
        "criteria_id": event.criteria_id,
        "academic_year": event.academic_year,
        "version": event.version,
        "progress": [
            {"scale": one.scale, "grade": one.grade, "at_least_tenths": one.at_least_tenths}
            for one in event.progress
        ],
        "cohort": [
            {
                "outcome": one.outcome,
                "expected_or_better": one.expected_or_better,
                "good_or_better": one.good_or_better,
            }
            for one in event.cohort
        ],
        "minimum_months": event.minimum_months,
        "minimum_terms": event.minimum_terms_on_caseload,
        "minimum_judged": event.minimum_judged,
        "signed_on": max(event.adopted_on, event.signed_on or event.adopted_on),
    }


judgement = fact(
    "judgement",
    Column("judgement_id", Uuid, primary_key=True),
    Column("staff_id", Uuid, nullable=False),
    Column("academic_year", String(7), nullable=False),
    Column("judgement", String(CODE), nullable=False),
    Column("kinds_of_evidence", Integer, nullable=False),
    Column("judged_on", Date, nullable=False),
)


@fills(events.TeachingJudged, judgement)
def teaching_judged(e: Recorded[events.TeachingJudged]) -> Rows:
    """A teacher's judgement for a year."""
    yield {"kinds_of_evidence": len(set(e.event.evidence) & EVIDENCE)}


dialogue = fact(
    "dialogue",
    Column("dialogue_id", Uuid, primary_key=True),
    Column("team_id", Uuid, nullable=False),
    Column("academic_year", String(7), nullable=False),
    Column("held_on", Date, nullable=False),
    Column("areas", Integer, nullable=False),
    Column("achieved", Integer, nullable=False),
)


@fills(events.QualityDialogueHeld, dialogue)
def quality_dialogue_held(e: Recorded[events.QualityDialogueHeld]) -> Rows:
    """A team's areas for improvement in a year, and how many were achieved."""
    yield {
        "areas": len(e.event.key_areas),
        "achieved": sum(area.status == "achieved" for area in e.event.key_areas),
    }
