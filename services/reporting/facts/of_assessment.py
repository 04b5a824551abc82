"""Facts of assessment: results, criteria, judgements and dialogues."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any, get_args

from sqlalchemy import JSON, Boolean, Column, Date, Integer, String, Uuid

from libs.common.contracts import assessment as events
from libs.common.contracts.base import Recorded
from services.reporting.facts.subscribed import fills, learn, withdraws
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


# It counts nowhere.
withdraws(events.AssessmentVoided, result)


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
    Column("judgement", String(CODE)),
    Column("kinds_of_evidence", Integer),
    Column("judged_on", Date),
)
withdraws(events.TeachingJudgementVoided, judgement)


@fills(events.TeachingJudged, judgement)
def teaching_judged(e: Recorded[events.TeachingJudged]) -> Rows:
    """A teacher's judgement for a year."""
    yield _kinds(e.event)


@fills(events.TeachingJudgementCorrected, judgement)
def teaching_judgement_corrected(e: Recorded[events.TeachingJudgementCorrected]) -> Rows:
    """A teacher's judgement as it was in truth."""
    yield _kinds(e.event)


def _kinds(judged: events.TeachingJudged) -> dict[str, Any]:
    return {"kinds_of_evidence": len(set(judged.evidence) & EVIDENCE)}


dialogue = fact(
    "dialogue",
    Column("dialogue_id", Uuid, primary_key=True),
    Column("team_id", Uuid, nullable=False),
    Column("academic_year", String(7), nullable=False),
    Column("held_on", Date),
    Column("areas", Integer),
    Column("achieved", Integer),
)
withdraws(events.QualityDialogueVoided, dialogue)


@fills(events.QualityDialogueHeld, dialogue)
def quality_dialogue_held(e: Recorded[events.QualityDialogueHeld]) -> Rows:
    """A team's areas for improvement in a year, and how many were achieved."""
    yield _areas(e.event)


@fills(events.QualityDialogueCorrected, dialogue)
def quality_dialogue_corrected(e: Recorded[events.QualityDialogueCorrected]) -> Rows:
    """The same, as it was in truth."""
    yield _areas(e.event)


def _areas(held: events.QualityDialogueHeld) -> dict[str, Any]:
    return {
        "areas": len(held.key_areas),
        "achieved": sum(area.status == "achieved" for area in held.key_areas),
    }


windows = fact(
    "windows",
    Column("windows_id", Uuid, primary_key=True),
    Column("academic_year", String(7), nullable=False),
    Column("autumn_to", Date, nullable=False),
    Column("spring_to", Date, nullable=False),
    Column("summer_to", Date, nullable=False),
)
learn(events.AssessmentWindowsSet, windows)
