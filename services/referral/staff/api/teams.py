"""Teams over HTTP: recorded, and shown as on a day."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel

from libs.common.core.fields import Code, of_form
from libs.common.http.requests import Work, etag, permission, router
from libs.common.persistence.uow import ReadTransaction
from services.referral.staff.commands import RecordTeam, record_team
from services.referral.staff.domain import Team, holding
from services.referral.staff.queries import managers_of, names_of

routes = router()


class NameView(BaseModel):
    """What a team was called, and to which area it belonged, from a day until the next."""

    from_on: date
    name: str
    area: Annotated[str, of_form(Code)]


class ManagerView(BaseModel):
    """Who managed a team from a day until the next; null where nobody did."""

    from_on: date
    staff_id: UUID | None


class TeamView(BaseModel):
    """A team: name, area and manager are the latest or, where a day is asked for, of that day."""

    team_id: UUID
    code: Annotated[str, of_form(Code)]
    name: str
    area: Annotated[str, of_form(Code)]
    formed_on: date
    disbanded_on: date | None
    manager_id: UUID | None
    names: list[NameView]
    managers: list[ManagerView]


async def shown(read: ReadTransaction, team: Team, as_of: date | None = None) -> TeamView:
    """Show a team."""
    names, managers = await names_of(read, team), await managers_of(read, team)
    called = holding(names, as_of or date.max) or names[0]
    manager = holding(managers, as_of or date.max)
    return TeamView(
        team_id=team.id,
        code=team.code,
        name=called.name,
        area=called.area,
        formed_on=team.formed_on,
        disbanded_on=team.disbanded_on,
        manager_id=manager.staff_id if manager else None,
        names=[NameView(from_on=n.from_on, name=n.name, area=n.area) for n in names],
        managers=[ManagerView(from_on=m.from_on, staff_id=m.staff_id) for m in managers],
    )


@routes.put("/v1/teams/by-code/{code}", openapi_extra=permission("team.write"), tags=["staff"])
async def put_team(
    code: Annotated[Code, Path()], command: RecordTeam, work: Work, response: Response
) -> TeamView:
    """Record a team under its code. What is left out says nothing."""
    team, done = await record_team(work, code, command)
    response.status_code = 201 if done.outcome == "created" else 200
    etag(response, work, team)
    return await shown(work, team)
