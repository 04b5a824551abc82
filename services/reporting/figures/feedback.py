"""Complaints: a zero only where somebody vouched for every month of the register."""

from sqlalchemy import func, select

from libs.common.core.clock import AcademicYear
from services.reporting import facts
from services.reporting.figures.definition import Figure, Measure, count
from services.reporting.figures.year import YearFacts
from services.reporting.presentation import NOT_KNOWN, Unit, months_printed

HEADING = "Complaints"
"""The heading of these figures on the page of the report."""


def months_of(year: AcademicYear) -> tuple[str, ...]:
    """Return the twelve months of an academic year."""
    first = year.first_day.year
    return tuple(f"{first + (month < 9)}-{month:02}" for month in (9, 10, 11, 12, *range(1, 9)))


async def unchecked(year: YearFacts, register: str) -> list[str]:
    """Return the months of the year for which nobody checked a register."""
    check, months = facts.register_check.c, months_of(year.year)
    query = select(check.month).where(check.kind == register, check.month.in_(months))
    checked = {row.month for row in await year.rows(query)}
    return [month for month in months if month not in checked]


async def _formal(year: YearFacts) -> Measure:
    """Complaints on record in a register that was not checked are at least so many (13.7)."""
    complaint = facts.complaint.c
    formal = select(func.count()).where(
        complaint.formal.is_(True), year.within(complaint.received_on)
    )
    number, missing = await year.number(formal), await unchecked(year, "complaints")
    if not missing:
        return count(number)
    if not number:
        return count(None, absent=NOT_KNOWN)
    absent = f"at least {number}; not checked for {months_printed(missing)}"
    return count(None, absent=absent)


FIGURES = (
    Figure(
        id="feedback.formal_complaints",
        words="Formal complaints received in the year; not known unless the register was checked"
        " for each of its twelve months.",
        unit=Unit.NONE,
        query=_formal,
    ),
)
