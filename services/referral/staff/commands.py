"""Teams and staff: recorded under the county's own codes and references, so that once is enough."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import StringConstraints

from libs.common.contracts.referral import Post
from libs.common.core.days import CareerDay
from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Code, Reference, Strict, Text
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import AlreadyRecorded, refuse_ahead, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.referral.staff.domain import Contract, StaffContract, StaffMember, Team

# A part of full time as people write it: more than none, at most the whole, two places.
Fte = Annotated[str, StringConstraints(pattern=r"^(0\.(0[1-9]|[1-9][0-9]?)|1(\.00?)?)$")]


class RecordTeam(Strict):
    """A team under its code: begun, renamed, or ended with a day."""

    name: Text
    area: Code
    formed_on: CareerDay
    disbanded_on: CareerDay | None = None


class TeamRow(RecordTeam):
    """A team as one row of an import."""

    code: Code


class RecordStaffMember(Strict):
    """A member of staff under the county's reference: appointed, changed, or left.

    A changed team or part of full time needs ``effective_on``, the day from which it holds.
    """

    name: Text
    post: Post
    team_code: Code | None = None
    fte: Fte
    appointed_on: CareerDay
    left_on: CareerDay | None = None
    effective_on: CareerDay | None = None


class StaffRow(RecordStaffMember):
    """A member of staff as one row of an import."""

    reference: Reference


async def record_team(
    uow: UnitOfWork, code: str, command: RecordTeam
) -> tuple[Team, CommandOutcome]:
    """Record a team; the same again changes nothing."""
    refuse_ahead(uow, command)
    team = await uow.find(Team, code=code)
    before = uow.emitted
    created = team is None
    if team is None:
        team = uow.add(_new_team(code, command))
        uow.emit(team, team.form())
    else:
        fields = {
            "area": (team.area, command.area),
            "formed_on": (team.formed_on, command.formed_on),
        }
        refuse_other(AlreadyRecorded, fields)
    renamed = team.name != command.name
    team.name = command.name
    if command.disbanded_on not in {None, team.disbanded_on}:
        assert command.disbanded_on is not None
        uow.emit(team, team.disband(command.disbanded_on))
    changed = renamed or uow.emitted > before
    return team, CommandOutcome(
        "created" if created else "updated" if changed else "unchanged", team.id
    )


def _new_team(code: str, command: RecordTeam) -> Team:
    return Team(
        id=uuid4(), code=code, name=command.name, area=command.area, formed_on=command.formed_on
    )


async def record_staff_member(
    uow: UnitOfWork, reference: str, command: RecordStaffMember
) -> tuple[StaffMember, CommandOutcome]:
    """Record a member of staff; the same again changes nothing."""
    refuse_ahead(uow, command)
    contract = Contract(await _team_id(uow, command.team_code), fte_hundredths(command.fte))
    member = await uow.find(StaffMember, reference=reference)
    before = uow.emitted
    created = member is None
    if member is None:
        member = uow.add(_new_member(reference, command, contract))
        uow.add(_kept(member, contract, command.appointed_on))
        uow.emit(member, member.appoint(command.post))
    else:
        fields = {
            "post": (member.post, command.post),
            "appointed_on": (member.appointed_on, command.appointed_on),
        }
        refuse_other(AlreadyRecorded, fields)
        await _change_contract(uow, member, contract, command)
    if command.left_on not in {None, member.left_on}:
        assert command.left_on is not None
        uow.emit(member, member.leave(command.left_on))
    renamed = member.name != command.name
    member.name = command.name
    changed = renamed or uow.emitted > before
    return member, CommandOutcome(
        "created" if created else "updated" if changed else "unchanged", member.id
    )


def _new_member(reference: str, command: RecordStaffMember, contract: Contract) -> StaffMember:
    return StaffMember(
        id=uuid4(),
        reference=reference,
        name=command.name,
        post=command.post,
        team_id=contract.team_id,
        fte_hundredths=contract.fte_hundredths,
        appointed_on=command.appointed_on,
        contract_on=command.appointed_on,
    )


def fte_hundredths(fte: str) -> int:
    """Return a part of full time in whole hundredths."""
    return int(Decimal(fte) * 100)


async def _change_contract(
    uow: UnitOfWork, member: StaffMember, contract: Contract, command: RecordStaffMember
) -> None:
    """Change a contract from its first day on, unless that is on record already."""
    day = command.effective_on or member.appointed_on
    known = await uow.find(StaffContract, staff_id=member.id, from_on=day)
    if known is not None and known.contract == contract:
        return
    if known is not None or command.effective_on is None:
        raise Rejected(
            errors=[
                ValidationError(
                    "required",
                    "A changed contract needs the day from which it holds.",
                    "/effective_on",
                )
            ]
        )
    uow.emit(member, member.change_contract(contract, day))
    uow.add(_kept(member, contract, day))


def _kept(member: StaffMember, contract: Contract, day: date) -> StaffContract:
    return StaffContract(
        staff_id=member.id,
        from_on=day,
        team_id=contract.team_id,
        fte_hundredths=contract.fte_hundredths,
    )


async def _team_id(uow: UnitOfWork, code: str | None) -> UUID | None:
    if code is None:
        return None
    team = await uow.find(Team, code=code)
    if team is None:
        raise Rejected(
            errors=[ValidationError("unknown-team", "There is no team of this code.", "/team_code")]
        )
    return team.id
