"""Who the caller is to a service, and the closed lists it knows: what a client asks first."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel

from libs.common.core.code_lists import CodeList, closed_lists, models_in
from libs.common.http.requests import PUBLIC, Guard, Read, permission, router
from libs.common.security import Grants, Reach, Role, reaches

GRANTS: Final[Grants] = {"me.read": dict.fromkeys(Role, Reach.OWN)}
"""Everybody with a role may ask, in every service."""


class Scope(BaseModel):
    """What the caller stands for: teams, schools and children by id, and who on the staff."""

    teams: list[UUID]
    schools: list[UUID]
    children: list[UUID]
    staff_id: UUID | None


class Me(BaseModel):
    """The caller as this service sees them.

    ``permissions`` are those of the caller's roles, each with how far it reaches: `county`, `team`,
    `own`, `school`, `child`; of several roles each. ``scope`` is what team, own, school and child
    stand for, and lacks what the token names and is not on record here.
    """

    subject: str
    roles: list[Role]
    scope: Scope
    permissions: dict[str, list[Reach]]


class CodeView(BaseModel):
    """A code, its words, and its first and last day; null is all days before or after."""

    code: str
    words: str
    valid_from: date | None
    valid_to: date | None


class CodeListView(BaseModel):
    """A closed list by its name; ``used_in`` are the bodies and answers, with their fields."""

    name: str
    used_in: list[str]
    codes: list[CodeView]


routes = router()


@routes.get("/v1/me", openapi_extra=permission("me.read"), tags=["me"])
async def get_me(request: Request, read: Read) -> Me:
    """Show who the caller is here, and what they may do."""
    guard: Guard = request.app.state.guard
    actor = read.actor
    found = {action: sorted(reaches(guard.grants, actor, action)) for action in guard.grants}
    return Me(
        subject=actor.subject,
        roles=sorted(actor.roles),
        scope=Scope(
            teams=sorted(actor.teams),
            schools=sorted(actor.schools),
            children=sorted(actor.children),
            staff_id=actor.staff_id,
        ),
        permissions={action: how_far for action, how_far in sorted(found.items()) if how_far},
    )


@routes.get("/v1/codes", openapi_extra=PUBLIC, tags=["me"])
async def get_codes(request: Request) -> list[CodeListView]:
    """Show every closed list of codes, with words and days, by the lists' names."""
    running = request.app.state.running
    service = running.service
    found = [
        *_closed_lists(running.routers, service.name, service.words),
        *service.code_lists(),
    ]
    ordered = sorted(found, key=lambda one: one.name)
    return [CodeListView.model_validate(one, from_attributes=True) for one in ordered]


def _closed_lists(
    routers: Sequence[APIRouter], service: str, words: Mapping[str, str]
) -> list[CodeList]:
    """Return the closed lists of all that a service's routes read and answer."""
    models = [
        model
        for one in routers
        for route in one.routes
        if isinstance(route, APIRoute)
        for type_ in (
            route.response_model,
            *(p.field_info.annotation for p in route.dependant.body_params),
        )
        for model in models_in(type_)
    ]
    return closed_lists(models, service, words)
