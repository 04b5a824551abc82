"""The workforce on the SEN2 reference date: teams, teachers, full-time equivalents."""

from fractions import Fraction

from sqlalchemy import and_, func, or_, select

from services.reporting import facts
from services.reporting.figures.definition import Figure, Measure, count
from services.reporting.figures.year import YearFacts, reference_date
from services.reporting.presentation import Unit

HEADING = "The service"
"""The heading of these figures on the page of the report."""

WHEN = "on the SEN2 reference date, the third Thursday of January"


async def _teams(year: YearFacts) -> Measure:
    return count(len(await year.teams()) or None)


async def _headcount(year: YearFacts) -> Measure:
    return count((await _staff(year))[0] or None)


async def _fte(year: YearFacts) -> Measure:
    people, hundredths = await _staff(year)
    return Measure(Fraction(hundredths, 100) if people else None)


async def _staff(year: YearFacts) -> tuple[int, int]:
    return await year.once("staff", lambda: _ask_staff(year))


async def _ask_staff(year: YearFacts) -> tuple[int, int]:
    """Return the people in post on the day, and the hundredths of full time they work that day."""
    day, staff, contract = reference_date(year.year), facts.staff.c, facts.contract.c
    earlier = facts.contract.alias("earlier").c
    latest = (
        select(func.max(earlier.from_on))
        .where(earlier.staff_id == staff.staff_id, earlier.from_on <= day)
        .scalar_subquery()
    )
    query = (
        select(func.count(), func.sum(contract.fte_hundredths))
        .select_from(facts.staff)
        .join(
            facts.contract,
            and_(contract.staff_id == staff.staff_id, contract.from_on == latest),
        )
        .where(staff.appointed_on <= day, or_(staff.left_on.is_(None), staff.left_on >= day))
    )
    people, hundredths = tuple((await year.rows(query))[0])
    return people, int(hundredths or 0)


FIGURES = (
    Figure(id="service.teams", words=f"Teams at work {WHEN}.", unit=Unit.COUNT, query=_teams),
    Figure(
        id="service.teachers.headcount",
        words=f"Teaching staff in post {WHEN}, the Head of Service included.",
        unit=Unit.APPROXIMATE,
        query=_headcount,
    ),
    Figure(
        id="service.teachers.fte",
        words=f"Full-time equivalents of the teaching staff in post {WHEN}, the Head of Service"
        " included.",
        unit=Unit.FTE,
        decimals=1,
        query=_fte,
    ),
)
