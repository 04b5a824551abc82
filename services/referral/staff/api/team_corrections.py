"""Teams put right over HTTP, and their managers."""

from typing import Annotated, Any

from fastapi import Path, Response

from libs.common.core.fields import Day, Identifier
from libs.common.http.correcting import put_right
from libs.common.http.requests import IfMatch, Work, etag, permission, router
from services.referral.staff.api.teams import TeamView, shown
from services.referral.staff.commands import (
    AppointTeamManager,
    appoint_team_manager,
    correct_team,
    correct_team_change,
    correct_team_manager,
    void_team_change,
    void_team_manager,
)
from services.referral.staff.domain import Team

routes = router()
WRITE = permission("team.write")
STAFF: list[Any] = ["staff"]
FromOn = Annotated[Day, Path()]


async def _shown(work: Work, team: Team, response: Response) -> TeamView:
    etag(response, work, team)
    return await shown(work, team)


put_right(
    routes,
    "/v1/teams/{team_id}",
    WRITE,
    _shown,
    tag="staff",
    corrections=correct_team,
)

put_right(
    routes,
    "/v1/teams/{team_id}/names/{from_on}",
    WRITE,
    _shown,
    tag="staff",
    corrections=correct_team_change,
    void=void_team_change,
)


@routes.post("/v1/teams/{team_id}/managers", openapi_extra=WRITE, tags=STAFF)
async def post_manager(
    team_id: Identifier,
    command: AppointTeamManager,
    version: IfMatch,
    work: Work,
    response: Response,
) -> TeamView:
    """Appoint a team's manager from a day on, or say that it has none from then on."""
    team = await appoint_team_manager(work, team_id, command, version)
    return await _shown(work, team, response)


put_right(
    routes,
    "/v1/teams/{team_id}/managers/{from_on}",
    WRITE,
    _shown,
    tag="staff",
    corrections=correct_team_manager,
    void=void_team_manager,
)
