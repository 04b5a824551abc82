"""Reviews: whether they were held in time, and what was decided beside what was recommended."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, or_, select

from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.evaluate import Figure, Need, Population, each, share
from services.reporting.figures.caseload import SPELLS, by_who
from services.reporting.members import Made, Member
from services.reporting.presentation import NOT_KNOWN, Unit
from services.reporting.year import YearFacts

HEADING = "Reviews and decisions"
"""The heading of these figures."""

ON_TIME, LATE, OUTSTANDING = "on-time", "late", "outstanding"


def _held(year: AnyYear) -> Select[Any]:
    """Ask for the reviews of the year's due days, and for those since that name no day."""
    review = year.known(facts.review)
    undated = and_(review.c.due_on.is_(None), review.c.held_on >= year.first_day)
    return select(
        as_kept(review.c.child_id).label("who"),
        func.coalesce(review.c.due_on, review.c.held_on).label("day"),
        as_kept(review.c.plan_id).label("plan_id"),
        review.c.due_on,
        review.c.held_on,
        *rests_on(review),
    ).where(or_(year.within(review.c.due_on), undated))


HELD = Population(
    words="reviews held, that were due in the year or name no day on which they were",
    whose="child",
    ask=Query(_held),
)


def _awaited(year: AnyYear) -> Select[Any]:
    plan = year.known(facts.plan)
    return select(
        as_kept(plan.c.child_id).label("who"),
        plan.c.review_due_on.label("day"),
        as_kept(plan.c.plan_id).label("plan_id"),
        plan.c.ceased_on,
        *rests_on(plan),
    ).where(year.within(plan.c.review_due_on), plan.c.names_service.is_(True))


AWAITED = Population(
    words="plans that name the service and whose next review is due in the year",
    whose="child",
    ask=Query(_awaited),
)


class Due(NamedTuple):
    """What became of a review that was due."""

    outcome: str


def _due(
    year: YearFacts,
    held: Sequence[Member],
    awaited: Sequence[Member],
    spells: Sequence[Member],
) -> list[Member]:
    """Tell of each plan and due day once (traps 20 to 22).

    A late review is still that of its due day; one that names no day is that of the day in the
    plan, if it was held on that or later. Of those not held, one whose plan had ceased, whose child
    was not on the caseload on the day, or whose day is to come, was not due.
    """
    of_day = _by((one for one in held if one.has.due_on), lambda one: (_plan(one), one.day))
    undated = _by((one for one in held if not one.has.due_on), _plan)
    found = {at: _came_of(at[1], reviews) for at, reviews in of_day.items()}
    of_child = by_who(spells)
    for one in awaited:
        at, mine = (_plan(one), one.day), of_child[one.who]
        since = [review for review in undated[_plan(one)] if review.has.held_on >= one.day]
        if at not in found and since:
            found[at] = _came_of(one.day, since, one)
        elif at not in found and _expected(year, one, mine):
            found[at] = Made(one.who, one.day, Due(OUTSTANDING), (one, *mine))
    return list(found.values())


def _by(reviews: Iterable[Member], key: Callable[[Member], Any]) -> defaultdict[Any, list[Member]]:
    found: defaultdict[Any, list[Member]] = defaultdict(list)
    for one in reviews:
        found[key(one)].append(one)
    return found


def _plan(one: Member) -> tuple[Any, Any]:
    """Return whose plan it is of: a review may name none."""
    return one.who, one.has.plan_id


def _came_of(day: date, reviews: Sequence[Member], *plan: Member) -> Member:
    """Return the review that was due on a day: of several held, the first says when it was."""
    held_on = min(one.has.held_on for one in reviews)
    outcome = ON_TIME if held_on <= day else LATE
    return Made(reviews[0].who, day, Due(outcome), (*plan, *reviews))


def _expected(year: YearFacts, awaited: Member, spells: Sequence[Member]) -> bool:
    day = awaited.day
    return (
        day <= year.until
        and (awaited.has.ceased_on or date.max) >= day
        and any(one.has.started_on <= day <= (one.has.ended_on or date.max) for one in spells)
    )


DUE = Population(
    words="reviews due in the year by the day in the plan: held, or not held though the plan names"
    " the service and went on, and the child was on the caseload that day",
    whose="child",
    ask=_due,
    made_of=(HELD, AWAITED, SPELLS),
    divides={"outcome": lambda due: due.outcome},
)


def _reviewed(year: AnyYear) -> Select[Any]:
    review, decided = year.known(facts.review), year.known(facts.continuation)
    return (
        select(
            as_kept(review.c.child_id).label("who"),
            review.c.held_on.label("day"),
            review.c.recommendation,
            decided.c.decision,
            *rests_on(review, decided),
        )
        .select_from(review.outerjoin(decided, decided.c.review_id == review.c.review_id))
        .where(year.within(review.c.held_on))
    )


REVIEWED = Population(
    words="reviews held in the year, each with what was decided after it",
    whose="child",
    ask=Query(_reviewed),
    divides={
        "recommendation": lambda one: one.recommendation,
        "decision": lambda one: one.decision or "none yet",
    },
)

RECORDED = Need(absent=NOT_KNOWN, population=REVIEWED)
"""A year without a record of reviews is not one of no reviews (domain brief 13.5)."""


def _came(outcome: str, words: str) -> Figure:
    return Figure(
        id=f"reviews.{outcome.replace('-', '_')}.count",
        words=words,
        population=DUE,
        part=lambda due: due.outcome == outcome,
        needs=(RECORDED,),
    )


FIGURES = (
    Figure(
        id="reviews.due.count",
        words="Reviews that were due in the year.",
        population=DUE,
        needs=(RECORDED,),
    ),
    _came(LATE, "Reviews that were due in the year and were held after their day."),
    _came(OUTSTANDING, "Reviews that were due in the year and are not on record as held."),
    Figure(
        id="reviews.on_time.share",
        words="Share of the reviews due in the year that were held by their day.",
        population=DUE,
        part=lambda due: due.outcome == ON_TIME,
        of=each,
        fold=share,
        unit=Unit.PER_CENT,
        decimals=1,
        base="reviews due in the year; those of plans that had ceased and those not yet due aside",
        needs=(RECORDED,),
    ),
    Figure(
        id="reviews.held.count",
        words="Reviews held in the year.",
        population=REVIEWED,
        needs=(RECORDED,),
    ),
    Figure(
        id="reviews.recommended_discontinue.count",
        words="Reviews held in the year at which the teacher recommended to end support.",
        population=REVIEWED,
        part=lambda one: one.recommendation == "discontinue",
        needs=(RECORDED,),
    ),
    Figure(
        id="reviews.decided_discontinue.count",
        words="Reviews held in the year after which the Head of Service decided to end support.",
        population=REVIEWED,
        part=lambda one: one.decision == "discontinue",
        needs=(RECORDED,),
    ),
    Figure(
        id="reviews.decision_outstanding.count",
        words="Reviews held in the year after which nothing is decided yet.",
        population=REVIEWED,
        part=lambda one: one.decision is None,
        needs=(RECORDED,),
    ),
    Figure(
        id="reviews.decided_otherwise.share",
        words="Share of the decisions after reviews held in the year that differ from what was"
        " recommended.",
        population=REVIEWED,
        part=lambda one: one.decision is not None and one.decision != one.recommendation,
        of=lambda one: one.decision is not None,
        fold=share,
        unit=Unit.PER_CENT,
        decimals=1,
        base="reviews held in the year after which something was decided",
        needs=(RECORDED,),
    ),
)
