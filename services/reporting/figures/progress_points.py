"""Where the points of progress come from: the facts of two summers, and of first assessments.

The database picks the result that stands in each window; what it is worth is not decided here.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, or_, select

from libs.common.core.progress import SOON, first_days
from services.reporting import facts
from services.reporting.asked import AnyYear, DaysAfter, Query, as_kept, rests_on
from services.reporting.evaluate import Population
from services.reporting.figures.caseload import by_who
from services.reporting.members import Member
from services.reporting.year import YearFacts

POINT = ("scheme", "scheme_version", "scale", "value_tenths")


def _counts(result: FromClause) -> ColumnElement[bool]:
    """Return the condition that a result is moderated and on a scale with values.

    A scale without values (pre-key-stage standards, the engagement model) gives no progress, and
    a result on it takes the place of no other.
    """
    return and_(result.c.moderated.is_(True), result.c.value_tenths.is_not(None))


def _columns(result: FromClause) -> list[ColumnElement[Any]]:
    return [
        as_kept(result.c.child_id).label("who"),
        result.c.assessed_on.label("day"),
        result.c.subject,
        result.c.academic_year,
        *(result.c[name] for name in POINT),
        *rests_on(result),
    ]


def _summers(year: AnyYear) -> Select[Any]:
    """Ask for each child's and subject's result of this summer, and of last.

    Of several in a window the latest stands; of one day's, the one first recorded last. The day of
    one of this summer is in the summer term (domain brief 13.3).
    """
    result = year.known(facts.result)
    place = func.row_number().over(
        partition_by=(result.c.child_id, result.c.subject, result.c.academic_year),
        order_by=(
            result.c.assessed_on.desc(),
            result.c.recorded_at.desc(),
            result.c.assessment_id.desc(),
        ),
    )
    of_this = and_(result.c.academic_year == year.label, result.c.assessed_on.between(*year.summer))
    of_last = result.c.academic_year == year.label_before
    in_window = and_(result.c.term == "summer", or_(of_this, of_last))
    placed = (
        select(*_columns(result), place.label("place")).where(in_window, _counts(result)).subquery()
    )
    return select(placed).where(year.stands_first(placed.c.place))


SUMMERS = Population(
    words="the results that stand of this summer and of last, a child and subject each",
    whose="child",
    ask=Query(_summers),
)


def _spells_ever(year: AnyYear) -> Select[Any]:
    case = year.known(facts.case)
    return select(
        as_kept(case.c.child_id).label("who"),
        case.c.started_on.label("day"),
        case.c.ended_on,
        *rests_on(case),
    ).where(_supported(case, year))


def _supported(case: FromClause, year: AnyYear) -> ColumnElement[bool]:
    """Return the condition that a case, of this year or before, is of a child on its caseload."""
    now = year.known(facts.case)
    on_caseload = select(now.c.child_id).where(
        now.c.started_on <= year.last_day,
        or_(now.c.ended_on.is_(None), now.c.ended_on >= year.first_day),
    )
    return and_(case.c.started_on <= year.last_day, case.c.child_id.in_(on_caseload))


SPELLS_EVER = Population(
    words="all spells of support, up to the year, of children on its caseload",
    whose="child",
    ask=Query(_spells_ever),
)


def _after_start(year: AnyYear) -> Select[Any]:
    """Ask for the first point of the six weeks after each case began, both days counted.

    The cases are put together once, and the results are looked up by their children: on SQLite a
    join of the two would compare each result with each case.
    """
    result, known = year.known(facts.result), year.known(facts.case)
    case = select(known).where(_supported(known, year)).cte("supported").prefix_with("MATERIALIZED")
    place = func.row_number().over(
        partition_by=(case.c.case_id, result.c.subject),
        order_by=(
            result.c.assessed_on,
            result.c.recorded_at.desc(),
            result.c.assessment_id.desc(),
        ),
    )
    placed = (
        select(*_columns(result), case.c.started_on, place.label("place"))
        .select_from(result.join(case, case.c.child_id == result.c.child_id))
        .where(
            _counts(result),
            result.c.assessed_on.between(case.c.started_on, DaysAfter(case.c.started_on, SOON)),
            result.c.assessed_on <= year.last_day,
        )
        .subquery()
    )
    return select(placed).where(year.stands_first(placed.c.place)).order_by(placed.c.day)


AFTER_START = Population(
    words="the first result within six weeks of each start of support, by subject",
    whose="child",
    ask=Query(_after_start),
)


def _firsts(
    year: YearFacts, after_start: Sequence[Member], spells: Sequence[Member]
) -> list[Member]:
    """Return the points soon after the first day of a spell that touches the year, earliest first.

    A case that continues a spell has none of its own.
    """
    children = {one.who for one in after_start}
    of_child = by_who(one for one in spells if one.who in children)
    began = {child: _first_days(year, mine) for child, mine in of_child.items()}
    return [one for one in after_start if one.has.started_on in began[one.who]]


def _first_days(year: YearFacts, spells: Sequence[Member]) -> set[date]:
    lasted = ((one.has.day, one.has.ended_on or date.max) for one in spells)
    return first_days(lasted, year.year.first_day, year.year.last_day)


FIRSTS = Population(
    words="points within six weeks of the first day of a spell of support that touches the year",
    whose="child",
    ask=_firsts,
    made_of=(AFTER_START, SPELLS_EVER),
)
