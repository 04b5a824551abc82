"""A child's progress in a year, and their results by day, over HTTP."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from libs.common.contracts.assessment import Subject
from libs.common.core.clock import AcademicYear
from libs.common.core.fields import Code, Identifier, YearLabel, of_codes, of_form
from libs.common.http.requests import Read, permission, router
from libs.common.reading.timeline import EntryView, TimelineView
from services.assessment.criteria.domain import CriteriaSet
from services.assessment.progress.domain import Scored, scored
from services.assessment.progress.queries import (
    in_force,
    results_of,
    rules_of,
    spells_of,
    terms_in,
)
from services.assessment.results.domain import Result

routes = router()
READ: Final = permission("result.read")


class PointView(BaseModel):
    """A result that is one end of a gain; ``value_tenths`` is on its scale alone."""

    assessment_id: UUID
    scheme: Annotated[str, of_form(Code)]
    scheme_version: int
    scale: Annotated[str, of_form(Code)]
    position: Annotated[str, of_form(Code)]
    value_tenths: int | None
    assessed_on: date

    @classmethod
    def of(cls, result: Result) -> "PointView":
        """Show a point."""
        return cls.model_validate(
            {name: getattr(result, name, result.id) for name in cls.model_fields}
        )


class SubjectProgressView(BaseModel):
    """Progress in a subject: from which result to which, the tenths gained, the grade, and why.

    A gain or a grade that may not be told is null, and ``reason`` says why.
    """

    subject: Annotated[str, of_codes(Subject)]
    baseline: PointView | None
    result: PointView | None
    gain_tenths: int | None
    grade: str | None
    reason: str

    @classmethod
    def of(cls, one: Scored) -> "SubjectProgressView":
        """Show a subject."""
        return cls(
            subject=one.subject,
            baseline=PointView.of(one.baseline) if one.baseline else None,
            result=PointView.of(one.end) if one.end else None,
            gain_tenths=one.gain_tenths,
            grade=one.grade,
            reason=one.reason,
        )


class ThresholdView(BaseModel):
    """The least gain, in tenths of a scale, that has a grade; less than all has "below"."""

    scale: Annotated[str, of_form(Code)]
    grade: str
    at_least_tenths: int


class JudgedByView(BaseModel):
    """The criteria in force for the year, by which a gain has its grade."""

    criteria_id: UUID
    academic_year: str
    version: int
    signed_on: date | None
    thresholds: list[ThresholdView]

    @classmethod
    def of(cls, criteria: CriteriaSet) -> "JudgedByView":
        """Show which they are."""
        return cls(
            criteria_id=criteria.id,
            academic_year=criteria.academic_year,
            version=criteria.version,
            signed_on=criteria.signed_on,
            thresholds=[ThresholdView.model_validate(one) for one in criteria.progress],
        )


class ChildProgressView(BaseModel):
    """A child's progress in an academic year, as the annual report counts it."""

    child_id: UUID
    academic_year: str
    judged_by: JudgedByView | None
    subjects: list[SubjectProgressView]


@routes.get("/v1/children/{child_id}/progress", openapi_extra=READ, tags=["results"])
async def get_child_progress(
    child_id: Identifier, read: Read, academic_year: Annotated[YearLabel | None, Query()] = None
) -> ChildProgressView:
    """Show what a child gained in each subject in a year (by default this one), and why."""
    year = AcademicYear.parse(academic_year) if academic_year else AcademicYear.of(read.today())
    results = await results_of(read, child_id)
    criteria = await in_force(read, year)
    found = scored(
        year,
        results,
        await spells_of(read, child_id),
        await terms_in(read, year),
        rules_of(criteria) if criteria else None,
    )
    return ChildProgressView(
        child_id=child_id,
        academic_year=year.label,
        judged_by=JudgedByView.of(criteria) if criteria else None,
        subjects=[SubjectProgressView.of(one) for one in found],
    )


@routes.get("/v1/children/{child_id}/timeline", openapi_extra=READ, tags=["results"])
async def get_timeline(child_id: Identifier, read: Read) -> TimelineView:
    """Show a child's results by day, those of all records of the child."""
    results = await results_of(read, child_id)
    return TimelineView.of(child_id, [_entry(one) for one in results if not one.void])


def _entry(result: Result) -> EntryView:
    return EntryView(
        on=result.assessed_on,
        what=f"assessed-{result.subject}",
        thing="results",
        id=result.id,
        code=result.position,
    )
