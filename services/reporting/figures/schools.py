"""Schools: those that children on the caseload attended, one that carries on another's with it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.evaluate import Figure, Need, Population
from services.reporting.figures.caseload import SPELLS
from services.reporting.members import Made, Member
from services.reporting.presentation import NO_DATA
from services.reporting.year import YearFacts

HEADING = "Schools"
"""The heading of this figure on the page of the report."""


def _attended(year: AnyYear) -> Select[Any]:
    """Ask for each school that a child attended on a day of the year on which a case was open."""
    case, told = year.known(facts.case), year.known(facts.child_school)
    next_on = func.lead(told.c.from_on).over(partition_by=told.c.child_id, order_by=told.c.from_on)
    school = select(told, next_on.label("next_on")).subquery("fact_child_school")
    begun, ended = school.c.from_on, case.c.ended_on
    until = year.until_next(school.c.next_on)
    together = and_(
        case.c.child_id == school.c.child_id,
        case.c.started_on <= year.last_day,
        begun <= year.last_day,
        or_(ended.is_(None), and_(ended >= year.first_day, ended >= begun)),
        or_(until.is_(None), and_(until > year.first_day, until > case.c.started_on)),
    )
    return select(
        as_kept(school.c.child_id).label("who"),
        begun.label("day"),
        as_kept(school.c.school_id).label("school_id"),
        *rests_on(case, school),
    ).select_from(case.join(school, together))


ATTENDED = Population(
    words="schools that each child attended on a day of the year on the caseload",
    whose="child",
    ask=Query(_attended),
)


def _succeeded(year: AnyYear) -> Select[Any]:
    next_ = year.known(facts.school_succession)
    return select(
        as_kept(next_.c.school_id).label("who"),
        next_.c.succeeded_on.label("day"),
        as_kept(next_.c.successor_id).label("successor_id"),
        *rests_on(next_),
    ).where(next_.c.successor_id.is_not(None), next_.c.succeeded_on <= year.last_day)


SUCCEEDED = Population(
    words="schools that another carried on by the end of the year",
    whose="school",
    ask=Query(_succeeded),
)


def _served(_: YearFacts, attended: Sequence[Member], succeeded: Sequence[Member]) -> list[Member]:
    next_ = {one.who: one.has.successor_id for one in succeeded}
    found: dict[Any, list[Member]] = defaultdict(list)
    for one in attended:
        found[_carrying_on(one.has.school_id, next_)].append(one)
    return [
        Made(school, max(one.day for one in those), None, those) for school, those in found.items()
    ]


def _carrying_on(school: Any, next_: Mapping[Any, Any]) -> Any:
    """Return the last of the schools that carried on one after another (trap 13)."""
    passed = {school}
    while school in next_ and next_[school] not in passed:
        school = next_[school]
        passed.add(school)
    return school


SERVED = Population(
    words="schools that children on the caseload attended, with the one that carries on",
    whose="school",
    ask=_served,
    made_of=(ATTENDED, SUCCEEDED),
)

FIGURES = (
    Figure(
        id="service.schools",
        words="Schools that children attended on any day of the year on the caseload. One that"
        " carried on after another in the year, or was made of several, is counted once.",
        population=SERVED,
        needs=(Need(absent=NO_DATA, population=SPELLS),),
    ),
)
