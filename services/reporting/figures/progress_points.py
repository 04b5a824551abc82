"""Where the points of progress come from: the facts of two summers, and of first assessments.

The database picks the result that stands in each window; what it is worth is not decided here.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_, select

from services.reporting import facts
from services.reporting.figures.progress import Pair, Point, first_days, soon
from services.reporting.figures.year import YearFacts

POINT = ("scheme", "scheme_version", "scale", "value_tenths", "assessed_on")


async def pairs(year: YearFacts) -> list[Pair]:
    """Return each child's and subject's result of this summer, with its baseline.

    The baseline is last summer's result, else the first point within six weeks of the first day
    of a spell of support that touches the year, however long ago that was. Of several in a window
    the latest stands; of one day's, the one first recorded last.
    """
    summers, this = _summers(year), year.year.label
    of_this = [_only(summers, summers.c.academic_year == this, name) for name in POINT]
    of_last = [_only(summers, summers.c.academic_year != this, name) for name in POINT]
    query = (
        select(summers.c.child_id, summers.c.subject, *of_this, *of_last)
        .where(summers.c.place == 1)
        .group_by(summers.c.child_id, summers.c.subject)
        .having(of_this[0].is_not(None))
    )
    firsts = await _firsts(year)
    return [_pair(row, firsts) for row in await year.rows(query)]


def _pair(row: Any, firsts: Mapping[tuple[UUID, str], Point]) -> Pair:
    child, subject, *points = row
    end, start = points[: len(POINT)], points[len(POINT) :]
    baseline = firsts.get((child, subject)) if start[0] is None else _point(start)
    return Pair(child, subject, baseline, _point(end))


def _point(columns: Any) -> Point:
    scheme, version, scale, tenths, on = columns
    return Point(f"{scheme} {version}", scale, tenths, on)


def _stands() -> ColumnElement[bool]:
    """Return the condition that a result is moderated, not void, and on a scale with values.

    A scale without values (pre-key-stage standards, the engagement model) gives no progress, and
    a result on it takes the place of no other.
    """
    result = facts.result.c
    return and_(result.moderated.is_(True), result.stands, result.value_tenths.is_not(None))


def _summers(year: YearFacts) -> Subquery:
    """Return the results of this summer and of last; in the first place stands the one that counts.

    The day of one of this summer is in the summer term (domain brief 13.3).

    One pass over two summers, folded by child and subject: joining them to each other would read
    the one summer again for each row of the other.
    """
    result = facts.result.c
    place = func.row_number().over(
        partition_by=(result.child_id, result.subject, result.academic_year),
        order_by=(
            result.assessed_on.desc(),
            result.recorded_at.desc(),
            result.assessment_id.desc(),
        ),
    )
    columns = [result[name] for name in ("child_id", "subject", "academic_year", *POINT)]
    of_this = and_(
        result.academic_year == year.year.label, result.assessed_on.between(*year.terms[2])
    )
    of_last = result.academic_year == year.year.previous().label
    in_window = and_(result.term == "summer", or_(of_this, of_last))
    return select(*columns, place.label("place")).where(in_window, _stands()).subquery()


def _only(summers: Subquery, of_year: ColumnElement[bool], name: str) -> ColumnElement[Any]:
    """Return a column of the one row of a year, null where the year has none."""
    return func.max(case((of_year, summers.c[name])))


async def _firsts(year: YearFacts) -> dict[tuple[UUID, str], Point]:
    """Return the first point of each child and subject that is soon after a spell began.

    Per case the database gives the first point after its start; if that is too late, so is every
    other. A case that continues a spell has none of its own.
    """
    first, began = _after_start(year), await _began(year)
    columns = (first.c.started_on, first.c.child_id, first.c.subject, *(first.c[c] for c in POINT))
    query = select(*columns).where(first.c.place == 1).order_by(first.c.assessed_on)
    firsts: dict[tuple[UUID, str], Point] = {}
    for started_on, child, subject, *point in map(tuple, await year.rows(query)):
        if started_on in began[child] and soon(started_on, point[-1]):
            firsts.setdefault((child, subject), _point(point))
    return firsts


async def _began(year: YearFacts) -> dict[UUID, set[date]]:
    """Return the first days of the spells of support that touch the year, by child."""
    support = facts.case.c
    query = select(support.child_id, support.started_on, support.ended_on).where(_supported(year))
    spells: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    for child, started, ended in map(tuple, await year.rows(query)):
        spells[child].append((started, ended or date.max))
    first, last = year.year.first_day, year.year.last_day
    return {child: first_days(of, first, last) for child, of in spells.items()}


def _supported(year: YearFacts) -> ColumnElement[bool]:
    """Return the condition that a case, of this year or before, is of a child on its caseload."""
    support = facts.case.c
    return and_(
        support.started_on <= year.year.last_day,
        support.child_id.in_(select(support.child_id).where(year.on_caseload()).correlate(None)),
    )


def _after_start(year: YearFacts) -> Subquery:
    result, support = facts.result.c, facts.case.c
    place = func.row_number().over(
        partition_by=(support.case_id, result.subject),
        order_by=(
            result.assessed_on,
            result.recorded_at.desc(),
            result.assessment_id.desc(),
        ),
    )
    columns = [result[name] for name in ("child_id", "subject", *POINT)]
    return (
        select(support.started_on, *columns, place.label("place"))
        .join(facts.case, support.child_id == result.child_id)
        .where(
            _stands(),
            _supported(year),
            result.assessed_on.between(support.started_on, year.year.last_day),
        )
        .subquery()
    )


async def terms_on_caseload(year: YearFacts) -> dict[UUID, int]:
    """Return in how many of the year's three terms each child was on the caseload on some day."""
    support = facts.case.c
    query = select(support.child_id, support.started_on, support.ended_on).where(year.on_caseload())
    present: dict[UUID, set[int]] = defaultdict(set)
    for child, started, ended in map(tuple, await year.rows(query)):
        for number, (first, last) in enumerate(year.terms):
            if started <= last and (ended is None or ended >= first):
                present[child].add(number)
    return {child: len(terms) for child, terms in present.items()}
