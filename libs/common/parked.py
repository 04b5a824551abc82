"""The events a listener has set aside, over HTTP: to be looked at, and tried again."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel
from sqlalchemy import func, select

from libs.common import tables
from libs.common.applying import release
from libs.common.auth import Grants, Reach, Role
from libs.common.errors import NotFound
from libs.common.fields import Code, Identifier
from libs.common.http import Look, Work, permission, router
from libs.common.subscriptions import Subscriptions

MOST_AT_ONCE: Final = 200

GRANTS: Final[Grants] = {
    "parked.read": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.ADMINISTRATOR: Reach.COUNTY},
    "parked.release": {Role.ADMINISTRATOR: Reach.COUNTY},
}
"""Who may do so, in every service that listens."""


class ParkedView(BaseModel):
    """An event set aside: where it stands on the bus and why. Its data are not shown."""

    topic: str
    partition: int
    offset: int
    source: str | None
    subject: UUID | None
    sequence: int | None
    reason: str


class Released(BaseModel):
    """How many events were applied, and how many of the aggregate are still set aside."""

    applied: int
    still_parked: int


def parked_router(subscriptions: Subscriptions) -> APIRouter:
    """Return the routes that every service has which listens to others."""
    routes = router()

    @routes.get("/v1/parked", openapi_extra=permission("parked.read"), tags=["parked"])
    async def get_parked(look: Look) -> list[ParkedView]:
        """List the first 200 events set aside, with the reason for each."""
        table = tables.parked
        query = select(table).order_by(table.c.topic, table.c.partition, table.c.offset)
        rows = await look.connection.execute(query.limit(MOST_AT_ONCE))
        return [ParkedView.model_validate(row, from_attributes=True) for row in rows]

    @routes.post(
        "/v1/parked/{source}/{subject}/release",
        openapi_extra=permission("parked.release"),
        tags=["parked"],
    )
    async def post_release(
        source: Annotated[Code, Path()], subject: Identifier, work: Work
    ) -> Released:
        """Try an aggregate's events again that were set aside, in their order."""
        connection = work.connection
        applied = await release(connection, subscriptions, source, subject)
        if applied is None:
            raise NotFound(code="not-parked", detail="Nothing of this aggregate is set aside.")
        table = tables.parked
        left = select(func.count()).where(table.c.source == source, table.c.subject == subject)
        return Released(applied=applied, still_parked=(await connection.execute(left)).scalar_one())

    return routes
