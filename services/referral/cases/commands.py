"""Cases: opened, allocated, paused, resumed, ended."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from libs.common.contracts.referral import EndReason
from libs.common.core.days import PlannedDay
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.core.fields import Identifier, Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import AlreadyRecorded, refuse_ahead, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.codes import PauseReason
from services.referral.cases.domain import Case, Review
from services.referral.children.domain import Child, Plan
from services.referral.referrals.domain import Referral
from services.referral.staff.domain import StaffMember

NO_LONGER_MET: Final = "criteria-no-longer-met"


class SupportNotAgreed(Conflict):
    """A case opens on a referral that the Head of Service agreed."""

    detail = "The Head of Service has not agreed this referral."


class NotDiscontinued(Conflict):
    """That criteria are no longer met is decided after a review (domain brief 1.2, R7 and R8)."""

    detail = "The Head of Service has not decided after a review to discontinue this support."


class StartSupport(Strict):
    """Open a case on an agreed referral, with its teacher, from a day on."""

    referral_id: Identifier
    staff_id: Identifier
    started_on: PlannedDay


class AllocateTeacher(Strict):
    """Give a case to a teacher from a day on."""

    staff_id: Identifier
    allocated_on: PlannedDay


class AllocationRow(AllocateTeacher):
    """An allocation as one row of an import."""

    case_id: Identifier


class PauseSupport(Strict):
    """Stop teaching for a while, for a coded reason."""

    paused_on: PlannedDay
    reason: PauseReason


class ResumeSupport(Strict):
    """Begin teaching again."""

    resumed_on: PlannedDay


class EndSupport(Strict):
    """Close a case with that day as the last, for a coded reason."""

    ended_on: PlannedDay
    reason: EndReason


class EndingRow(EndSupport):
    """An ending as one row of an import."""

    case_id: Identifier


async def start_support(uow: UnitOfWork, command: StartSupport) -> tuple[Case, CommandOutcome]:
    """Open a case; the same again changes nothing. A child has one open case at most."""
    refuse_ahead(uow, command)
    referral = await uow.get(Referral, command.referral_id)
    cases = await uow.all(Case, child_id=referral.child_id, unseen=True)
    case = next((one for one in cases if one.referral_id == referral.id), None)
    if case is not None:
        refuse_other(AlreadyRecorded, _differing(case, command))
        return case, CommandOutcome("unchanged", case.id)
    _check_start(referral, cases, command.started_on)
    plan = await _plan(uow, referral.child_id, command)
    staff = await uow.get(StaffMember, command.staff_id)
    staff.check_in_post(command.started_on)
    [child] = await uow.all(Child, id=referral.child_id, unseen=True)
    case = uow.add(
        Case(
            id=uuid4(),
            child_id=referral.child_id,
            referral_id=referral.id,
            school_id=child.school_id,
            plan_id=plan.id,
            plan_type=plan.plan_type,
            staff_id=staff.id,
            team_id=staff.team_id,
            allocated_on=command.started_on,
            started_on=command.started_on,
        )
    )
    uow.emit(case, case.start())
    uow.emit(case, case.allocate(staff.id, staff.team_id, command.started_on))
    return case, CommandOutcome("created", case.id)


def _differing(case: Case, command: StartSupport) -> dict[str, tuple[object, object]]:
    """Put what is on record beside what is given; the first teacher, while there is no other."""
    fields: dict[str, tuple[object, object]] = {"started_on": (case.started_on, command.started_on)}
    if case.allocated_on == case.started_on:
        fields["staff_id"] = (case.staff_id, command.staff_id)
    return fields


def _check_start(referral: Referral, cases: Sequence[Case], day: date) -> None:
    """Refuse support that was not agreed by that day, or a second case on any day of another's."""
    if any(case.ended_on is None for case in cases):
        raise Conflict(code="already-supported", detail="The child has an open case.")
    if referral.state != "agreed":
        raise SupportNotAgreed
    errors = []
    if referral.decided_on is not None and day < referral.decided_on:
        errors.append(
            ValidationError(
                "before-decision", "Support cannot start before it was agreed.", "/started_on"
            )
        )
    if any(case.ended_on is not None and day <= case.ended_on for case in cases):
        errors.append(
            ValidationError(
                "before-end",
                "Support cannot start before earlier support has ended.",
                "/started_on",
            )
        )
    if errors:
        raise Rejected(errors=errors)


async def _plan(uow: UnitOfWork, child_id: UUID, command: StartSupport) -> Plan:
    plans = await uow.all(Plan, child_id=child_id, unseen=True)
    for plan in sorted(plans, key=lambda plan: (plan.starts_on, plan.id)):
        if plan.names_service and plan.active_on(command.started_on):
            return plan
    raise Rejected(
        errors=[
            ValidationError(
                "no-plan", "No active plan names the service on that day.", "/started_on"
            )
        ]
    )


async def allocate_teacher(
    uow: UnitOfWork, case_id: UUID, command: AllocateTeacher, version: int | None = None
) -> tuple[Case, CommandOutcome]:
    """Allocate a teacher; the same again changes nothing."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    staff = await uow.get(StaffMember, command.staff_id)
    same = (case.staff_id, case.allocated_on) == (staff.id, command.allocated_on)
    if same or (version is None and command.allocated_on < case.allocated_on):
        return case, CommandOutcome("unchanged", case.id)  # on record, or from before what is
    staff.check_in_post(command.allocated_on)
    uow.emit(case, case.allocate(staff.id, staff.team_id, command.allocated_on))
    return case, CommandOutcome("updated", case.id)


async def pause_support(
    uow: UnitOfWork, case_id: UUID, command: PauseSupport, version: int
) -> Case:
    """Pause a case."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    uow.emit(case, case.pause(command.paused_on, command.reason))
    return case


async def resume_support(
    uow: UnitOfWork, case_id: UUID, command: ResumeSupport, version: int
) -> Case:
    """Resume a case."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    uow.emit(case, case.resume(command.resumed_on))
    return case


async def end_support(
    uow: UnitOfWork, case_id: UUID, command: EndSupport, version: int | None = None
) -> tuple[Case, CommandOutcome]:
    """End a case; the same again changes nothing."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    if (case.ended_on, case.end_reason) == (command.ended_on, command.reason):
        return case, CommandOutcome("unchanged", case.id)
    case.check_open()
    if command.reason == NO_LONGER_MET and not await _is_discontinued(uow, case.id):
        raise NotDiscontinued
    uow.emit(case, case.end(command.ended_on, command.reason))
    return case, CommandOutcome("updated", case.id)


async def _is_discontinued(uow: UnitOfWork, case_id: UUID) -> bool:
    reviews = await uow.all(Review, case_id=case_id)
    return any(review.decision == "discontinue" for review in reviews)
