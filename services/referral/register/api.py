"""Children whose school closed and became more than one: a school is chosen for each."""

from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.fields import Identifier
from libs.common.http.requests import IfMatch, Work, etag, permission, router
from services.referral.register.commands import ChooseSuccessor, choose_successor

routes = router()


class MovedView(BaseModel):
    """A child, and the school they go to now."""

    child_id: UUID
    school_id: UUID


@routes.post(
    "/v1/children/{child_id}/successor-school",
    openapi_extra=permission("succession.choose"),
    tags=["schools"],
)
async def post_successor_school(
    child_id: Identifier, command: ChooseSuccessor, version: IfMatch, work: Work, response: Response
) -> MovedView:
    """Have a child go on, from the day after, to one of the schools that their own became."""
    child = await choose_successor(work, child_id, command, version)
    etag(response, work, child)
    return MovedView(child_id=child.id, school_id=child.school_id)
