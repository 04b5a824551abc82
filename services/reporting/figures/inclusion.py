"""Inclusion: children at risk of exclusion, and permanent exclusions.

Risk and exclusions are a register each: a year of which it has no record is not known. A level
that still holds from the year before is no record of this one.
"""

from services.reporting import facts
from services.reporting.figures.definition import Figure, Measure, count, share
from services.reporting.figures.year import YearFacts
from services.reporting.presentation import NOT_KNOWN, Unit

HEADING = "Inclusion"
"""The heading of these figures on the page of the report."""

AT_RISK = "judged at risk of exclusion (at risk or high) on any day of the year on the caseload"


async def at_risk(year: YearFacts) -> int | None:
    """Count the children at risk; not known where no level was judged in the year."""
    return len(await year.at_risk()) if await year.on_record(facts.risk.c.assessed_on) else None


async def excluded(year: YearFacts) -> int | None:
    """Count the exclusions that count; not known where none of any category began in the year."""
    return len(await year.excluded()) if await year.on_record(facts.exclusion.c.starts_on) else None


async def _at_risk(year: YearFacts) -> Measure:
    return count(await at_risk(year), absent=NOT_KNOWN)


async def _at_risk_share(year: YearFacts) -> Measure:
    number = await at_risk(year)
    return share(number or 0, 0 if number is None else await year.caseload(), absent=NOT_KNOWN)


async def _excluded(year: YearFacts) -> Measure:
    return count(await excluded(year), absent=NOT_KNOWN)


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
