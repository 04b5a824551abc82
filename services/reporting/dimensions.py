"""By what figures are broken down: chains of dated holders, looked up on a member's day.

A child goes to whom held them on the day that their population names; each gets one label.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, Table, literal, null, select, union_all

from libs.common.core.clock import academic_year
from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept
from services.reporting.year import YearFacts

NO_SPAN: Final = "no span"
"""The label of those whom nothing on record held that day."""


class Span(NamedTuple):
    """Who or what held somebody, from a day until another or until the next."""

    from_on: date
    until: date | None
    holder: Any


@dataclass(frozen=True, eq=False)
class Holders:
    """Who or what held each over time: a select of ``held``, ``from_on``, ``until``, ``holder``."""

    query: Query

    async def spans(self, year: YearFacts) -> Mapping[Any, Sequence[Span]]:
        """Return each one's spans, the first first."""

        async def ask() -> Mapping[Any, Sequence[Span]]:
            found: dict[Any, list[Span]] = defaultdict(list)
            for held, from_on, until, holder in await year.rows(self.query):
                found[held].append(Span(from_on, until, holder))
            return found

        return await year.once(self, ask)


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
        return select(as_kept(of), from_on, null(), as_kept(by)).order_by(of, from_on)

    return Holders(Query(ask))


def _case_of_child(year: AnyYear) -> Select[Any]:
    """Ask for the cases of each child; of several open on a day the one begun last holds them."""
    case = year.known(facts.case)
    columns = (
        as_kept(case.c.child_id),
        case.c.started_on,
        case.c.ended_on,
        as_kept(case.c.case_id),
    )
    return (
        select(*columns)
        .where(case.c.started_on.is_not(None))
        .order_by(case.c.child_id, case.c.started_on, case.c.case_id)
    )


def _kind_of_school(year: AnyYear) -> Select[Any]:
    school = year.known(facts.school)
    return select(as_kept(school.c.school_id), literal(date.min), null(), school.c.kind)


def _year_group_of_child(year: AnyYear) -> Select[Any]:
    """Ask for the year groups told at registration and since; of one day the later told holds."""
    child, since = year.known(facts.child), year.known(facts.characteristics)
    groups = union_all(
        select(child.c.child_id, child.c.registered_on, child.c.year_group, literal(0)),
        select(since.c.child_id, since.c.from_on, since.c.year_group, literal(1)),
    ).subquery()
    of, from_on, group, told = groups.c
    return select(as_kept(of), from_on, null(), group).order_by(of, from_on, told)


CASE_OF_CHILD = Holders(Query(_case_of_child))
TEACHER_OF_CASE = _dated(facts.allocation, "case_id", "staff_id")
TEAM_OF_TEACHER = _dated(facts.staff_team, "staff_id", "team_id")
SCHOOL_OF_CHILD = _dated(facts.child_school, "child_id", "school_id")
KIND_OF_SCHOOL = Holders(Query(_kind_of_school))
YEAR_GROUP_OF_CHILD = Holders(Query(_year_group_of_child))


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """What divides figures: for each that a population may be of, a chain of holders.

    ``nobody`` is the label where a holder is on record and holds nothing further: a teacher in no
    team. Where none is on record it is `NO_SPAN`.
    """

    words: str
    nobody: str
    chains: Mapping[str, Sequence[Holders]]
    shown: Callable[[Any, date], str] = field(default=lambda holder, _: str(holder))

    async def labels(self, whose: str, year: YearFacts) -> Callable[[Any, date], str]:
        """Return what gives the label of one on a day."""
        chain = [await holders.spans(year) for holders in self.chains[whose]]

        def label(who: Any, day: date) -> str:
            for spans in chain:
                span = held_on(spans.get(who, ()), day)
                if span is None or span.holder is None:
                    return self.nobody if span else NO_SPAN
                who = span.holder
            return self.shown(who, day)

        return label


def _id(kept: Any, _: date) -> str:
    """Return an id as the interface shows it, however the database keeps it."""
    return str(kept) if isinstance(kept, UUID) else str(UUID(kept))


DIMENSIONS: Final[Mapping[str, Dimension]] = {
    "team": Dimension(
        words="the team of the teacher of the child's case, or of the teacher, on the member's day",
        nobody="no team",
        chains={
            "child": (CASE_OF_CHILD, TEACHER_OF_CASE, TEAM_OF_TEACHER),
            "staff": (TEAM_OF_TEACHER,),
        },
        shown=_id,
    ),
    "school-kind": Dimension(
        words="the kind of the school that the child attended on the member's day",
        nobody="no school kind",
        chains={"child": (SCHOOL_OF_CHILD, KIND_OF_SCHOOL)},
    ),
    "year-group": Dimension(
        words="the year group that was recorded last by the member's day",
        nobody="no year group",
        chains={"child": (YEAR_GROUP_OF_CHILD,)},
    ),
    "academic-year": Dimension(
        words="the academic year of the member's day",
        nobody="",
        chains={"child": ()},
        shown=lambda _, day: academic_year(day),
    ),
}

BREAKDOWNS: Final = tuple(name for name in DIMENSIONS if name != "academic-year")
"""By what a reader may have a figure broken down; a year's figures are of one academic year."""
