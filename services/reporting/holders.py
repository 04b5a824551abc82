"""Who or what held somebody on a day: teachers, teams, areas, schools, plans, and what is told.

Each is a select of dated spans, asked once a report and looked up on a member's day.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, Table, func, literal, null, select, union_all

from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.year import YearFacts

AT_RISK: Final = frozenset({"at-risk", "high"})
"""The levels at which a child is at risk of exclusion (domain brief 7.4)."""


class Span(NamedTuple):
    """Who or what held somebody, from a day until another or until the next, by which event."""

    from_on: date
    until: date | None
    holder: Any
    event: Any = None


@dataclass(frozen=True, eq=False)
class Holders:
    """Who or what held each over time: a select of ``held`` and of what a `Span` has."""

    query: Query

    async def spans(self, year: YearFacts, *, ever: bool = False) -> Mapping[Any, Sequence[Span]]:
        """Return each one's spans, the first first; ``ever``, those that there ever might be."""

        async def ask() -> Mapping[Any, Sequence[Span]]:
            found: dict[Any, list[Span]] = defaultdict(list)
            for held, *span in await year.rows(self.query, ever=ever):
                found[held].append(Span(*span))
            return found

        return await year.once((self, ever), ask)


def held_on(spans: Sequence[Span], day: date) -> Span | None:
    """Return the span of a day; of several the one that began last."""
    begun = bisect_right(spans, day, key=lambda span: span.from_on)
    open_then = (one for one in reversed(spans[:begun]) if one.until is None or one.until >= day)
    return next(open_then, None)


def _dated(table: Table, held: str, holder: str) -> Holders:
    """Return the holders in a fact of which each row holds until the next."""

    def ask(year: AnyYear) -> Select[Any]:
        known = year.known(table)
        of, from_on, by = known.c[held], known.c.from_on, known.c[holder]
        columns = as_kept(of), from_on, null(), as_kept(by), *rests_on(known)
        return select(*columns).order_by(of, from_on)

    return Holders(Query(ask))


def _case_of_child(year: AnyYear) -> Select[Any]:
    """Ask for the cases of each child; of several open on a day the one begun last holds them."""
    case = year.known(facts.case)
    columns = (
        as_kept(case.c.child_id),
        case.c.started_on,
        case.c.ended_on,
        as_kept(case.c.case_id),
        *rests_on(case),
    )
    return (
        select(*columns)
        .where(case.c.started_on.is_not(None))
        .order_by(case.c.child_id, case.c.started_on, case.c.case_id)
    )


def _risk_of_case(year: AnyYear) -> Select[Any]:
    """Ask for the levels of each case, which hold until the next."""
    risk = year.known(facts.risk)
    columns = as_kept(risk.c.case_id), risk.c.assessed_on, null(), risk.c.level
    return select(*columns, *rests_on(risk)).order_by(risk.c.case_id, risk.c.assessed_on)


def _kind_of_school(year: AnyYear) -> Select[Any]:
    school = year.known(facts.school)
    columns = as_kept(school.c.school_id), literal(date.min), null(), school.c.kind
    return select(*columns, *rests_on(school))


def _sex_of_child(year: AnyYear) -> Select[Any]:
    """Ask for each child's sex; of merged records the one that stays tells it."""
    child = year.known(facts.child)
    stays = child.c.told_of == child.c.child_id
    columns = as_kept(child.c.child_id), literal(date.min), null(), child.c.sex
    return select(*columns, *rests_on(child)).order_by(child.c.child_id, stays, child.c.told_of)


def _plan_of_child(year: AnyYear) -> Select[Any]:
    """Ask for the plans of each child; of several open on a day the one begun last holds."""
    plan = year.known(facts.plan)
    columns = (
        as_kept(plan.c.child_id),
        plan.c.starts_on,
        plan.c.ceased_on,
        plan.c.plan_type,
        *rests_on(plan),
    )
    return (
        select(*columns)
        .where(plan.c.starts_on.is_not(None))
        .order_by(plan.c.child_id, plan.c.starts_on, plan.c.plan_id)
    )


def _year_group_of_child(year: AnyYear) -> Select[Any]:
    """Ask for the year groups told at registration and since; of one day the later told holds."""
    child, since = year.known(facts.child), year.known(facts.characteristics)
    groups = union_all(
        select(
            child.c.child_id,
            child.c.registered_on,
            child.c.year_group,
            child.c.event_id,
            literal(0),
        ),
        select(since.c.child_id, since.c.from_on, since.c.year_group, since.c.event_id, literal(1)),
    ).subquery()
    of, from_on, group, event, told = groups.c
    columns = as_kept(of), from_on, null(), group, as_kept(event)
    return select(*columns).order_by(of, from_on, told)


def _told(name: str) -> Holders:
    """Return what is told of each child from a day on; an empty text is nothing."""

    def ask(year: AnyYear) -> Select[Any]:
        since = year.known(facts.characteristics)
        told = since.c[name]
        what = func.nullif(told, "") if name == "needs" else told
        columns = as_kept(since.c.child_id), since.c.from_on, null(), what, *rests_on(since)
        return select(*columns).order_by(since.c.child_id, since.c.from_on, since.c.told_of)

    return Holders(Query(ask))


CASE_OF_CHILD = Holders(Query(_case_of_child))
RISK_OF_CASE = Holders(Query(_risk_of_case))
TEACHER_OF_CASE = _dated(facts.allocation, "case_id", "staff_id")
TEAM_OF_TEACHER = _dated(facts.staff_team, "staff_id", "team_id")
AREA_OF_TEAM = _dated(facts.team_area, "team_id", "area")
SCHOOL_OF_CHILD = _dated(facts.child_school, "child_id", "school_id")
KIND_OF_SCHOOL = Holders(Query(_kind_of_school))
SEX_OF_CHILD = Holders(Query(_sex_of_child))
PLAN_OF_CHILD = Holders(Query(_plan_of_child))
YEAR_GROUP_OF_CHILD = Holders(Query(_year_group_of_child))
NEEDS_OF_CHILD = _told("needs")
PUPIL_PREMIUM_OF_CHILD = _told("pupil_premium")
LOOKED_AFTER_OF_CHILD = _told("looked_after")
EAL_OF_CHILD = _told("eal")
