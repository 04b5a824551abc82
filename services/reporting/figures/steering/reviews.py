"""Reviews: whether they were held in time, and what was decided beside what was recommended."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, select

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
    review = year.known(facts.review)
    return select(
        as_kept(review.c.child_id).label("who"),
        review.c.due_on.label("day"),
        as_kept(review.c.plan_id).label("plan_id"),
        review.c.held_on,
        *rests_on(review),
    ).where(year.within(review.c.due_on))


HELD = Population(words="reviews held, that were due in the year", whose="child", ask=Query(_held))


def _awaited(year: AnyYear) -> Select[Any]:
    plan = year.known(facts.plan)
    return select(
        as_kept(plan.c.child_id).label("who"),
        plan.c.review_due_on.label("day"),
        as_kept(plan.c.plan_id).label("plan_id"),
        plan.c.ceased_on,
        *rests_on(plan),
    ).where(year.within(plan.c.review_due_on))


AWAITED = Population(
    words="plans whose next review is due in the year", whose="child", ask=Query(_awaited)
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

    A late review is still that of its due day. Of those not held, one whose plan had ceased, whose
    child was not on the caseload on the day, or whose day is to come, was not due.
    """
    found: dict[Any, Member] = {}
    for one in held:
        outcome = ON_TIME if one.has.held_on <= one.day else LATE
        found[one.has.plan_id, one.day] = Made(one.who, one.day, Due(outcome), (one,))
    of_child = by_who(spells)
    for one in awaited:
        mine = of_child[one.who]
        if (one.has.plan_id, one.day) not in found and _expected(year, one, mine):
            due = Made(one.who, one.day, Due(OUTSTANDING), (one, *mine))
            found[one.has.plan_id, one.day] = due
    return list(found.values())


def _expected(year: YearFacts, awaited: Member, spells: Sequence[Member]) -> bool:
    day = awaited.day
    return (
        day <= year.until
        and (awaited.has.ceased_on or date.max) >= day
        and any(one.has.started_on <= day <= (one.has.ended_on or date.max) for one in spells)
    )


DUE = Population(
    words="reviews due in the year by the day in the plan: held, or not held though the plan went"
    " on and the child was on the caseload that day",
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
