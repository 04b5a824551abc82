"""Teams put right over HTTP, and their managers."""

from typing import Annotated, Any

from fastapi import Path, Response

from libs.common.core.corrections import Withdrawal
from libs.common.core.fields import Day, Identifier
from libs.common.http.requests import IfMatch, Work, etag, permission, router
from services.referral.staff.api.teams import TeamView, shown
from services.referral.staff.commands import (
    AppointTeamManager,
    CorrectTeam,
    CorrectTeamChange,
    CorrectTeamManager,
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


async def _answer(work: Work, team: Team, response: Response) -> TeamView:
    etag(response, work, team)
    return await shown(work, team)


@routes.post("/v1/teams/{team_id}/corrections", openapi_extra=WRITE, tags=STAFF)
async def post_team_correction(
    team_id: Identifier, command: CorrectTeam, version: IfMatch, work: Work, response: Response
) -> TeamView:
    """Put a team's first and last day right. Left out, the last day is none: it is at work."""
    return await _answer(work, await correct_team(work, team_id, command, version), response)


@routes.post("/v1/teams/{team_id}/names/{from_on}/corrections", openapi_extra=WRITE, tags=STAFF)
async def post_team_change_correction(
    team_id: Identifier,
    from_on: FromOn,
    command: CorrectTeamChange,
    version: IfMatch,
    work: Work,
    response: Response,
) -> TeamView:
    """Put right what a team was called from a day on, its area then, or the day."""
    team = await correct_team_change(work, team_id, from_on, command, version)
    return await _answer(work, team, response)


@routes.post("/v1/teams/{team_id}/names/{from_on}/void", openapi_extra=WRITE, tags=STAFF)
async def post_team_change_void(
    team_id: Identifier,
    from_on: FromOn,
    command: Withdrawal,
    version: IfMatch,
    work: Work,
    response: Response,
) -> TeamView:
    """Void a change of name or area."""
    team = await void_team_change(work, team_id, from_on, command, version)
    return await _answer(work, team, response)


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
    return await _answer(work, team, response)


@routes.post("/v1/teams/{team_id}/managers/{from_on}/corrections", openapi_extra=WRITE, tags=STAFF)
async def post_manager_correction(
    team_id: Identifier,
    from_on: FromOn,
    command: CorrectTeamManager,
    version: IfMatch,
    work: Work,
    response: Response,
) -> TeamView:
    """Put right who manages a team from a day on, or from which day."""
    team = await correct_team_manager(work, team_id, from_on, command, version)
    return await _answer(work, team, response)


@routes.post("/v1/teams/{team_id}/managers/{from_on}/void", openapi_extra=WRITE, tags=STAFF)
async def post_manager_void(
    team_id: Identifier,
    from_on: FromOn,
    command: Withdrawal,
    version: IfMatch,
    work: Work,
    response: Response,
) -> TeamView:
    """Void the appointment of a team's manager."""
    team = await void_team_manager(work, team_id, from_on, command, version)
    return await _answer(work, team, response)
