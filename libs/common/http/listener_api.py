"""A service's listener over HTTP: whether it is at work, and its dead letters, to be redriven."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import Path, Request
from pydantic import BaseModel, Field
from sqlalchemy import func, select

from libs.common.core.errors import NotFound
from libs.common.core.fields import Code, Identifier
from libs.common.core.supervisor import State, Supervisor
from libs.common.http.deprecated_routes import keep_old_path
from libs.common.http.requests import Read, Work, permission, router
from libs.common.messaging.applying import redrive
from libs.common.messaging.subscriptions import Subscriptions
from libs.common.observability.deprecated import old_field
from libs.common.persistence.tables import dead_letter
from libs.common.security import Grants, Reach, Role

LISTENER: Final = "listener"
MOST_AT_ONCE: Final = 200
DEAD_LETTERS: Final = "/v1/dead-letters"
REDRIVE: Final = "/v1/dead-letters/{source}/{subject}/redrive"

GRANTS: Final[Grants] = {
    "listener.read": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.ADMINISTRATOR: Reach.COUNTY},
    "listener.start": {Role.ADMINISTRATOR: Reach.COUNTY},
    "dead_letter.read": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.ADMINISTRATOR: Reach.COUNTY},
    "dead_letter.redrive": {Role.ADMINISTRATOR: Reach.COUNTY},
}
"""Who may do so, in every service that listens."""


class ListenerView(BaseModel):
    """What this process's listener is doing, and since when.

    ``restarts`` counts since the process began; ``tries`` and the last error's type are those of a
    failure that is not over yet; ``reason`` says why it was stopped.
    """

    state: State
    since: datetime
    restarts: int
    tries: int
    error: str | None
    reason: str | None


class Started(BaseModel):
    """Whether the listener was stopped when the command came."""

    was_stopped: bool


class DeadLetterView(BaseModel):
    """A dead letter: an event that is not applied, its place on the bus, and the reason.

    Its data are not shown.
    """

    topic: str
    partition: int
    offset: int
    source: str | None
    subject: UUID | None
    sequence: int | None
    reason: str


class Redriven(BaseModel):
    """How many events were applied, and how many of the aggregate are still dead letters."""

    applied: int
    remaining: int
    still_parked: int = Field(json_schema_extra=old_field("remaining"))


routes = router()


@routes.get("/v1/listener", openapi_extra=permission("listener.read"), tags=["listener"])
async def get_listener(request: Request, read: Read) -> ListenerView:  # noqa: ARG001 - the look is audited
    """Say whether the listener of the process that answers is at work."""
    part = request.app.state.running.supervisor.parts[LISTENER]
    return ListenerView.model_validate(part, from_attributes=True)


@routes.post(
    "/v1/listener/start",
    operation_id="startListener",
    openapi_extra=permission("listener.start"),
    tags=["listener"],
)
async def post_listener_start(request: Request, work: Work) -> Started:
    """Start a listener that was stopped; one that is at work is left as it is.

    It goes on from where it stopped, and stops again while what stopped it is still so: the
    GET shows the result. Of several processes of a service, each has its own listener.
    """
    supervisor: Supervisor = request.app.state.running.supervisor
    stopped = supervisor.parts[LISTENER].state is State.STOPPED
    work.afterwards.append(lambda: supervisor.start(LISTENER))
    return Started(was_stopped=stopped)


@routes.get(DEAD_LETTERS, openapi_extra=permission("dead_letter.read"), tags=["dead letters"])
async def get_dead_letters(read: Read) -> list[DeadLetterView]:
    """List the first 200 dead letters, with the reason for each."""
    query = select(dead_letter).order_by(*dead_letter.primary_key)
    rows = await read.connection.execute(query.limit(MOST_AT_ONCE))
    return [DeadLetterView.model_validate(row, from_attributes=True) for row in rows]


@routes.post(REDRIVE, openapi_extra=permission("dead_letter.redrive"), tags=["dead letters"])
async def redrive_dead_letter(
    source: Annotated[Code, Path()], subject: Identifier, request: Request, work: Work
) -> Redriven:
    """Redrive an aggregate's dead letters: try them again, in their order."""
    subscriptions: Subscriptions = request.app.state.running.service.subscriptions
    applied = await redrive(work.connection, subscriptions, source, subject)
    if applied is None:
        raise NotFound(code="not-parked", detail="This aggregate has no dead letters.")
    of_it = (dead_letter.c.source == source) & (dead_letter.c.subject == subject)
    query = select(func.count()).select_from(dead_letter).where(of_it)
    left = (await work.connection.execute(query)).scalar_one()
    return Redriven(applied=applied, remaining=left, still_parked=left)


keep_old_path(routes, DEAD_LETTERS, "/v1/parked")
keep_old_path(routes, REDRIVE, "/v1/parked/{source}/{subject}/release")
