"""The contracts of a member of staff, and what a team was called and by whom it was managed."""

from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import Column, Filter, named
from services.referral.staff.domain import (
    StaffContract,
    StaffMember,
    Team,
    TeamManager,
    TeamSpan,
    standing,
)


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
