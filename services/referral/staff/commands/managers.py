"""Who manages a team from which day on."""

from datetime import date
from uuid import UUID

from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.days import CareerDay
from libs.common.core.fields import Strict
from libs.common.persistence.recorded import AlreadyRecorded, refuse_ahead, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.referral.staff.commands.spans import keep, replace
from services.referral.staff.domain import StaffMember, Team, TeamManager, begun_on, holding
from services.referral.staff.keys import StaffId


class AppointTeamManager(Strict):
    """A team's manager from a day on; null where the team has none from then on."""

    staff_id: StaffId | None
    appointed_on: CareerDay


class CorrectTeamManager(Correction):
    """Who manages a team from a day on, as it should have been."""

    staff_id: StaffId | None
    from_on: CareerDay


async def appoint_team_manager(
    uow: UnitOfWork, id_: UUID, command: AppointTeamManager, version: int
) -> Team:
    """Appoint a team's manager; the same again changes nothing."""
    refuse_ahead(uow, command)
    team = await uow.get(Team, id_, version=version)
    managers = await uow.all(TeamManager, team_id=team.id)
    was = holding(managers, command.appointed_on)
    if was is not None and was.from_on == command.appointed_on:
        refuse_other(AlreadyRecorded, {"staff_id": (was.staff_id, command.staff_id)})
        return team
    await _check(uow, team, command.staff_id, (command.appointed_on, "/appointed_on"))
    keep(uow, managers, _managed(team, command.staff_id, command.appointed_on))
    uow.emit(team, team.appoint_manager(command.staff_id, command.appointed_on))
    return team


async def _check(uow: UnitOfWork, team: Team, staff_id: UUID | None, day: tuple[date, str]) -> None:
    """Refuse a day on which the team is not at work, or its manager not in post."""
    with uow.faults:
        team.check_at_work(*day)
    if staff_id is not None:
        with uow.faults:
            (await uow.get(StaffMember, staff_id)).check_in_post(day[0])


def _managed(team: Team, staff_id: UUID | None, day: date) -> TeamManager:
    return TeamManager(team_id=team.id, from_on=day, staff_id=staff_id)


async def correct_team_manager(
    uow: UnitOfWork, id_: UUID, from_on: date, command: CorrectTeamManager, version: int
) -> Team:
    """Put right who manages a team from a day on, or from which day."""
    refuse_ahead(uow, command)
    team = await uow.get(Team, id_, version=version)
    managers = await uow.all(TeamManager, team_id=team.id)
    old = begun_on(managers, from_on)
    await _check(uow, team, command.staff_id, (command.from_on, "/from_on"))
    if (from_on, old.staff_id) == (command.from_on, command.staff_id):
        return team
    new = _managed(team, command.staff_id, command.from_on)
    replace(uow, managers, old, new, (command.reason, command.note))
    uow.explain(team, command.reason, command.note)
    event = team.correct_manager(command.staff_id, command.from_on, from_on, command.reason)
    uow.emit(team, event)
    return team


async def void_team_manager(
    uow: UnitOfWork, id_: UUID, from_on: date, command: Withdrawal, version: int
) -> Team:
    """Void the appointment of a team's manager: who managed it before goes on."""
    team = await uow.get(Team, id_, version=version)
    old = begun_on(await uow.all(TeamManager, team_id=team.id), from_on)
    old.void = True
    uow.explain(old, command.reason, command.note)
    uow.explain(team, command.reason, command.note)
    uow.emit(team, team.void_manager(from_on, command.reason))
    return team
