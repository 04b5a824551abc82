"""Teams and staff over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel

from libs.common.core.fields import Code, Identifier, Reference
from libs.common.http.requests import Read, Work, etag, permission, router
from services.referral.staff.commands import (
    RecordStaffMember,
    RecordTeam,
    record_staff_member,
    record_team,
)
from services.referral.staff.domain import StaffMember, Team

routes = router()


class TeamView(BaseModel):
    """A team."""

    team_id: UUID
    code: str
    name: str
    area: str
    formed_on: date
    disbanded_on: date | None

    @classmethod
    def of(cls, team: Team) -> "TeamView":
        """Show a team."""
        return cls(
            team_id=team.id,
            code=team.code,
            name=team.name,
            area=team.area,
            formed_on=team.formed_on,
            disbanded_on=team.disbanded_on,
        )


class StaffMemberView(BaseModel):
    """A member of staff; ``fte`` is the share of full time, to two decimals."""

    staff_id: UUID
    reference: str
    name: str
    post: str
    team_id: UUID | None
    fte: str
    appointed_on: date
    left_on: date | None

    @classmethod
    def of(cls, member: StaffMember) -> "StaffMemberView":
        """Show a member of staff."""
        return cls(
            staff_id=member.id,
            reference=member.reference,
            name=member.name,
            post=member.post,
            team_id=member.team_id,
            fte=f"{member.fte_hundredths // 100}.{member.fte_hundredths % 100:02}",
            appointed_on=member.appointed_on,
            left_on=member.left_on,
        )


@routes.put("/v1/teams/by-code/{code}", openapi_extra=permission("team.write"), tags=["staff"])
async def put_team(
    code: Annotated[Code, Path()], command: RecordTeam, work: Work, response: Response
) -> TeamView:
    """Record a team under its code."""
    team, done = await record_team(work, code, command)
    response.status_code = 201 if done.outcome == "created" else 200
    etag(response, work, team)
    return TeamView.of(team)


@routes.get("/v1/teams/{team_id}", openapi_extra=permission("team.read"), tags=["staff"])
async def get_team(team_id: Identifier, read: Read, response: Response) -> TeamView:
    """Show a team."""
    team = await read.get(Team, team_id)
    etag(response, read, team)
    return TeamView.of(team)


@routes.put(
    "/v1/staff/by-reference/{reference}",
    openapi_extra=permission("staff.write"),
    tags=["staff"],
)
async def put_staff_member(
    reference: Annotated[Reference, Path()],
    command: RecordStaffMember,
    work: Work,
    response: Response,
) -> StaffMemberView:
    """Record a member of staff under the county's reference."""
    member, done = await record_staff_member(work, reference, command)
    response.status_code = 201 if done.outcome == "created" else 200
    etag(response, work, member)
    return StaffMemberView.of(member)


@routes.get("/v1/staff/{staff_id}", openapi_extra=permission("staff.read"), tags=["staff"])
async def get_staff_member(staff_id: Identifier, read: Read, response: Response) -> StaffMemberView:
    """Show a member of staff."""
    member = await read.get(StaffMember, staff_id)
    etag(response, read, member)
    return StaffMemberView.of(member)
