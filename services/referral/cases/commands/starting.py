"""A case opened, its first day put right, and one that was opened by mistake withdrawn."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from libs.common.contracts.referral import AllocationCorrected, AllocationVoided
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.days import PlannedDay
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.core.fields import Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import AlreadyRecorded, refuse_ahead, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.commands.rows import explain, stand
from services.referral.cases.domain import Case, CaseColleague, CaseHolder, Pause, standing
from services.referral.cases.holding import extent, lead_on, team_on
from services.referral.children.queries import PlanThen, plan_on, school_on
from services.referral.duplicates.queries import other_records
from services.referral.referrals.domain import Referral
from services.referral.referrals.keys import ReferralId
from services.referral.staff.domain import StaffMember
from services.referral.staff.keys import StaffId

AT: Final = "/started_on"
ANOTHER: Final = "another teacher"


class SupportNotAgreed(Conflict):
    """A case opens on a referral that the Head of Service agreed."""

    at = "referral_id"
    detail = "The Head of Service has not agreed this referral."


class AlreadySupported(Conflict):
    """A child has one open case at most, and no two of one day."""

    detail = "The child has another case on a day of this one."


class CaseInUse(Conflict):
    """A case that something is recorded of was not opened by mistake, or not by mistake alone."""

    detail = "Something is recorded of this case. Withdraw that first."


class StartSupport(Strict):
    """Open a case on an agreed referral, with its teacher, from a day on."""

    referral_id: ReferralId
    staff_id: StaffId
    started_on: PlannedDay


class CorrectStart(Correction):
    """Another first day in place of the one on record; the first teacher's goes with it."""

    started_on: PlannedDay


async def start_support(uow: UnitOfWork, command: StartSupport) -> tuple[Case, CommandOutcome]:
    """Open a case; the same again changes nothing. A child has one open case at most."""
    refuse_ahead(uow, command)
    referral = await uow.get(Referral, command.referral_id)
    cases = await uow.all(Case, child_id=referral.child_id, unseen=True)
    known = next((one for one in cases if one.referral_id == referral.id), None)
    if known is not None and not known.void:
        first = await lead_on(uow, known, known.started_on)
        fields = {"started_on": (known.started_on, command.started_on)}
        refuse_other(AlreadyRecorded, fields | {"staff_id": (first, command.staff_id)})
        return known, CommandOutcome("unchanged", known.id)
    for record in await other_records(uow, referral.child_id):
        cases += await uow.all(Case, child_id=record, unseen=True)
    staff = await uow.get(StaffMember, command.staff_id)
    with uow.faults:
        check_alone(cases, known, command.started_on, None)
    with uow.faults:
        _check_agreed(referral, command.started_on)
    with uow.faults:
        staff.check_in_post(command.started_on)
    then = await _plan(uow, referral.child_id, command.started_on)
    uow.faults.refuse()
    case = Case(
        id=known.id if known else uuid4(),
        child_id=referral.child_id,
        referral_id=referral.id,
        school_id=await school_on(uow, referral.child_id, command.started_on),
        plan_id=then.plan.id,
        plan_type=then.terms.plan_type,
        staff_id=staff.id,
        team_id=await team_on(uow, staff, command.started_on),
        allocated_on=command.started_on,
        started_on=command.started_on,
    )
    return await _opened(uow, case, known), CommandOutcome("created", case.id)


async def _opened(uow: UnitOfWork, new: Case, known: Case | None) -> Case:
    """Keep a case with its first teacher; one that was withdrawn is opened again."""
    case = uow.add(new) if known is None else known.renew(new)
    former = await uow.all(CaseHolder, case_id=case.id)
    first = CaseHolder(
        case_id=case.id, from_on=case.started_on, staff_id=case.staff_id, team_id=case.team_id
    )
    uow.emit(case, case.start())
    uow.emit(case, case.allocate(stand(uow, former, first)))
    return case


def check_alone(
    cases: Iterable[Case], case: Case | None, started_on: date, ended_on: date | None
) -> None:
    """Refuse a case on any day of another's of the same child; an open one goes on for ever."""
    others = [one for one in cases if one is not case and not one.void]
    for other in others:
        if started_on <= (other.ended_on or date.max) and other.started_on <= (
            ended_on or date.max
        ):
            _refuse_beside(other, started_on)


def _refuse_beside(other: Case, started_on: date) -> None:
    since = f"The child has another case, which began on {other.started_on}"
    if other.ended_on is None:
        open_ = ValidationError("already-supported", f"{since} and is open.", AT)
        raise AlreadySupported(detail="The child has an open case.", errors=[open_])
    until = f"{since} and ended on {other.ended_on}."
    if started_on > other.started_on:
        raise Rejected(errors=[ValidationError("before-end", until, AT)])
    raise AlreadySupported(errors=[ValidationError("already-supported", until, AT)])


def _check_agreed(referral: Referral, day: date) -> None:
    if referral.state != "agreed":
        raise SupportNotAgreed
    if referral.decided_on is not None and day < referral.decided_on:
        agreed = f"Support was agreed on {referral.decided_on}, and cannot start before that."
        raise Rejected(errors=[ValidationError("before-decision", agreed, AT)])


async def _plan(uow: UnitOfWork, child_id: UUID, day: date) -> PlanThen:
    then = await plan_on(uow, child_id, day)
    if then is None:
        none = "No active plan names the service on that day."
        raise Rejected(errors=[ValidationError("no-plan", none, AT)])
    return then


async def correct_start(
    uow: UnitOfWork, case_id: UUID, command: CorrectStart, version: int
) -> tuple[Case, CommandOutcome]:
    """Put the first day of support right, with the school, plan and first teacher of that day."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    was, day = case.started_on, command.started_on
    if was == day:
        return case, CommandOutcome("unchanged", case.id)
    [referral] = await uow.all(Referral, id=case.referral_id, unseen=True)
    cases = await uow.all(Case, child_id=case.child_id, unseen=True)
    holders = await uow.all(CaseHolder, case_id=case.id)
    [staff] = await uow.all(StaffMember, id=standing(holders)[0].staff_id, unseen=True)
    with uow.faults:
        check_alone(cases, case, day, case.ended_on)
    with uow.faults:
        _check_agreed(referral, day)
    with uow.faults:
        staff.check_in_post(day)
    await _check_recorded(uow, case, holders, day)
    then = await _plan(uow, case.child_id, day)
    case.started_on, case.plan_id, case.plan_type = day, then.plan.id, then.terms.plan_type
    case.school_id = await school_on(uow, case.child_id, day)
    uow.emit(case, case.correct_start(was, command.reason))
    await _move_first(uow, case, (holders, staff), command)
    explain(uow, command, case)
    return case, CommandOutcome("updated", case.id)


async def _move_first(
    uow: UnitOfWork,
    case: Case,
    held: tuple[Sequence[CaseHolder], StaffMember],
    command: CorrectStart,
) -> None:
    """Have the first teacher's first day be the case's."""
    holders, staff = held
    first = standing(holders)[0]
    new = CaseHolder(
        case_id=case.id,
        from_on=case.started_on,
        staff_id=staff.id,
        team_id=await team_on(uow, staff, case.started_on),
    )
    first.void = True
    moved = stand(uow, holders, new)
    case.follow([*holders, moved])
    given = dict(case.allocate(moved))
    event = AllocationCorrected(**given, formerly_on=first.from_on, reason=command.reason)
    explain(uow, command, first)
    uow.emit(case, event)


async def _check_recorded(
    uow: UnitOfWork, case: Case, holders: Sequence[CaseHolder], day: date
) -> None:
    """Refuse a first day after what is recorded of the case, or after its end."""
    days = await _recorded(uow, case, holders)
    if case.ended_on is not None:
        days["its end"] = case.ended_on
    errors = [
        ValidationError("after-recorded", f"Recorded before this day: {what} on {on}.", AT)
        for what, on in days.items()
        if on < day or (on == day and what == ANOTHER)
    ]
    uow.faults.add(errors)


async def _recorded(uow: UnitOfWork, case: Case, holders: Sequence[CaseHolder]) -> dict[str, date]:
    """Return the first day of each kind of thing that is recorded beside the first teacher."""
    pauses = await uow.all(Pause, case_id=case.id)
    colleagues = await uow.all(CaseColleague, case_id=case.id)
    spans = {
        "a pause": [one.paused_on for one in pauses if not one.void],
        ANOTHER: [one.from_on for one in standing(holders)[1:]],
        "a colleague": [one.from_on for one in colleagues if not one.void],
    }
    found = {what: first for what, (first, _) in (await extent(uow, case.id)).items()}
    return found | {what: min(days) for what, days in spans.items() if days}


async def void_case(
    uow: UnitOfWork, case_id: UUID, command: Withdrawal, version: int
) -> tuple[Case, CommandOutcome]:
    """Withdraw a case that was opened by mistake, of which nothing else is recorded."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    case.check("void")
    holders = standing(await uow.all(CaseHolder, case_id=case.id))
    if found := await _recorded(uow, case, holders):
        said = [
            ValidationError("in-use", f"Recorded: {what} on {on}.") for what, on in found.items()
        ]
        raise CaseInUse(errors=said)
    for holder in holders:
        holder.void = True
        was = holder.from_on
        uow.emit(case, AllocationVoided(**case.named, allocated_on=was, reason=command.reason))
    uow.emit(case, case.withdraw(command.reason))
    explain(uow, command, case)
    return case, CommandOutcome("updated", case.id)
