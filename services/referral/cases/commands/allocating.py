"""Who teaches a child from which day: transfers, and what was recorded wrongly of them."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, NamedTuple
from uuid import UUID

from libs.common.contracts.referral import (
    AllocationCorrected,
    AllocationVoided,
    ReviewCorrected,
    VisitsCorrected,
)
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.days import PlannedDay
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.core.fields import Identifier, Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import AlreadyRecorded, refuse_ahead, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.commands.rows import already_there, explain, stand, that_stands
from services.referral.cases.domain import (
    Case,
    CaseHolder,
    Review,
    Under,
    VisitWeek,
    holder_on,
    standing,
)
from services.referral.cases.holding import day_of_week, plan_reviewed, team_on
from services.referral.cases.keys import CaseOn
from services.referral.children.keys import ChildKey
from services.referral.staff.domain import StaffMember
from services.referral.staff.keys import StaffId

LATER = "allocated-later"
"""Why what is on record is another teacher's, when a transfer is told after it."""


class FirstAllocation(Conflict):
    """A case has a teacher from its first day on."""

    detail = "This is the first teacher of the case. Correct who it was, or withdraw the case."


class AllocateTeacher(Strict):
    """Give a case to a teacher from a day on."""

    staff_id: StaffId
    allocated_on: PlannedDay


class AllocationRow(AllocateTeacher):
    """An allocation as one row of an import."""

    case_id: Annotated[Identifier, CaseOn("child", ChildKey, on="allocated_on")]


class CorrectAllocation(Correction):
    """Another teacher, or another first day of theirs, in place of what is on record."""

    staff_id: StaffId
    allocated_on: PlannedDay


async def allocate_teacher(
    uow: UnitOfWork, case_id: UUID, command: AllocateTeacher, version: int | None = None
) -> tuple[Case, CommandOutcome]:
    """Transfer a case to a teacher from a day on, in any order of days; the same changes nothing.

    What is on record of the days since, up to the next transfer, becomes theirs.
    """
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    holders = await uow.all(CaseHolder, case_id=case.id)
    if known := _from(holders, command.allocated_on):
        refuse_other(AlreadyRecorded, {"staff_id": (known.staff_id, command.staff_id)})
        return case, CommandOutcome("unchanged", case.id)
    holder = await _holder(uow, case, command)
    event = case.allocate(holder)
    taught = await _taught(uow, case, holders)
    holder = stand(uow, holders, holder)
    uow.emit(case, event)
    _settle(uow, case, [*holders, holder], taught, LATER)
    return case, CommandOutcome("updated", case.id)


async def correct_allocation(
    uow: UnitOfWork, case_id: UUID, from_on: date, command: CorrectAllocation, version: int
) -> tuple[Case, CommandOutcome]:
    """Put right who took a case over, or from which day; the case's first day stays the first."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    holders = await uow.all(CaseHolder, case_id=case.id)
    old = that_stands(_from(holders, from_on), "allocation")
    if (old.staff_id, old.from_on) == (command.staff_id, command.allocated_on):
        return case, CommandOutcome("unchanged", case.id)
    moved = command.allocated_on != from_on
    with uow.faults:
        _check_move(case, holders, old, command.allocated_on)
    new = await _holder(uow, case, command)
    given = dict(case.allocate(new))
    taught = await _taught(uow, case, holders)
    old.void = moved
    kept = stand(uow, holders, new)
    formerly = from_on if moved else None
    uow.emit(case, AllocationCorrected(**given, formerly_on=formerly, reason=command.reason))
    explain(uow, command, old, kept)
    _settle(uow, case, [*holders, kept], taught, command.reason)
    return case, CommandOutcome("updated", case.id)


async def void_allocation(
    uow: UnitOfWork, case_id: UUID, from_on: date, command: Withdrawal, version: int
) -> tuple[Case, CommandOutcome]:
    """Withdraw a transfer that was recorded by mistake: the teacher before went on."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    holders = await uow.all(CaseHolder, case_id=case.id)
    old = that_stands(_from(holders, from_on), "allocation")
    if old is standing(holders)[0]:
        raise FirstAllocation
    taught = await _taught(uow, case, holders)
    old.void = True
    uow.emit(case, AllocationVoided(**case.named, allocated_on=from_on, reason=command.reason))
    explain(uow, command, old)
    _settle(uow, case, holders, taught, command.reason)
    return case, CommandOutcome("updated", case.id)


def _from(holders: Sequence[CaseHolder], day: date) -> CaseHolder | None:
    return next((one for one in standing(holders) if one.from_on == day), None)


async def _holder(
    uow: UnitOfWork, case: Case, command: AllocateTeacher | CorrectAllocation
) -> CaseHolder:
    """Return who is to lead from that day on, with their team of then."""
    staff = await uow.get(StaffMember, command.staff_id)
    with uow.faults:
        staff.check_in_post(command.allocated_on)
    team_id = await team_on(uow, staff, command.allocated_on)
    return CaseHolder(
        case_id=case.id, from_on=command.allocated_on, staff_id=staff.id, team_id=team_id
    )


def _check_move(
    case: Case, holders: Sequence[CaseHolder], old: CaseHolder, allocated_on: date
) -> None:
    """Refuse to move the first teacher's first day alone, or one onto another's."""
    if allocated_on == old.from_on:
        return
    if old is standing(holders)[0]:
        first = f"The first teacher's first day is the first day of support, {case.started_on}."
        raise Rejected(errors=[ValidationError("first-day", first, "/allocated_on")])
    if _from(holders, allocated_on):
        raise already_there("/allocated_on")


class Taught(NamedTuple):
    """What is on record of a case that is a teacher's: of which day, and whose it was.

    Of a review also of which plan it is.
    """

    record: VisitWeek | Review
    day: date
    staff_id: UUID
    under: Under | None = None


async def _taught(uow: UnitOfWork, case: Case, holders: Sequence[CaseHolder]) -> list[Taught]:
    """Return whose each school week and recommendation is, before that changes."""
    weeks = [one for one in await uow.all(VisitWeek, case_id=case.id) if not one.void]
    reviews = [one for one in await uow.all(Review, case_id=case.id) if not one.void]
    days = [(week, day_of_week(case, week.week_beginning)) for week in weeks]
    taught = [Taught(week, day, holder_on(holders, day).staff_id) for week, day in days]
    for review in reviews:
        by = holder_on(holders, review.recommended_on).staff_id
        under = await plan_reviewed(uow, case, review.held_on)
        taught.append(Taught(review, review.recommended_on, by, under))
    return taught


def _settle(
    uow: UnitOfWork, case: Case, holders: Sequence[CaseHolder], taught: list[Taught], reason: str
) -> None:
    """Keep who leads now, and tell of every record that is another teacher's than before."""
    case.follow(holders)
    for record, day, was, under in taught:
        staff_id = holder_on(holders, day).staff_id
        if staff_id == was:
            continue
        if isinstance(record, VisitWeek):
            visits = dict(case.record_visits(record, staff_id))
            uow.emit(case, VisitsCorrected(**visits, formerly_on=None, reason=reason))
        elif record.recommended_by == was:
            record.recommended_by = staff_id
            uow.emit(case, ReviewCorrected(**dict(case.review(record, under)), reason=reason))
