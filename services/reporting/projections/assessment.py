"""Facts from assessment's events: results, criteria, judgements and dialogues."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, get_args

from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts import assessment as events
from libs.common.contracts.base import Recorded
from libs.common.persistence.db import upsert
from services.reporting import facts
from services.reporting.projections.subscribed import subscriptions

EVIDENCE = frozenset(get_args(events.EvidenceKind))
"""The kinds a judgement is to rest on; one that came later is another matter."""


@subscriptions.on(events.AssessmentRecorded)
async def assessment_recorded(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.AssessmentRecorded]]
) -> None:
    """A result."""
    rows = [{**_result(e.event), "recorded_at": _instant(e.time)} for e in recorded]
    await upsert(connection, facts.result, rows)


@subscriptions.on(events.AssessmentCorrected)
async def assessment_corrected(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.AssessmentCorrected]]
) -> None:
    """A result as it was put right: what it says changes, not its place in the order recorded."""
    await upsert(connection, facts.result, [_result(e.event) for e in recorded])


def _instant(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def _result(event: events.AssessmentRecorded | events.AssessmentCorrected) -> dict[str, Any]:
    return {
        "assessment_id": event.assessment_id,
        "child_id": event.child_id,
        "academic_year": event.academic_year,
        "term": event.term,
        "subject": event.subject,
        "scheme": event.scheme,
        "scheme_version": event.scheme_version,
        "scale": event.scale,
        "value_tenths": event.value_tenths,
        "assessed_on": event.assessed_on,
        "moderated": event.moderated,
        "void": False,
    }


@subscriptions.on(events.AssessmentVoided)
async def assessment_voided(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.AssessmentVoided]]
) -> None:
    """A result that counts nowhere."""
    rows = [
        {"assessment_id": e.event.assessment_id, "child_id": e.event.child_id, "void": True}
        for e in recorded
    ]
    await upsert(connection, facts.result, rows)


@subscriptions.on(events.CriteriaAdopted)
async def criteria_adopted(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.CriteriaAdopted]]
) -> None:
    """How progress is judged in a year, and the later of the two days on which it was signed.

    An event that does not tell the second signature's day says only the first's.
    """
    rows = [
        {
            "criteria_id": e.event.criteria_id,
            "academic_year": e.event.academic_year,
            "version": e.event.version,
            "progress": [one.model_dump() for one in e.event.progress],
            "cohort": [one.model_dump() for one in e.event.cohort],
            "minimum_months": e.event.minimum_months,
            "minimum_terms": e.event.minimum_terms_on_caseload,
            "minimum_judged": e.event.minimum_judged,
            "signed_on": max(e.event.adopted_on, e.event.signed_on or e.event.adopted_on),
        }
        for e in recorded
    ]
    await upsert(connection, facts.criteria, rows)


@subscriptions.on(events.TeachingJudged)
async def teaching_judged(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.TeachingJudged]]
) -> None:
    """A teacher's judgement for a year."""
    rows = [
        {
            "judgement_id": e.event.judgement_id,
            "staff_id": e.event.staff_id,
            "academic_year": e.event.academic_year,
            "judgement": e.event.judgement,
            "kinds_of_evidence": len(set(e.event.evidence) & EVIDENCE),
        }
        for e in recorded
    ]
    await upsert(connection, facts.judgement, rows)


@subscriptions.on(events.QualityDialogueHeld)
async def quality_dialogue_held(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.QualityDialogueHeld]]
) -> None:
    """A team's areas for improvement in a year, and how many were achieved."""
    rows = [
        {
            "dialogue_id": e.event.dialogue_id,
            "team_id": e.event.team_id,
            "academic_year": e.event.academic_year,
            "areas": len(e.event.key_areas),
            "achieved": sum(area.status == "achieved" for area in e.event.key_areas),
        }
        for e in recorded
    ]
    await upsert(connection, facts.dialogue, rows)
