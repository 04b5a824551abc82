"""Results at the end of Key Stage 1, as long as they were collected."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import FromClause, Select, select

from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.evaluate import Figure, Need, Population, each, share
from services.reporting.figures.caseload import CHILDREN, by_who
from services.reporting.members import Made, Member
from services.reporting.presentation import Unit
from services.reporting.year import YearFacts

HEADING = "End of Key Stage 1"
"""The heading of these figures."""

LAST_COLLECTED: Final = 2022
"""The academic year 2022-23 was the last whose results were statutory (domain brief 5.1)."""
NOT_COLLECTED: Final = "not collected since 2023-24"
YEAR_GROUP: Final = "2"


def _told(known: FromClause, from_on: str) -> Select[Any]:
    columns = as_kept(known.c.child_id).label("who"), known.c[from_on].label("day")
    return select(*columns, known.c.year_group, *rests_on(known))


REGISTERED = Population(
    words="the year group of each child at registration",
    whose="child",
    ask=Query(lambda year: _told(year.known(facts.child), "registered_on")),
)
SINCE = Population(
    words="the year groups told of each child since",
    whose="child",
    ask=Query(lambda year: _told(year.known(facts.characteristics), "from_on")),
)


def _results(year: AnyYear) -> Select[Any]:
    result = year.known(facts.result)
    columns = as_kept(result.c.child_id).label("who"), result.c.assessed_on.label("day")
    return select(*columns, *rests_on(result)).where(
        result.c.academic_year == year.label, result.c.term == "summer"
    )


RESULTS = Population(
    words="results of the summer, on any scale", whose="child", ask=Query(_results)
)


class Pupil(NamedTuple):
    """Whether a pupil at the end of Key Stage 1 has a result."""

    has_result: bool


def _pupils(
    _: YearFacts,
    children: Sequence[Member],
    registered: Sequence[Member],
    since: Sequence[Member],
    results: Sequence[Member],
) -> list[Member]:
    groups, found = by_who((*registered, *since)), by_who(results)
    return [
        Made(one.who, one.day, Pupil(one.who in found), (one, *found.get(one.who, ())))
        for one in children
        if _year_group(groups.get(one.who, ()), one) == YEAR_GROUP
    ]


def _year_group(told: Sequence[Member], of: Member) -> str | None:
    """Return the year group that was told last by a child's day; of one day, the later told."""
    by_then = (one for one in told if one.day <= of.day)
    latest = max(enumerate(by_then), key=lambda one: (one[1].day, one[0]), default=None)
    return latest[1].has.year_group if latest else None


PUPILS = Population(
    words="children in Year 2 on the caseload, each on their last day on it in the year",
    whose="child",
    ask=_pupils,
    made_of=(CHILDREN, REGISTERED, SINCE, RESULTS),
)


def _year_of_results(year: YearFacts) -> list[Member]:
    first = year.year.first_day
    return [Made(None, first, None)] if year.year.start <= LAST_COLLECTED else []


COLLECTED = Population(
    words="a year whose results at the end of Key Stage 1 were collected",
    whose="year",
    ask=_year_of_results,
)

FIGURES = (
    Figure(
        id="progress.key_stage_1.with_result.share",
        words="Share of the children in Year 2 on the caseload who have a result of the summer, at"
        " the end of Key Stage 1. It is not collected since 2023-24: who has none failed nothing.",
        population=PUPILS,
        part=lambda pupil: pupil.has_result,
        of=each,
        fold=share,
        unit=Unit.PER_CENT,
        decimals=1,
        base="children in Year 2 on the caseload",
        needs=(Need(absent=NOT_COLLECTED, population=COLLECTED),),
    ),
)
