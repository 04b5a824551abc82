"""Whether a service's listener is at work, over HTTP; one that waits for a person is started."""

from datetime import datetime
from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel

from libs.common.auth import Grants, Reach, Role
from libs.common.http import Look, Work, permission, router
from libs.common.supervisor import Part, State, Supervisor

LISTENER: Final = "listener"

GRANTS: Final[Grants] = {
    "listener.read": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.ADMINISTRATOR: Reach.COUNTY},
    "listener.start": {Role.ADMINISTRATOR: Reach.COUNTY},
}
"""Who may do so, in every service that listens."""


class ListenerView(BaseModel):
    """What this process's listener is doing, and since when.

    ``restarts`` counts since the process began; ``tries`` and the last error's type are those of a
    failure that is not got over; ``reason`` says why it was stopped.
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


def listener_router(supervisor: Supervisor) -> APIRouter:
    """Return the routes that every service has which listens to others."""
    routes = router()

    @routes.get("/v1/listener", openapi_extra=permission("listener.read"), tags=["listener"])
    async def get_listener(look: Look) -> ListenerView:  # noqa: ARG001 - the look is audited
        """Say whether the listener of the process that answers is at work."""
        return _view(supervisor.parts[LISTENER])

    @routes.post(
        "/v1/listener/start", openapi_extra=permission("listener.start"), tags=["listener"]
    )
    async def post_listener_start(work: Work) -> Started:
        """Start a listener that was stopped; at one that is at work nothing changes.

        It goes on from where it stopped, and stops again where what stopped it is still so: the
        GET says what became of it. Of several processes of a service, each has its own listener.
        """
        stopped = supervisor.parts[LISTENER].state is State.STOPPED
        work.afterwards.append(lambda: supervisor.start(LISTENER))
        return Started(was_stopped=stopped)

    return routes


def _view(part: Part) -> ListenerView:
    return ListenerView.model_validate(part, from_attributes=True)
