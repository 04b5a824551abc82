"""Who held a case on a day, and in what: what commands and queries both ask."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, literal, select, union_all

from libs.common.persistence.uow import ReadTransaction
from services.referral.cases.domain import (
    Case,
    CaseHolder,
    Review,
    RiskAssessment,
    Under,
    VisitWeek,
    holder_on,
)
from services.referral.children.queries import plan_on
from services.referral.staff.domain import StaffContract, StaffMember, holding

WEEK = timedelta(days=6)


async def lead_on(read: ReadTransaction, case: Case, day: date) -> UUID:
    """Return who leads a case on a day; only of one before the last change are the spans asked."""
    if day >= case.allocated_on:
        return case.staff_id
    return holder_on(await read.all(CaseHolder, case_id=case.id), day).staff_id


def day_of_week(case: Case, week_beginning: date) -> date:
    """Return the day whose teacher a school week is: its Monday, or the first day of support."""
    return max(week_beginning, case.started_on)


async def team_on(read: ReadTransaction, staff: StaffMember, day: date) -> UUID | None:
    """Return the team of a member of staff on a day, by the contract of then.

    Before the first it is the latest contract's.
    """
    if day >= staff.contract_on:
        return staff.team_id
    held = holding(await read.all(StaffContract, staff_id=staff.id), day)
    return held.team_id if held else staff.team_id


async def plan_reviewed(read: ReadTransaction, case: Case, held_on: date) -> Under | None:
    """Return the plan in force on the day of a review that named the service then."""
    then = await plan_on(read, case.child_id, held_on)
    return None if then is None else Under(then.plan.id, then.terms.plan_type)


async def holders_on(
    read: ReadTransaction, cases: Sequence[Case], day: date
) -> Mapping[UUID, Case | CaseHolder]:
    """Return who leads each case on a day: the case says who does since its last change."""
    held: dict[UUID, Case | CaseHolder] = {case.id: case for case in cases}
    earlier = [case.id for case in cases if day < case.allocated_on]
    await read.rows.load(CaseHolder, ("case_id",), [(id_,) for id_ in earlier], None)
    for id_ in earlier:
        held[id_] = holder_on(await read.all(CaseHolder, case_id=id_), day)
    return held


async def extent(read: ReadTransaction, case_id: UUID) -> dict[str, tuple[date, date]]:
    """Return the first and last day on which something of each kind is recorded of a case.

    Of visits it is the last day of the first week, and the first day of the last.
    """
    asked = [
        select(literal(what), func.min(day), func.max(day)).where(
            kind.case_id == case_id, ~kind.void
        )
        for what, kind, day in (
            ("visits", VisitWeek, VisitWeek.week_beginning),
            ("a review", Review, Review.held_on),
            ("a judgement of risk", RiskAssessment, RiskAssessment.assessed_on),
        )
    ]
    found = (await read.connection.execute(union_all(*asked))).all()
    days = {what: (first, last) for what, first, last in found if first is not None}
    if "visits" in days:
        first, last = days["visits"]
        days["visits"] = (first + WEEK, last)
    return days
