"""Who held which contract, and what a team was, on a day."""

from datetime import date
from uuid import UUID

from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import Column, Filter, named
from services.referral.staff.domain import (
    StaffContract,
    StaffMember,
    Team,
    TeamManager,
    TeamSpan,
    holding,
    standing,
)


async def team_on(read: ReadTransaction, member: StaffMember, day: date) -> UUID | None:
    """Return the team of a member of staff on a day; None where there was none."""
    held = holding(await read.all(StaffContract, staff_id=member.id), day)
    return held.team_id if held else None


async def contracts_of(read: ReadTransaction, member: StaffMember) -> list[StaffContract]:
    """Return the contracts of a member of staff, the first first."""
    return standing(await read.all(StaffContract, staff_id=member.id))


async def names_of(read: ReadTransaction, team: Team) -> list[TeamSpan]:
    """Return a team's names and areas, the first first."""
    found = standing(await read.all(TeamSpan, team_id=team.id))
    now = TeamSpan(team_id=team.id, from_on=team.formed_on, name=team.name, area=team.area)
    return found or [now]


async def managers_of(read: ReadTransaction, team: Team) -> list[TeamManager]:
    """Return who managed a team, the first first."""
    return standing(await read.all(TeamManager, team_id=team.id))


def by_staff(column: Column) -> Filter:
    """Return the filter for what is of these members of staff."""
    return named(column, StaffMember.id, StaffMember.reference)


def by_team(column: Column) -> Filter:
    """Return the filter for what is of these teams."""
    means = "By our id or the code; several with commas between them."
    return named(column, Team.id, Team.code, means=means)
