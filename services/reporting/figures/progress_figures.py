"""The figures of progress: each subject's outcome on year bands, and the mean gain on P levels."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from services.reporting import facts
from services.reporting.figures.definition import Figure, Measure
from services.reporting.figures.progress import (
    Criteria,
    Gain,
    Pair,
    gains,
    grade,
    mean_gain,
    outcome,
)
from services.reporting.figures.progress_points import pairs, terms_on_caseload
from services.reporting.figures.year import YearFacts
from services.reporting.presentation import (
    NO_CRITERIA,
    NO_DATA,
    NO_THRESHOLDS,
    NOT_REPORTED,
    Unit,
    day_printed,
)

HEADING = "Progress"
"""The heading of these figures on the page of the report."""

FRAMEWORK = "Ofsted's four grades"
YEAR_BANDS, P_LEVELS = "N", "P"
SUBJECTS = ("reading", "writing", "mathematics")
WORDS = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires-improvement": "Requires improvement",
    "inadequate": "Inadequate",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """A year's results, the gains that could be matched, and the criteria in force, if any are.

    ``judged_by`` says which criteria they are: framework, set, version and day.
    """

    pairs: list[Pair]
    gains: list[Gain]
    criteria: Criteria | None
    judged_by: str


async def progress(year: YearFacts) -> Progress:
    """Return a year's progress. Without criteria nothing is judged; six months and two terms hold.

    (Domain brief 5.4.)
    """
    return await year.once("progress", lambda: _progress(year))


async def _progress(year: YearFacts) -> Progress:
    adopted, found = await _in_force(year), await pairs(year)
    criteria = _criteria(adopted) if adopted else None
    terms = await terms_on_caseload(year)
    matched = gains(found, terms, criteria or Criteria())
    return Progress(found, matched, criteria, _judged_by(adopted) if adopted else "")


async def _in_force(year: YearFacts) -> Any:
    """Return the criteria in force for the year, or None where none were adopted (13.6).

    They are the latest version that both had signed by the year's last day or, if none was, the
    first that was signed for it. What is adopted later changes no judgement.
    """
    table = facts.criteria.c
    query = select(facts.criteria).where(table.academic_year == year.year.label)
    versions = await year.rows(query.order_by(table.version, table.criteria_id))
    in_time = [one for one in versions if _signed(one) <= year.year.last_day]
    return in_time[-1] if in_time else min(versions, key=_signed, default=None)


def _signed(row: Any) -> date:
    """Return the day by which both had signed; where that is not on record, long ago."""
    found: date = row.signed_on or date.min
    return found


def _judged_by(row: Any) -> str:
    signed = f", signed by both on {day_printed(row.signed_on)}" if row.signed_on else ""
    return (
        f"Judged on {FRAMEWORK} by the criteria set for {row.academic_year}, version"
        f" {row.version}{signed}."
    )


def _criteria(row: Any) -> Criteria:
    return Criteria(
        progress=[(one["scale"], one["grade"], one["at_least_tenths"]) for one in row.progress],
        cohort=[
            (one["outcome"], one["expected_or_better"], one["good_or_better"]) for one in row.cohort
        ],
        minimum_months=row.minimum_months,
        minimum_terms=row.minimum_terms,
        minimum_judged=row.minimum_judged,
    )


def _judged(subject: str) -> Figure:
    async def query(year: YearFacts) -> Measure:
        found = await progress(year)
        assessed = [p for p in found.pairs if (p.end.scale, p.subject) == (YEAR_BANDS, subject)]
        if not assessed:
            return Measure(None, absent=NO_DATA)
        if found.criteria is None:
            return Measure(None, absent=NO_CRITERIA)
        if not found.criteria.judge(YEAR_BANDS):
            return Measure(None, absent=NO_THRESHOLDS)
        mine = [g for g in found.gains if (g.scale, g.subject) == (YEAR_BANDS, subject)]
        grades = [grade(g.tenths, g.scale, found.criteria) for g in mine]
        name = outcome([one for one in grades if one], found.criteria)
        return Measure(
            WORDS[name] if name else None,
            absent=NOT_REPORTED,
            counts={"matched": len(mine), "assessed": len(assessed)},
            judged_by=found.judged_by,
        )

    return Figure(
        id=f"progress.nc.{subject}.judgement",
        words=f"The service's outcome in {subject} for children on National Curriculum year bands,"
        " by the criteria in force for the year.",
        unit=Unit.GRADE,
        base="children matched, of those with a result on the year bands this summer",
        query=query,
    )


async def _p_levels(year: YearFacts) -> Measure:
    found = await progress(year)
    assessed = {pair.child for pair in found.pairs if pair.end.scale == P_LEVELS}
    mean = mean_gain(found.gains, P_LEVELS)
    counts = {"matched": mean[1] if mean else 0, "assessed": len(assessed)}
    schemes = sorted({gain.scheme for gain in found.gains if gain.scale == P_LEVELS})
    return Measure(mean[0] if mean else None, series=", ".join(schemes), counts=counts)


FIGURES = (
    *(_judged(subject) for subject in SUBJECTS),
    Figure(
        id="progress.p_levels.average",
        words="Mean gain in P levels over the year: over children, of each one's mean over"
        " subjects. Children who changed scale are in neither group.",
        unit=Unit.LEVELS,
        decimals=2,
        base="children matched, of those with a P level this summer",
        shows_last_year=True,
        query=_p_levels,
    ),
)
