"""Appointments, contracts and leavings put right: corrected, or void."""

from datetime import date
from uuid import UUID

from libs.common.contracts.referral import Post
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.days import CareerDay
from libs.common.core.errors import Conflict, ValidationError
from libs.common.core.fields import Code
from libs.common.persistence.recorded import refuse_ahead
from libs.common.persistence.uow import UnitOfWork
from services.referral.staff.commands.members import (
    Fte,
    fte_hundredths,
    kept,
    refuse_contract_after,
    team_under,
)
from services.referral.staff.commands.spans import refuse_in_between, replace
from services.referral.staff.domain import (
    Contract,
    StaffContract,
    StaffMember,
    begun_on,
    standing,
)


class OnlyContract(Conflict):
    """Who is on record has a contract."""

    detail = "This is the only contract on record. Correct it instead."


class CorrectContract(Correction):
    """A contract as it should have been; the first begins with the appointment."""

    team_code: Code | None = None
    fte: Fte
    from_on: CareerDay


class CorrectAppointment(Correction):
    """An appointment as it should have been; the first contract moves with its day."""

    post: Post
    appointed_on: CareerDay


class CorrectLeaving(Correction):
    """The last day in post, as it should have been."""

    left_on: CareerDay


async def correct_contract(
    uow: UnitOfWork, id_: UUID, from_on: date, command: CorrectContract, version: int
) -> StaffMember:
    """Put a contract right, the first among them. A change of contract is recorded by PUT."""
    refuse_ahead(uow, command)
    member = await uow.get(StaffMember, id_, version=version)
    contracts = await uow.all(StaffContract, staff_id=member.id)
    old = begun_on(contracts, from_on)
    moved = command.from_on != from_on
    if moved and from_on == member.appointed_on:
        first = "The first contract begins with the appointment. Correct that day."
        uow.faults.add([ValidationError("first-contract", first, "/from_on")])
    with uow.faults:
        member.check_contract_day(command.from_on, "/from_on")
    team_id = await team_under(uow, command.team_code)
    contract = Contract(team_id, fte_hundredths(command.fte))
    if moved or contract != old.contract:
        _put(uow, member, contracts, (old, kept(member, contract, command.from_on)), command)
    return member


def _put(
    uow: UnitOfWork,
    member: StaffMember,
    contracts: list[StaffContract],
    places: tuple[StaffContract, StaffContract],
    why: Correction,
) -> None:
    old, new = places
    formerly_on = old.from_on
    put = replace(uow, contracts, old, new, (why.reason, why.note))
    member.hold([*contracts, put])
    uow.explain(member, why.reason, why.note)
    event = member.correct_contract(put.contract, put.from_on, formerly_on, why.reason)
    uow.emit(member, event)


async def void_contract(
    uow: UnitOfWork, id_: UUID, from_on: date, command: Withdrawal, version: int
) -> StaffMember:
    """Void a contract: the one before it goes on, and before the first there is none."""
    member = await uow.get(StaffMember, id_, version=version)
    contracts = await uow.all(StaffContract, staff_id=member.id)
    old = begun_on(contracts, from_on)
    if len(standing(contracts)) == 1:
        raise OnlyContract
    old.void = True
    uow.explain(old, command.reason, command.note)
    member.hold(contracts)
    uow.explain(member, command.reason, command.note)
    uow.emit(member, member.void_contract(from_on, command.reason))
    return member


async def correct_appointment(
    uow: UnitOfWork, id_: UUID, command: CorrectAppointment, version: int
) -> StaffMember:
    """Put the post or the first day right; the first contract begins with it."""
    refuse_ahead(uow, command)
    member = await uow.get(StaffMember, id_, version=version)
    was = member.appointed_on
    if (was, member.post) == (command.appointed_on, command.post):
        return member
    contracts = await uow.all(StaffContract, staff_id=member.id)
    refuse_in_between(contracts, was, command.appointed_on, "/appointed_on")
    uow.explain(member, command.reason, command.note)
    event = member.correct_appointment(command.post, command.appointed_on, command.reason)
    uow.emit(member, event)
    first = next((one for one in standing(contracts) if one.from_on == was), None)
    if first is not None and command.appointed_on != was:
        new = kept(member, first.contract, command.appointed_on, assumed=first.assumed)
        _put(uow, member, contracts, (first, new), command)
    return member


async def correct_leaving(
    uow: UnitOfWork, id_: UUID, command: CorrectLeaving, version: int
) -> StaffMember:
    """Put the last day in post right."""
    refuse_ahead(uow, command)
    member = await uow.get(StaffMember, id_, version=version)
    if member.left_on != command.left_on:
        await refuse_contract_after(uow, member, command.left_on)
        uow.explain(member, command.reason, command.note)
        uow.emit(member, member.correct_leaving(command.left_on, command.reason))
    return member


async def void_leaving(
    uow: UnitOfWork, id_: UUID, command: Withdrawal, version: int
) -> StaffMember:
    """Void a leaving: the member of staff is still in post."""
    member = await uow.get(StaffMember, id_, version=version)
    uow.explain(member, command.reason, command.note)
    uow.emit(member, member.void_leaving(command.reason))
    return member
