"""The service itself on the SEN2 reference date: teams, teachers, full-time equivalents."""

from fractions import Fraction

from sqlalchemy import and_, func, or_, select

from services.reporting import facts
from services.reporting.figures.definition import Figure, Measure, count
from services.reporting.figures.year import YearFacts, active_teams, reference_date
from services.reporting.presentation import Unit

WHEN = "on the SEN2 reference date, the third Thursday of January"


async def _teams(year: YearFacts) -> Measure:
    active = active_teams(reference_date(year.year))
    return count(await year.number(select(func.count()).select_from(facts.team).where(active)))


async def _headcount(year: YearFacts) -> Measure:
    day, staff = reference_date(year.year), facts.staff.c
    in_post = and_(staff.appointed_on <= day, or_(staff.left_on.is_(None), staff.left_on >= day))
    return count(await year.number(select(func.count()).select_from(facts.staff).where(in_post)))


async def _fte(year: YearFacts) -> Measure:
    day, staff, contract = reference_date(year.year), facts.staff.c, facts.contract.c
    latest = (
        select(contract.staff_id, func.max(contract.from_on).label("from_on"))
        .where(contract.from_on <= day)
        .group_by(contract.staff_id)
        .subquery()
    )
    query = (
        select(func.sum(contract.fte_hundredths))
        .join(
            latest,
            and_(latest.c.staff_id == contract.staff_id, latest.c.from_on == contract.from_on),
        )
        .join(facts.staff, staff.staff_id == contract.staff_id)
        .where(staff.appointed_on <= day, or_(staff.left_on.is_(None), staff.left_on >= day))
    )
    return Measure(Fraction(await year.number(query), 100))


FIGURES = (
    Figure(id="service.teams", words=f"Teams at work {WHEN}.", unit=Unit.COUNT, query=_teams),
    Figure(
        id="service.teachers.headcount",
        words=f"Teaching staff in post {WHEN}, the Head of Service included.",
        unit=Unit.TENS,
        query=_headcount,
    ),
    Figure(
        id="service.teachers.fte",
        words=f"Full-time equivalents of the teaching staff in post {WHEN}, the Head included.",
        unit=Unit.FTE,
        decimals=1,
        query=_fte,
    ),
)
