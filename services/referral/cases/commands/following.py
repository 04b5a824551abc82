"""What is of a day follows what is told of that day later: a school, a plan, a teacher's team.

So it makes no difference which of the two is typed in first.
"""

from collections.abc import Sequence
from uuid import UUID

from libs.common.contracts.base import Event
from libs.common.contracts.referral import AllocationCorrected, ColleagueAllocated
from libs.common.imports import CommandOutcome
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.domain import Case, CaseColleague, CaseHolder
from services.referral.cases.holding import team_on
from services.referral.children.commands import RecordChild, record_child
from services.referral.children.domain import Child
from services.referral.children.queries import plan_on, school_on
from services.referral.referrals.domain import Referral
from services.referral.staff.domain import StaffMember

TOLD_LATER = "told-later"
"""Why what is on record is otherwise, when something of its day is told after it."""


async def push_child(
    uow: UnitOfWork, scheme: str, reference: str, command: RecordChild
) -> tuple[Child, CommandOutcome]:
    """Record a child; what was asked for and begun on the days that are told is as they say."""
    known = await uow.find(Child, lock="update", scheme=scheme, reference=reference)
    asked = [] if known is None else await uow.all(Referral, child_id=known.id, unseen=True)
    stood = [one for one in asked if not one.void]
    went = [await school_on(uow, one.child_id, one.submitted_on) for one in stood]
    child, done = await record_child(uow, scheme, reference, command)
    if known is not None and done.outcome != "unchanged":
        await _ask_again(uow, stood, went)
        await _begin_again(uow, child)
    return child, done


async def _ask_again(uow: UnitOfWork, stood: Sequence[Referral], went: Sequence[UUID]) -> None:
    """Have each referral be of the school of its day, unless somebody said that it is another's."""
    for referral, was in zip(stood, went, strict=True):
        school_id = await school_on(uow, referral.child_id, referral.submitted_on)
        if referral.school_id == was != school_id:
            uow.explain(referral, TOLD_LATER)
            uow.emit(referral, referral.follow(school_id, TOLD_LATER))


async def _begin_again(uow: UnitOfWork, child: Child) -> None:
    """Have each case have begun at the school and under the plan of its first day.

    Where no plan of that day is left, it keeps the one it has: a push is not refused for that.
    """
    for case in await uow.all(Case, child_id=child.id, unseen=True):
        if case.void:
            continue
        then = await plan_on(uow, child.id, case.started_on)
        plan = (case.plan_id, case.plan_type)
        told = plan if then is None else (then.plan.id, then.terms.plan_type)
        school_id = await school_on(uow, child.id, case.started_on)
        if (case.school_id, *plan) != (school_id, *told):
            case.school_id, (case.plan_id, case.plan_type) = school_id, told
            uow.explain(case, TOLD_LATER)
            uow.emit(case, case.correct_start(case.started_on, TOLD_LATER))


async def follow_contracts(uow: UnitOfWork, member: StaffMember, reason: str = TOLD_LATER) -> None:
    """Have whatever somebody leads or works on be of their team of the day they began with it."""
    spans: list[CaseHolder | CaseColleague] = [
        *await uow.all(CaseHolder, staff_id=member.id),
        *await uow.all(CaseColleague, staff_id=member.id),
    ]
    for span in spans:
        team_id = await team_on(uow, member, span.from_on)
        if span.void or span.team_id == team_id:
            continue
        span.team_id = team_id
        [case] = await uow.all(Case, id=span.case_id, unseen=True)
        case.follow(await uow.all(CaseHolder, case_id=case.id))
        uow.explain(span, reason)
        uow.emit(case, _of_team(case, span, reason))


def _of_team(case: Case, span: CaseHolder | CaseColleague, reason: str) -> Event:
    of = {**case.named, "staff_id": span.staff_id, "team_id": span.team_id}
    if isinstance(span, CaseColleague):
        return ColleagueAllocated(**of, from_on=span.from_on, until_on=span.until_on)
    return AllocationCorrected(**of, allocated_on=span.from_on, formerly_on=None, reason=reason)
