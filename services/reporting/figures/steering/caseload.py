"""The caseload: how many children on which day, who joined, who left, and why support ended."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.evaluate import Figure, Need, Population, share
from services.reporting.figures.caseload import CHILDREN, SPELLS, by_who
from services.reporting.members import Made, Member
from services.reporting.presentation import NO_DATA, Unit
from services.reporting.year import YearFacts, reference_date

HEADING = "The caseload"
"""The heading of these figures."""

SOMEBODY = Need(absent=NO_DATA, population=SPELLS)


class Stay(NamedTuple):
    """Whether a child was on the caseload on the first, the last and the reference day."""

    first: bool
    last: bool
    reference: bool


def _stays(year: YearFacts, children: Sequence[Member], spells: Sequence[Member]) -> list[Member]:
    days = year.year.first_day, year.until, reference_date(year.year)
    of_child = by_who(spells)
    return [
        Made(one.who, one.day, Stay(*(_open(of_child[one.who], day) for day in days)), (one,))
        for one in children
    ]


def _open(spells: Sequence[Member], day: date) -> bool:
    return any(one.has.started_on <= day <= (one.has.ended_on or date.max) for one in spells)


STAYS = Population(
    words=f"{CHILDREN.words}, and on which days they were on it",
    whose="child",
    ask=_stays,
    made_of=(CHILDREN, SPELLS),
)


NOT_COME = "not yet: the SEN2 reference date has not come"


def _come(year: YearFacts) -> list[Member]:
    """Return the reference date once it has come."""
    day = reference_date(year.year)
    return [Made(year.year.label, day, None)] if day <= year.until else []


REFERENCE_DATE_COME = Need(
    absent=NOT_COME,
    population=Population(words="the SEN2 reference date, once it has come", whose="", ask=_come),
)


def _on_reference_date(year: YearFacts, stays: Sequence[Member]) -> list[Member]:
    day = reference_date(year.year)
    return [Made(one.who, day, None, (one,)) for one in stays if one.has.reference]


ON_REFERENCE_DATE = Population(
    words="children on the caseload on the SEN2 reference date, each held by whom it was that day",
    whose="child",
    ask=_on_reference_date,
    made_of=(STAYS,),
)


def _endings(year: AnyYear) -> Select[Any]:
    case = year.known(facts.case)
    return select(
        as_kept(case.c.child_id).label("who"),
        case.c.ended_on.label("day"),
        case.c.end_reason.label("reason"),
        *rests_on(case),
    ).where(year.within(case.c.ended_on), case.c.started_on.is_not(None))


ENDINGS = Population(
    words="cases whose last day is in the year",
    whose="child",
    ask=Query(_endings),
    divides={"reason": lambda ending: ending.reason},
)


def _needs_told(year: AnyYear) -> Select[Any]:
    since = year.known(facts.characteristics)
    return (
        select(
            as_kept(since.c.child_id).label("who"),
            since.c.from_on.label("day"),
            since.c.needs,
            *rests_on(since),
        )
        .where(since.c.from_on <= year.last_day)
        .order_by(since.c.child_id, since.c.from_on, since.c.told_of)
    )


NEEDS_TOLD = Population(
    words="what was told of children by the end of the year", whose="child", ask=Query(_needs_told)
)


class OneNeed(NamedTuple):
    """One of a child's needs, whatever its rank."""

    need: str


def _needs(_: YearFacts, children: Sequence[Member], told: Sequence[Member]) -> list[Member]:
    of_child = by_who(told)
    found: list[Member] = []
    for child in children:
        until = [one for one in of_child.get(child.who, ()) if one.day <= child.day]
        found += [
            Made(child.who, child.day, OneNeed(need), (child, until[-1]))
            for need in (until[-1].has.needs.split() if until else ())
        ]
    return found


NEEDS = Population(
    words="the needs, of any rank, of children on the caseload in the year, as recorded last by"
    " their last day on it",
    whose="child",
    ask=_needs,
    made_of=(CHILDREN, NEEDS_TOLD),
    divides={"need": lambda one: one.need},
)

CHILDREN_OF_YEAR = Figure(
    id="caseload.children.year",
    words="Children on the caseload on any day of the year, each once.",
    population=CHILDREN,
    needs=(SOMEBODY,),
)
ON_FIRST_DAY, JOINED, LEFT, ON_LAST_DAY = (
    Figure(
        id=f"caseload.children.{name}",
        words=f"Children {words}, each once.",
        population=STAYS,
        part=part,
        needs=(SOMEBODY,),
    )
    for name, words, part in (
        ("first_day", "on the caseload on 1 September", lambda stay: stay.first),
        (
            "joined",
            "on the caseload in the year who were not on it on 1 September",
            lambda stay: not stay.first,
        ),
        (
            "left",
            "on the caseload in the year who were not on it on its last day, or today",
            lambda stay: not stay.last,
        ),
        (
            "last_day",
            "on the caseload on the year's last day, or today while it has not ended",
            lambda stay: stay.last,
        ),
    )
)
ON_THE_REFERENCE_DATE = Figure(
    id="caseload.children.reference_date",
    words="Children on the caseload on the SEN2 reference date, the third Thursday of January.",
    population=ON_REFERENCE_DATE,
    needs=(REFERENCE_DATE_COME, SOMEBODY),
)

FIGURES = (
    CHILDREN_OF_YEAR,
    ON_FIRST_DAY,
    JOINED,
    LEFT,
    ON_LAST_DAY,
    ON_THE_REFERENCE_DATE,
    Figure(
        id="caseload.needs",
        words="Needs of the children on the caseload in the year: a child with three is in it three"
        " times, once under each.",
        population=NEEDS,
        needs=(SOMEBODY,),
    ),
    Figure(
        id="caseload.endings",
        words="Cases that ended in the year.",
        population=ENDINGS,
        needs=(SOMEBODY,),
    ),
    Figure(
        id="caseload.endings.criteria_no_longer_met.share",
        words="Share of the cases that ended in the year, those of leavers of the phase aside, that"
        " ended because criteria are no longer met.",
        population=ENDINGS,
        part=lambda ending: ending.reason == "criteria-no-longer-met",
        of=lambda ending: ending.reason != "left-phase",
        fold=share,
        unit=Unit.PER_CENT,
        base="cases that ended in the year for another reason than leaving the phase",
        needs=(SOMEBODY,),
    ),
)
