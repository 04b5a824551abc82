"""Visits: planned, made and missed, by the reason why."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.evaluate import Figure, Need, Population, share
from services.reporting.members import Made, Member
from services.reporting.presentation import NOT_KNOWN, Unit
from services.reporting.year import YearFacts

HEADING = "Visits"
"""The heading of these figures."""


def _weeks(year: AnyYear) -> Select[Any]:
    visit = year.known(facts.visit)
    return select(
        as_kept(visit.c.child_id).label("who"),
        visit.c.week_beginning.label("day"),
        visit.c.planned,
        visit.c.attended,
        visit.c.missed,
        *rests_on(visit),
    ).where(year.within(visit.c.week_beginning))


WEEKS = Population(
    words="a case's visits of each school week whose Monday is in the year",
    whose="child",
    ask=Query(_weeks),
)


class Missed(NamedTuple):
    """A visit that was planned and not made, and why."""

    reason: str


def _missed(_: YearFacts, weeks: Sequence[Member]) -> list[Member]:
    return [
        Made(one.who, one.day, Missed(reason), (one,))
        for one in weeks
        for reason in (one.has.missed or "").split()
    ]


MISSED = Population(
    words="visits that were planned and not made, in weeks whose Monday is in the year",
    whose="child",
    ask=_missed,
    made_of=(WEEKS,),
    divides={"reason": lambda missed: missed.reason},
)

RECORDED = Need(absent=NOT_KNOWN, population=WEEKS)
"""A year without a record of visits is not one of no visits (domain brief 13.5)."""

FIGURES = (
    Figure(
        id="visits.planned",
        words="Visits planned.",
        population=WEEKS,
        part=lambda week: week.planned,
        needs=(RECORDED,),
    ),
    Figure(
        id="visits.attended",
        words="Planned visits that were made.",
        population=WEEKS,
        part=lambda week: week.attended,
        needs=(RECORDED,),
    ),
    Figure(
        id="visits.attended.share",
        words="Share of the planned visits that were made.",
        population=WEEKS,
        part=lambda week: week.attended,
        of=lambda week: week.planned,
        fold=share,
        unit=Unit.PER_CENT,
        decimals=1,
        base="visits planned; a week in which support was paused plans none",
        needs=(RECORDED,),
    ),
    Figure(
        id="visits.missed",
        words="Planned visits that were not made.",
        population=MISSED,
        needs=(RECORDED,),
    ),
)
