"""Those on the caseload: each child once, with their levels of risk and their exclusions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, and_, func, or_, select

from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.evaluate import Population
from services.reporting.holders import AT_RISK
from services.reporting.members import Made, Member
from services.reporting.year import YearFacts


def _spells(year: AnyYear) -> Select[Any]:
    case = year.known(facts.case)
    return select(
        as_kept(case.c.child_id).label("who"),
        case.c.started_on.label("day"),
        as_kept(case.c.case_id).label("case_id"),
        case.c.started_on,
        case.c.ended_on,
        *rests_on(case),
    ).where(
        case.c.started_on <= year.last_day,
        or_(case.c.ended_on.is_(None), case.c.ended_on >= year.first_day),
    )


SPELLS = Population(words="cases open on a day of the year", whose="child", ask=Query(_spells))


def _levels(year: AnyYear) -> Select[Any]:
    """Ask for the levels of these cases that held on a day of the year.

    A level holds from the day it was judged until the day before the case's next judgement, or
    the case's last day (domain brief 7.4 and trap 62).
    """
    risk, spells = year.known(facts.risk), _spells(year).subquery()
    following = func.lead(risk.c.assessed_on).over(
        partition_by=risk.c.case_id, order_by=risk.c.assessed_on
    )
    levels = (
        select(
            spells.c.who,
            risk.c.assessed_on.label("day"),
            as_kept(risk.c.case_id).label("case_id"),
            risk.c.level,
            spells.c.started_on,
            spells.c.ended_on,
            year.until_next(following).label("until"),
            *rests_on(risk),
        )
        .select_from(risk.join(spells, spells.c.case_id == risk.c.case_id))
        .where(risk.c.assessed_on <= year.last_day)
        .subquery()
    )
    held = levels.c
    return select(levels).where(
        or_(held.ended_on.is_(None), held.ended_on >= held.day),
        or_(
            held.until.is_(None),
            and_(held.until > year.first_day, held.until > held.started_on),
        ),
    )


LEVELS = Population(
    words="levels of risk that held on a day of the year on which the case was open",
    whose="child",
    ask=Query(_levels),
)


class Child(NamedTuple):
    """Whether a child on the caseload was ever at risk of exclusion while on it."""

    at_risk: bool


def by_who(members: Iterable[Member]) -> dict[Any, list[Member]]:
    """Return the members of each."""
    found: dict[Any, list[Member]] = defaultdict(list)
    for one in members:
        found[one.who].append(one)
    return found


def _children(year: YearFacts, spells: Sequence[Member], levels: Sequence[Member]) -> list[Member]:
    of_child = by_who(levels)
    return [_child(year, child, mine, of_child[child]) for child, mine in by_who(spells).items()]


def _child(year: YearFacts, child: Any, spells: list[Member], levels: list[Member]) -> Member:
    at_risk = [one for one in levels if one.has.level in AT_RISK]
    return Made(child, _last_day(year, spells), Child(bool(at_risk)), [*spells, *levels])


def _last_day(year: YearFacts, spells: Iterable[Member]) -> date:
    return max(min(one.has.ended_on or date.max, year.year.last_day) for one in spells)


CHILDREN = Population(
    words="children on the caseload on any day of the year, each held by whom it was on their last",
    whose="child",
    ask=_children,
    made_of=(SPELLS, LEVELS),
)


def _judged(year: AnyYear) -> Select[Any]:
    risk = year.known(facts.risk)
    day = risk.c.assessed_on
    columns = (as_kept(risk.c.child_id).label("who"), day.label("day"), *rests_on(risk))
    return year.some(select(*columns).where(year.within(day)).order_by(day, risk.c.case_id))


FIRST_JUDGED = Population(
    words="the first level of risk judged in the year", whose="child", ask=Query(_judged)
)


class Exclusion(NamedTuple):
    """Whether an exclusion counts, and whether it stands.

    Of one that ``suspends`` a child on the caseload, and stands, the half days that it takes; a
    lunchtime is one. Its length may not be known.
    """

    counts: bool
    stands: bool
    suspends: bool
    half_days: int


SUSPENSIONS: Final = frozenset({"SUSP", "LNCH"})
"""The categories that take half days (domain brief 7.2)."""


def _begun(year: AnyYear) -> Select[Any]:
    """Ask for each exclusion begun by the end of the year, once for each case open on its day."""
    exclusion, case = year.known(facts.exclusion), year.known(facts.case)
    open_then = and_(
        case.c.child_id == exclusion.c.child_id,
        case.c.started_on <= exclusion.c.starts_on,
        or_(case.c.ended_on.is_(None), case.c.ended_on >= exclusion.c.starts_on),
    )
    names = ("category", "half_days", "upheld_on", "rescinded_on")
    return (
        select(
            as_kept(exclusion.c.child_id).label("who"),
            exclusion.c.starts_on.label("day"),
            as_kept(exclusion.c.exclusion_id).label("exclusion_id"),
            as_kept(case.c.case_id).label("case_id"),
            as_kept(exclusion.c.told_of).label("told_of"),
            *(exclusion.c[name] for name in names),
            *rests_on(exclusion, case),
        )
        .select_from(exclusion.outerjoin(case, open_then))
        .where(exclusion.c.starts_on <= year.last_day)
    )


BEGUN = Population(
    words="exclusions begun by the end of the year, of any category, rescinded or not, with each"
    " case open on that day",
    whose="child",
    ask=Query(_begun),
)


def _so_far(_: YearFacts, begun: Sequence[Member]) -> list[Member]:
    """Return each exclusion once, though both records of a merged child tell of it.

    It is the same where category, first day and half-days are. What one record tells twice is two.
    """
    found: dict[Any, list[Member]] = defaultdict(list)
    for one in begun:
        found[one.has.exclusion_id].append(one)
    same, told = defaultdict[Any, list[Member]](list), Counter[Any]()
    for mine in found.values():
        one = mine[0]
        what = (one.who, one.day, one.has.category, one.has.half_days)
        told[what, one.has.told_of] += 1
        same[what, told[what, one.has.told_of]] += mine
    return [_exclusion(mine) for mine in same.values()]


def _exclusion(rows: Sequence[Member]) -> Member:
    """Say whether an exclusion counts.

    Permanent, upheld, not rescinded, the child on the caseload that day (domain brief 7.3 and
    traps 60, 61).
    """
    stands = all(one.has.rescinded_on is None for one in rows)
    upheld = any(one.has.upheld_on is not None for one in rows)
    on_caseload = any(one.has.case_id is not None for one in rows)
    category, half_days = rows[0].has.category, rows[0].has.half_days
    takes = stands and on_caseload
    what = Exclusion(
        counts=category == "PERM" and upheld and takes,
        stands=stands,
        suspends=category in SUSPENSIONS and takes,
        half_days=half_days or (1 if category == "LNCH" else 0),
    )
    return Made(rows[0].who, rows[0].day, what, rows)


EXCLUSIONS_SO_FAR = Population(
    words="exclusions begun by the end of the year, of any category, rescinded or not",
    whose="child",
    ask=_so_far,
    made_of=(BEGUN,),
)


def _of_year(year: YearFacts, so_far: Sequence[Member]) -> list[Member]:
    return [one for one in so_far if one.day in year.year]


EXCLUSIONS = Population(
    words="exclusions begun in the year, of any category, rescinded or not",
    whose="child",
    ask=_of_year,
    made_of=(EXCLUSIONS_SO_FAR,),
)


class Placement(NamedTuple):
    """Whether a child at risk of exclusion was permanently excluded in the year."""

    excluded: bool


def _placements(
    _: YearFacts, children: Sequence[Member], exclusions: Sequence[Member]
) -> list[Member]:
    excluded = by_who(one for one in exclusions if one.has.counts)
    return [
        Made(
            one.who,
            one.day,
            Placement(one.who in excluded),
            (one, *excluded.get(one.who, ())),
        )
        for one in children
        if one.has.at_risk
    ]


PLACEMENTS = Population(
    words="children at risk of exclusion on any day of the year on the caseload",
    whose="child",
    ask=_placements,
    made_of=(CHILDREN, EXCLUSIONS),
)
