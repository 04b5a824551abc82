"""Staff and teams, as they are listed, found and shown."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from libs.common.core.fields import Code, Identifier, Reference
from libs.common.http.requests import router
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import Key, Listing, add_reads, equal, true_or_false
from services.referral.staff.api.members import StaffMemberView
from services.referral.staff.api.members import shown as member_shown
from services.referral.staff.api.teams import TeamView
from services.referral.staff.api.teams import shown as team_shown
from services.referral.staff.domain import (
    StaffContract,
    StaffMember,
    Team,
    TeamManager,
    TeamSpan,
)
from services.referral.staff.queries import by_team

routes = router()


async def _members(
    read: ReadTransaction, members: Sequence[StaffMember], day: date | None
) -> list[StaffMemberView]:
    ids = [(one.id,) for one in members]
    await read.rows.load(StaffContract, ("staff_id",), ids, None)
    return [await member_shown(read, one, day) for one in members]


STAFF: Final = Listing(
    things="staff",
    one="staff_member",
    kind=StaffMember,
    view=StaffMemberView,
    views=_members,
    permission="staff.read",
    tag="staff",
    summary="List staff, with team and hours as now or of a day.",
    item="/v1/staff/{staff_id}",
    at={"staff_id": (StaffMember.id, Identifier)},
    keys=[Key("by-reference/{reference:path}", {"reference": (StaffMember.reference, Reference)})],
    filters={"team": by_team(StaffMember.team_id), "post": equal(StaffMember.post)},
    days={"appointed_on": StaffMember.appointed_on, "left_on": StaffMember.left_on},
    sorts={"reference": StaffMember.reference, "appointed_on": StaffMember.appointed_on},
    dated=True,
)
add_reads(routes, STAFF)


async def _teams(read: ReadTransaction, teams: Sequence[Team], day: date | None) -> list[TeamView]:
    ids = [(one.id,) for one in teams]
    await read.rows.load(TeamSpan, ("team_id",), ids, None)
    await read.rows.load(TeamManager, ("team_id",), ids, None)
    return [await team_shown(read, one, day) for one in teams]


TEAMS: Final = Listing(
    things="teams",
    one="team",
    kind=Team,
    view=TeamView,
    views=_teams,
    permission="team.read",
    tag="staff",
    summary="List teams, with name, area and manager as now or of a day.",
    keys=[Key("by-code/{code}", {"code": (Team.code, Code)})],
    filters={
        "area": equal(Team.area),
        "disbanded": true_or_false(Team.disbanded_on.is_not(None)),
    },
    sorts={"code": Team.code},
    dated=True,
)
add_reads(routes, TEAMS)
