"""Complaints: a zero only where somebody vouched for every month of the register."""

from sqlalchemy import func, select

from libs.common.clock import AcademicYear
from services.reporting import facts
from services.reporting.figures.definition import Figure, Measure, count
from services.reporting.figures.year import YearFacts
from services.reporting.presentation import NOT_KNOWN, Unit


def months_of(year: AcademicYear) -> tuple[str, ...]:
    """Return the twelve months of an academic year."""
    first = year.first_day.year
    return tuple(f"{first + (month < 9)}-{month:02}" for month in (9, 10, 11, 12, *range(1, 9)))


async def _formal(year: YearFacts) -> Measure:
    complaint, check = facts.complaint.c, facts.register_check.c
    checked = select(func.count(check.month.distinct())).where(
        check.kind == "complaints", check.month.in_(months_of(year.year))
    )
    if await year.number(checked) < 12:
        return count(None, absent=NOT_KNOWN)
    formal = select(func.count()).where(
        complaint.formal.is_(True), year.within(complaint.received_on)
    )
    return count(await year.number(formal))


FIGURES = (
    Figure(
        id="feedback.formal_complaints",
        words="Formal complaints received in the year; not known unless the register was checked"
        " for each of its twelve months.",
        unit=Unit.NONE,
        query=_formal,
    ),
)
