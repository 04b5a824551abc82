"""What a row of the case extract says; columns keep their names and meaning, new ones come last."""

from datetime import date
from typing import Final, Literal

from pydantic import BaseModel, Field

from services.reporting.dimensions import BREAKDOWNS, DIMENSIONS

Outcome = Literal["waiting", "withdrawn", "refused", "agreed", "supported", "ended"]


def _by(dimension: str) -> str:
    return DIMENSIONS[dimension].words.replace("member's day", "row's day")


class CaseRow(BaseModel):
    """One referral and the case that came of it, as they stood at the end of the year."""

    academic_year: str = Field(description="the year that the row is of, 1 September on")
    case: str = Field(
        description="the pseudonym of the case or, before there is one, of the referral: the same"
        " in every extract of this year, and another in one of another year"
    )
    child: str = Field(description="the pseudonym of the child, of the same kind")
    referred_on: date | None = Field(description="the day of the referral")
    checked_on: date | None = Field(description="the day of the first eligibility check")
    decided_on: date | None = Field(description="the day on which the Head of Service decided")
    started_on: date | None = Field(description="the first day on the caseload")
    visited_week: date | None = Field(
        description="the Monday of the first school week in which a visit took place"
    )
    reviewed_on: date | None = Field(description="the day of the first review")
    continued_on: date | None = Field(
        description="the day of the first decision whether support goes on"
    )
    paused_on: date | None = Field(description="the first day of the first pause")
    ended_on: date | None = Field(description="the last day on the caseload")
    outcome: Outcome = Field(
        description="how far it had come by the end of the year: the last of waiting, withdrawn,"
        " refused, agreed, supported, ended"
    )
    closing_reason: str | None = Field(description="the code of why it was refused, or ended")
    day: date = Field(
        description="the day of what follows: the last day in the year on which it was under way"
    )
    team: str = Field(description=_by("team"))
    area: str = Field(description=_by("area"))
    school_kind: str = Field(description=_by("school-kind"))
    year_group: str = Field(description=_by("year-group"))
    sex: str = Field(description=_by("sex"))
    need: str = Field(description=_by("need"))
    plan_type: str = Field(description=_by("plan-type"))
    pupil_premium: str = Field(description=_by("pupil-premium"))
    looked_after: str = Field(description=_by("looked-after"))
    eal: str = Field(description=_by("eal"))
    at_risk: str = Field(description=_by("at-risk"))


LABELS: Final = {
    by.replace("-", "_"): by
    for by in BREAKDOWNS
    if DIMENSIONS[by].chains and by.replace("-", "_") in CaseRow.model_fields
}
"""The columns that are labels of a dimension, each with its name."""


class CaseExtract(BaseModel):
    """The cases and referrals that were under way on a day of a year, one row each.

    What took place after the year is not in it. ``known_at`` is the day at whose end it was known
    so, null for now. Rows are in the order of their pseudonyms, which says nothing.
    """

    academic_year: str
    known_at: date | None
    rows: list[CaseRow]
