"""The workforce on the SEN2 reference date: teams, teachers, full-time equivalents."""

from fractions import Fraction
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.evaluate import Figure, Folded, Given, Need, Population
from services.reporting.presentation import NO_DATA, Unit

HEADING = "The service"
"""The heading of these figures on the page of the report."""

WHEN = "on the SEN2 reference date, the third Thursday of January"


def _teams(year: AnyYear) -> Select[Any]:
    day, team = year.reference_date, year.known(facts.team)
    columns = [as_kept(team.c.team_id).label("who"), day.label("day"), *rests_on(team)]
    return select(*columns).where(
        team.c.formed_on <= day, or_(team.c.disbanded_on.is_(None), team.c.disbanded_on >= day)
    )


TEAMS = Population(words=f"teams at work {WHEN}", whose="team", ask=Query(_teams))


def _staff(year: AnyYear) -> Select[Any]:
    """Ask for those in post on the day, with the contract that they have that day."""
    day, staff = year.reference_date, year.known(facts.staff)
    contract, earlier = year.known(facts.contract), year.known(facts.contract)
    latest = (
        select(func.max(earlier.c.from_on))
        .where(earlier.c.staff_id == staff.c.staff_id, earlier.c.from_on <= day)
        .correlate(staff)
        .scalar_subquery()
    )
    of_staff = and_(
        contract.c.staff_id == staff.c.staff_id, year.latest(contract.c.from_on, latest, day)
    )
    return (
        select(
            as_kept(staff.c.staff_id).label("who"),
            day.label("day"),
            contract.c.fte_hundredths,
            *rests_on(staff, contract),
        )
        .select_from(staff.join(contract, of_staff))
        .where(staff.c.appointed_on <= day, or_(staff.c.left_on.is_(None), staff.c.left_on >= day))
    )


STAFF = Population(
    words=f"teaching staff in post {WHEN}, the Head of Service included",
    whose="staff",
    ask=Query(_staff),
)


def _full_time(given: Given) -> Folded:
    """Add hundredths of full time up, exactly."""
    hundredths = sum(given.parts)
    return Folded(Fraction(hundredths, 100), formula=f"{hundredths} hundredths ÷ 100")


SOME_TEAM = Need(absent=NO_DATA, population=TEAMS)
SOMEBODY = Need(absent=NO_DATA, population=STAFF)

FIGURES = (
    Figure(
        id="service.teams",
        words=f"Teams at work {WHEN}.",
        population=TEAMS,
        needs=(SOME_TEAM,),
    ),
    Figure(
        id="service.teachers.headcount",
        words=f"Teaching staff in post {WHEN}, the Head of Service included.",
        population=STAFF,
        unit=Unit.APPROXIMATE,
        needs=(SOMEBODY,),
    ),
    Figure(
        id="service.teachers.fte",
        words=f"Full-time equivalents of the teaching staff in post {WHEN}, the Head of Service"
        " included.",
        population=STAFF,
        part=lambda staff: staff.fte_hundredths,
        fold=_full_time,
        unit=Unit.FTE,
        decimals=1,
        needs=(SOMEBODY,),
    ),
)
