"""Which open cases will be left without a plan that names the service: a term before, and since."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, String, and_, case, exists, literal, null, or_

from libs.common.core.clock import AcademicYear
from libs.common.core.fields import Day
from libs.common.core.terms import terms_of
from libs.common.reading import Filter
from services.referral.cases.codes import PlanPrompt
from services.referral.cases.domain import Case
from services.referral.cases.queries import in_state
from services.referral.children.domain import Child, Plan
from services.referral.children.plan_types import plan_types


def end_of_next_term(day: date) -> date:
    """Return the last day of the term after the one that a day is in."""
    year = AcademicYear.of(day)
    following = AcademicYear(year.start + 1)
    terms = (*terms_of(year), terms_of(following)[0])
    return next(last for first, last in terms if first > day)


def named_on(day: date) -> ColumnElement[bool]:
    """Return the condition that a plan of the case's child names the service on a day.

    It goes by what was told last, also of days to come.
    """
    at_reception = Plan.plan_type.in_(_ending_at_reception())
    ends = case(
        (Plan.ends_on.is_not(None), Plan.ends_on >= day),
        (at_reception, _in_nursery(day)),
        else_=literal(value=True),
    )
    return _a_plan(Plan.starts_on <= day, ends)


def prompt(today: date) -> ColumnElement[PlanPrompt | None]:
    """Return why an open case needs a plan that follows, or an end; null while it does not."""
    unended = _a_plan(Plan.plan_type.in_(_ending_at_reception()), Plan.ends_on.is_(None))
    why: ColumnElement[PlanPrompt | None] = case(
        (~in_state(("active", "paused")), null()),
        (named_on(end_of_next_term(today)), null()),
        (unended, literal("reception", String)),
        (named_on(today), literal("plan-ends", String)),
        else_=literal("no-plan", String),
    )
    return why


UNNAMED_ON: Final = Filter(
    Day,
    lambda day: ~named_on(day),
    "Whose child has no plan on this day that names the service, as is known now. A plan of a"
    " type that ends at reception is taken to end with the nursery years.",
)


def _a_plan(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that the case's child has such a plan, which names the service."""
    found = exists().where(
        Plan.child_id == Case.child_id,
        Child.id == Plan.child_id,
        ~Plan.void,
        Plan.names_service,
        *conditions,
    )
    return found.correlate_except(Plan, Child)


def _in_nursery(day: date) -> ColumnElement[bool]:
    """Return the condition that a child is in a nursery year on a day, by the year told last."""
    begins = AcademicYear.of(day).first_day
    before = AcademicYear.of(begins - timedelta(days=1)).first_day
    told = Child.characteristics_on
    last = and_(Child.year_group == "N2", told >= begins)
    return or_(last, and_(Child.year_group == "N1", told >= before))


def _ending_at_reception() -> list[str]:
    return [one.code for one in plan_types().values() if one.ends_at_reception]
