"""Inclusion: children at risk of exclusion, and permanent exclusions."""

from services.reporting.figures.definition import Figure, Measure, count, share
from services.reporting.figures.year import YearFacts
from services.reporting.presentation import Unit

AT_RISK = "judged at risk of exclusion (at risk or high) on any day of the year on the caseload"


async def _at_risk(year: YearFacts) -> Measure:
    return count(len(await year.at_risk()) if await year.caseload() else None)


async def _at_risk_share(year: YearFacts) -> Measure:
    return share(len(await year.at_risk()), await year.caseload())


async def _excluded(year: YearFacts) -> Measure:
    return count(len(await year.excluded()) if await year.caseload() else None)


FIGURES = (
    Figure(
        id="inclusion.at_risk_of_exclusion.count",
        words=f"Children {AT_RISK}, each once.",
        unit=Unit.COUNT,
        query=_at_risk,
    ),
    Figure(
        id="inclusion.at_risk_of_exclusion.share",
        words=f"Share of children {AT_RISK}.",
        unit=Unit.PER_CENT,
        base="children on the caseload on any day of the year",
        query=_at_risk_share,
    ),
    Figure(
        id="inclusion.permanent_exclusions",
        words="Permanent exclusions begun in the year, upheld and not rescinded, of children on"
        " the caseload that day.",
        unit=Unit.COUNT,
        query=_excluded,
    ),
)
