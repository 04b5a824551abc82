"""Populations reconciled: which children are in one and not in the other, by category.

Its figures are shown with what they explain, and to nobody else: one less another is a count too.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, or_, select

from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.evaluate import Figure, Need, Population
from services.reporting.figures.caseload import CHILDREN, by_who
from services.reporting.figures.progress_points import SUMMERS
from services.reporting.figures.steering.caseload import (
    CHILDREN_OF_YEAR,
    ON_REFERENCE_DATE,
    ON_THE_REFERENCE_DATE,
    REFERENCE_DATE_COME,
    SOMEBODY,
)
from services.reporting.figures.surveys import FIGURES as OF_SURVEYS
from services.reporting.members import Made, Member
from services.reporting.presentation import NO_DATA
from services.reporting.year import YearFacts


def _plans(year: AnyYear) -> Select[Any]:
    plan, day = year.known(facts.plan), year.reference_date
    return select(as_kept(plan.c.child_id).label("who"), day.label("day"), *rests_on(plan)).where(
        plan.c.names_service.is_(True),
        plan.c.starts_on <= day,
        or_(plan.c.ceased_on.is_(None), plan.c.ceased_on >= day),
    )


PLANS = Population(
    words="plans open on the SEN2 reference date that name the service",
    whose="child",
    ask=Query(_plans),
)


class In(NamedTuple):
    """In which of two populations a child is."""

    one: bool
    other: bool


def _both(ones: Sequence[Member], others: Sequence[Member]) -> list[Member]:
    of_one, of_other = by_who(ones), by_who(others)
    return [
        Made(
            who,
            (of_one.get(who) or of_other[who])[0].day,
            In(who in of_one, who in of_other),
            [*of_one.get(who, ()), *of_other.get(who, ())],
        )
        for who in dict.fromkeys((*of_one, *of_other))
    ]


def _assessed(
    year: YearFacts, children: Sequence[Member], summers: Sequence[Member]
) -> list[Member]:
    this = [one for one in summers if one.has.academic_year == year.year.label]
    return _both(children, this)


def _planned(_: YearFacts, children: Sequence[Member], plans: Sequence[Member]) -> list[Member]:
    return _both(children, plans)


ASSESSED = Population(
    words="children on the caseload in the year or with a moderated result this summer",
    whose="child",
    ask=_assessed,
    made_of=(CHILDREN, SUMMERS),
)
PLANNED = Population(
    words="children on the caseload on the SEN2 reference date or with a plan that names the"
    " service on it",
    whose="child",
    ask=_planned,
    made_of=(ON_REFERENCE_DATE, PLANS),
)


def _in_other(it: In) -> bool:
    return it.other


def _count(name: str, words: str, population: Population, part: Callable[[In], bool]) -> Figure:
    come = (REFERENCE_DATE_COME,) if population is PLANNED else ()
    return Figure(
        id=f"reconciliation.{name}",
        words=words,
        population=population,
        part=part,
        needs=(*come, SOMEBODY, Need(absent=NO_DATA, population=population, where=_in_other)),
    )


class Reconciliation(NamedTuple):
    """Two populations, and the categories that their difference is made of, each with its sign."""

    words: str
    one: Figure
    other: Figure
    categories: tuple[tuple[int, Figure], ...]


RECONCILIATIONS = (
    Reconciliation(
        "The caseload of the year beside the pupils assessed this summer.",
        CHILDREN_OF_YEAR,
        _count(
            "assessed",
            "Children with a moderated result on a scale with values this summer.",
            ASSESSED,
            _in_other,
        ),
        (
            (
                1,
                _count(
                    "not_assessed",
                    "Children on the caseload without a moderated result this summer.",
                    ASSESSED,
                    lambda it: not it.other,
                ),
            ),
            (
                -1,
                _count(
                    "assessed_off_the_caseload",
                    "Children with a result this summer who were not on the caseload.",
                    ASSESSED,
                    lambda it: not it.one,
                ),
            ),
        ),
    ),
    Reconciliation(
        "The caseload on the SEN2 reference date beside the children with a plan that day.",
        ON_THE_REFERENCE_DATE,
        _count(
            "plans_open",
            "Children with a plan open on the SEN2 reference date that names the service.",
            PLANNED,
            _in_other,
        ),
        (
            (
                1,
                _count(
                    "without_plan",
                    "Children on the caseload that day without such a plan.",
                    PLANNED,
                    lambda it: not it.other,
                ),
            ),
            (
                -1,
                _count(
                    "plan_off_the_caseload",
                    "Children with such a plan who were not on the caseload that day.",
                    PLANNED,
                    lambda it: not it.one,
                ),
            ),
        ),
    ),
    Reconciliation(
        "The questionnaires issued to parents beside the caseload of the year. A form says nothing"
        " of whose parent it went to, so that the difference cannot be told by child: a child may"
        " have two parents who are asked, and parents of several children are asked once.",
        next(one for one in OF_SURVEYS if one.id == "survey.parents.issued"),
        CHILDREN_OF_YEAR,
        (),
    ),
)
