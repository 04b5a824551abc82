"""Children whose school closed and became more than one: listed, and a school chosen for each."""

from datetime import date
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.fields import Identifier
from libs.common.http.paging import PAGE_DEFAULT, Cursor, Page, PageSize, page
from libs.common.http.requests import IfMatch, Read, Work, etag, permission, router
from libs.common.persistence.uow import ReadTransaction
from services.referral.children.domain import Child
from services.referral.register.commands import ChooseSuccessor, choose_successor, linked
from services.referral.register.queries import waiting
from services.referral.schools.domain import School

routes = router()


class WaitingView(BaseModel):
    """A child on the roll of a school that closed, and the open schools the register links with it.

    There are none where the register does not say yet which school carries on.
    """

    child_id: UUID
    school_id: UUID
    closed_on: date | None
    choices: list[UUID]


class MovedView(BaseModel):
    """A child, and the school they go to now."""

    child_id: UUID
    school_id: UUID


@routes.get(
    "/v1/children-of-closed-schools", openapi_extra=permission("succession.read"), tags=["schools"]
)
async def get_children_of_closed_schools(
    read: Read, cursor: Cursor = None, limit: PageSize = PAGE_DEFAULT
) -> Page[WaitingView]:
    """List the children for whom a school has to be chosen, at most 200 at a time."""
    found = await waiting(read, cursor, limit + 1)
    return page([await _waiting(read, child) for child in found], limit, lambda one: one.child_id)


async def _waiting(read: ReadTransaction, child: Child) -> WaitingView:
    [school] = await read.all(School, id=child.school_id, unseen=True)
    return WaitingView(
        child_id=child.id,
        school_id=school.id,
        closed_on=school.closed_on,
        choices=[one.id for one in await linked(read, school)],
    )


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
