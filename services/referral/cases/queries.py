"""By what cases, and what is of supported children, are found."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, exists, func, or_, select

from libs.common.core.fields import Identifier
from libs.common.reading import Column, Filter, equal
from services.referral.cases.codes import State
from services.referral.cases.domain import Case, Review
from services.referral.children.domain import Child, Plan
from services.referral.children.queries import by_child
from services.referral.schools.queries import by_school
from services.referral.staff.queries import by_staff, by_team


def open_on(day: date) -> ColumnElement[bool]:
    """Return the condition that a case is open on a day."""
    ended = or_(Case.ended_on.is_(None), Case.ended_on >= day)
    return ~Case.void & (Case.started_on <= day) & ended


STATES: Final[Mapping[State, ColumnElement[bool]]] = {
    "void": Case.void.expression,
    "ended": ~Case.void & Case.ended_on.is_not(None),
    "paused": ~Case.void & Case.ended_on.is_(None) & Case.paused_on.is_not(None),
    "active": ~Case.void & Case.ended_on.is_(None) & Case.paused_on.is_(None),
}


def in_state(states: Sequence[State]) -> ColumnElement[bool]:
    """Return the condition to be in one of these states (`Case.state`)."""
    return or_(*(STATES[state] for state in states))


def next_review() -> ColumnElement[date | None]:
    """Return the day by which a case's plan is reviewed next, as told last; null once it was.

    A review that is held late is that cycle's (domain brief, trap 21): the next day due is told
    with the plan.
    """
    reviewed = (
        exists()
        .where(
            Review.case_id == Case.id,
            ~Review.void,
            or_(Review.held_on >= Plan.review_due_on, Review.due_on == Plan.review_due_on),
        )
        .correlate_except(Review)
    )
    live = or_(Plan.ends_on.is_(None), Plan.ends_on >= Plan.review_due_on)
    due = select(func.min(Plan.review_due_on)).where(
        Plan.child_id == Case.child_id, ~Plan.void, Plan.names_service, live, ~reviewed
    )
    return due.correlate(Case).scalar_subquery()


def of_case(case_id: Column) -> dict[str, Filter]:
    """Return the filters for parts of a case, which is joined: staff and team lead it now.

    The school is the one that the child goes to now.
    """
    at_school = by_school(Child.school_id)

    def where(values: Sequence[str]) -> ColumnElement[bool]:
        return Case.child_id.in_(select(Child.id).where(at_school.where(values)))

    return {
        "case": equal(case_id, Identifier),
        "child": by_child(Case.child_id),
        "staff": by_staff(Case.staff_id),
        "team": by_team(Case.team_id),
        "school": Filter(at_school.type, where, at_school.means),
    }


def of_cases(child_id: Column) -> dict[str, Filter]:
    """Return the filters for what is of the children of a case, or of whom a teacher or team has.

    The teacher is who leads now, of a case that has ended who led it last.
    """
    return {
        "case": _of_cases(child_id, equal(Case.id, Identifier)),
        "staff": _of_cases(child_id, by_staff(Case.staff_id)),
        "team": _of_cases(child_id, by_team(Case.team_id)),
    }


def _of_cases(child_id: Column, of: Filter) -> Filter:
    def where(values: Sequence[str]) -> ColumnElement[bool]:
        children = select(Case.child_id).where(~Case.void, of.where(values))
        found: ColumnElement[bool] = child_id.in_(children)
        return found

    return Filter(of.type, where, of.means)
