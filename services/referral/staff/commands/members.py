"""Staff under the county's own references, so that once is enough, whatever order they come in."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Final
from uuid import UUID, uuid4

from pydantic import StringConstraints

from libs.common.contracts.referral import Post
from libs.common.core.days import CareerDay
from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Code, Needed, Reference, Strict, Text, form
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import AlreadyRecorded, left_out, refuse_ahead, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.referral.staff.commands.spans import keep
from services.referral.staff.domain import (
    Contract,
    StaffContract,
    StaffMember,
    Team,
    check_last_day,
    holding,
    standing,
)

# A part of full time as people write it: more than none, at most the whole, two places.
_FTE: Final = form(
    r"^(0\.(0[1-9]|[1-9][0-9]?)|1(\.00?)?)$", "a part of full time from 0.01 to 1, such as 0.6"
)
Fte = Annotated[str, StringConstraints(pattern=_FTE)]
NOT_SO = "did-not-happen"
"""Why a push that empties a day takes what was recorded of it back."""


class RecordStaffMember(Strict):
    """A member of staff under the county's reference: appointed, changed, or left.

    A changed team or part of full time needs ``effective_on``, the day from which it holds.
    """

    name: Needed[Text] = None
    post: Needed[Post] = None
    team_code: Code | None = None
    fte: Needed[Fte] = None
    appointed_on: Needed[CareerDay] = None
    left_on: CareerDay | None = None
    effective_on: CareerDay | None = None


class StaffRow(RecordStaffMember):
    """A member of staff as one row of an import."""

    reference: Reference


async def record_staff_member(
    uow: UnitOfWork, reference: str, command: RecordStaffMember
) -> tuple[StaffMember, CommandOutcome]:
    """Record a member of staff; the same again changes nothing, and what is left out says nothing.

    Contracts may come in any order: each holds from its day until the next.
    """
    member = await uow.find(StaffMember, reference=reference)
    team_id = await team_under(uow, command.team_code)
    _check(uow, member, command)
    before = uow.emitted
    created = member is None
    if member is None:
        member = _appoint(uow, reference, command, team_id)
    else:
        _check_same(member, command)
        await _change_contract(uow, member, team_id, command)
    await _leave(uow, member, command)
    renamed = command.name not in {None, member.name}
    member.name = command.name or member.name
    changed = renamed or uow.emitted > before
    return member, CommandOutcome(
        "created" if created else "updated" if changed else "unchanged", member.id
    )


def _check(uow: UnitOfWork, member: StaffMember | None, command: RecordStaffMember) -> None:
    """Find days that cannot be, and what a new record lacks."""
    refuse_ahead(uow, command)
    if member is None:
        uow.faults.add(left_out(command))
    began, on = member.appointed_on if member else command.appointed_on, command.left_on
    if on is not None and began is not None:
        with uow.faults:
            check_last_day(began, on)
    if member is None:
        uow.faults.refuse()


def _appoint(
    uow: UnitOfWork, reference: str, command: RecordStaffMember, team_id: UUID | None
) -> StaffMember:
    """Appoint somebody; a contract of a later day, told of first, is taken for the first too."""
    assert command.name is not None
    assert command.post is not None
    assert command.fte is not None
    assert command.appointed_on is not None
    contract = Contract(team_id, fte_hundredths(command.fte))
    member = uow.add(
        StaffMember(
            id=uuid4(),
            reference=reference,
            name=command.name,
            post=command.post,
            team_id=contract.team_id,
            fte_hundredths=contract.fte_hundredths,
            appointed_on=command.appointed_on,
            contract_on=command.appointed_on,
        )
    )
    uow.emit(member, member.appoint(command.post))
    later = command.effective_on
    uow.add(
        kept(
            member, contract, command.appointed_on, assumed=later not in {None, member.appointed_on}
        )
    )
    if later not in {None, member.appointed_on}:
        assert later is not None
        uow.emit(member, member.change_contract(contract, later))
        uow.add(kept(member, contract, later))
        member.contract_on = later
    return member


def _check_same(member: StaffMember, command: RecordStaffMember) -> None:
    said = {name: getattr(command, name) for name in ("post", "appointed_on") if command.said(name)}
    refuse_other(
        AlreadyRecorded, {name: (getattr(member, name), value) for name, value in said.items()}
    )


def fte_hundredths(fte: str) -> int:
    """Return a part of full time in whole hundredths."""
    return int(Decimal(fte) * 100)


async def _change_contract(
    uow: UnitOfWork, member: StaffMember, team_id: UUID | None, command: RecordStaffMember
) -> None:
    """Change a contract from its first day on, unless that is on record already."""
    if not (command.said("team_code") or command.said("fte")):
        return
    day = command.effective_on or member.appointed_on
    contracts = await uow.all(StaffContract, staff_id=member.id)
    was = holding(contracts, day)
    before = was.contract if was else Contract(member.team_id, member.fte_hundredths)
    contract = Contract(
        team_id if command.said("team_code") else before.team_id,
        fte_hundredths(command.fte) if command.fte else before.fte_hundredths,
    )
    told = was is not None and was.from_on == day and not was.assumed
    if told and contract == before:
        return
    if told and command.effective_on is not None:
        refuse_other(AlreadyRecorded, _differing(command, before, contract))
    if command.effective_on is None:
        needed = "A changed contract needs the day from which it holds."
        raise Rejected(errors=[ValidationError("required", needed, "/effective_on")])
    uow.emit(member, member.change_contract(contract, day))
    new = keep(uow, contracts, kept(member, contract, day))
    member.hold([*contracts, new])


def _differing(
    command: RecordStaffMember, before: Contract, contract: Contract
) -> dict[str, tuple[object, object]]:
    fields: dict[str, tuple[object, object]] = {
        "team_code": (before.team_id, contract.team_id),
        "fte": (before.fte_hundredths, contract.fte_hundredths),
    }
    return {name: pair for name, pair in fields.items() if command.said(name)}


def kept(
    member: StaffMember, contract: Contract, day: date, *, assumed: bool = False
) -> StaffContract:
    """Return a contract as it is kept."""
    return StaffContract(
        staff_id=member.id,
        from_on=day,
        team_id=contract.team_id,
        fte_hundredths=contract.fte_hundredths,
        assumed=assumed,
    )


async def _leave(uow: UnitOfWork, member: StaffMember, command: RecordStaffMember) -> None:
    if not command.said("left_on") or command.left_on == member.left_on:
        return
    if command.left_on is None:
        uow.explain(member, NOT_SO)
        uow.emit(member, member.void_leaving(NOT_SO))
        return
    await refuse_contract_after(uow, member, command.left_on)
    uow.emit(member, member.leave(command.left_on))


async def refuse_contract_after(uow: UnitOfWork, member: StaffMember, day: date) -> None:
    """Refuse a last day before that of a contract which is on record."""
    contracts = standing(await uow.all(StaffContract, staff_id=member.id))
    if contracts and contracts[-1].from_on > day:
        late = "A contract is on record from a later day. Correct or void that first."
        uow.faults.add([ValidationError("before-contract", late, "/left_on")])


async def team_under(uow: UnitOfWork, code: str | None) -> UUID | None:
    """Return the id of the team under a code, if one is given."""
    if code is None:
        return None
    team = await uow.find(Team, code=code)
    if team is None:
        unknown = "There is no team of this code."
        uow.faults.add([ValidationError("unknown-team", unknown, "/team_code")])
    return team.id if team else None
