"""What cases rest on, put right: a child's plans and schools, and who was in post.

Each is put right by its own thing, which knows no case; here the cases follow, or it is refused.
"""

from collections.abc import Awaitable, Callable, Iterable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.imports import CommandOutcome
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.commands.following import (
    TOLD_LATER,
    as_told,
    follow_child,
    follow_contracts,
)
from services.referral.cases.domain import Case, CaseColleague, CaseHolder
from services.referral.children.domain import Plan
from services.referral.children.queries import plan_on
from services.referral.staff.commands import RecordStaffMember, record_staff_member
from services.referral.staff.domain import StaffMember

R = TypeVar("R")
PutRight = Callable[..., Awaitable[R]]


class PlanInUse(Conflict):
    """A case begins under a plan that names the service: one of its first day stays."""

    detail = "A case began under this plan, and no other names the service on its first day."


def followed_by_cases(command: PutRight[R]) -> PutRight[R]:
    """Return a command on a child or plan after which the child's cases are as they then began.

    Referrals and reviews are of the school and plan of their days too, and their events tell it
    anew. Raises PlanInUse where a case would begin under no plan.
    """

    @wraps(command)
    async def followed(uow: UnitOfWork, id_: UUID, why: Correction | Withdrawal, version: int) -> R:
        plans = await uow.all(Plan, id=id_, unseen=True)
        child_id = plans[0].child_id if plans else id_
        was = await as_told(uow, child_id)
        record = await command(uow, id_, why, version)
        for plan in plans:
            await _refuse_in_use(uow, plan)
        await follow_child(uow, child_id, was, (why.reason, why.note))
        return record

    return followed


async def _refuse_in_use(uow: UnitOfWork, plan: Plan) -> None:
    for case in await uow.all(Case, child_id=plan.child_id, unseen=True):
        day = case.started_on
        if case.void or case.plan_id != plan.id or await plan_on(uow, case.child_id, day):
            continue
        rests = f"Case {case.id} began on {day} under this plan. Put its first day right first."
        uow.rows.undo()  # it is refused as the plan was
        raise PlanInUse(errors=[ValidationError("in-use", rests)])


def followed_by_teams(command: PutRight[StaffMember]) -> PutRight[StaffMember]:
    """Return a command on a contract after which what somebody leads is of their team of then."""

    @wraps(command)
    async def followed(uow: UnitOfWork, *given: Any) -> StaffMember:
        member = await command(uow, *given)
        *_, why, _version = given
        await follow_contracts(uow, member, (why.reason, why.note))
        return member

    return followed


def while_in_post(pointer: str) -> Callable[[PutRight[StaffMember]], PutRight[StaffMember]]:
    """Return what refuses a command that leaves somebody with a case from a day out of post.

    ``pointer`` is the day that it puts right.
    """

    def checking(command: PutRight[StaffMember]) -> PutRight[StaffMember]:
        @wraps(command)
        async def checked(*given: Any) -> StaffMember:
            member = await command(*given)
            await _check_in_post(given[0], member, pointer)
            return member

        return checked

    return checking


async def push_staff_member(
    uow: UnitOfWork, reference: str, command: RecordStaffMember
) -> tuple[StaffMember, CommandOutcome]:
    """Record a member of staff, who may not have left before the day of a case of theirs."""
    member, done = await record_staff_member(uow, reference, command)
    if command.said("left_on"):
        await _check_in_post(uow, member, "/left_on")
    if done.outcome == "updated" and command.said("team_code"):
        await follow_contracts(uow, member, TOLD_LATER)
    return member, done


async def _check_in_post(uow: UnitOfWork, member: StaffMember, pointer: str) -> None:
    errors = [
        ValidationError("case-held", f"Case {case_id} is theirs from {day} on.", pointer)
        for case_id, day in await _taken_on(uow, member)
        if not member.in_post(day)
    ]
    if errors:
        raise Rejected(errors=errors)


async def _taken_on(uow: UnitOfWork, member: StaffMember) -> Iterable[Any]:
    """Return the cases that somebody leads or works on, and from which day on."""
    queries = [
        select(kind.case_id, kind.from_on).where(kind.staff_id == member.id, ~kind.void)
        for kind in (CaseHolder, CaseColleague)
    ]
    return [row for query in queries for row in await uow.connection.execute(query)]
