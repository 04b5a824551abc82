"""Children whose school closed and for whom another is to be chosen, as they are listed."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Select, select

from libs.common.http.requests import router
from libs.common.persistence.uow import Access, ReadTransaction
from libs.common.reading import Listing, add_reads
from services.referral.children.domain import Child
from services.referral.register.commands import linked
from services.referral.register.domain import SchoolLink
from services.referral.schools.domain import CLOSED, School
from services.referral.schools.queries import by_school

routes = router()


class WaitingView(BaseModel):
    """A child on the roll of a school that closed, and the open schools the register links with it.

    There are none where the register does not say yet which school carries on.
    """

    child_id: UUID
    school_id: UUID
    closed_on: date | None
    choices: list[UUID]


async def _views(
    read: ReadTransaction, children: Sequence[Child], _: date | None
) -> list[WaitingView]:
    """Show children with the choices that their schools leave, in a fixed number of queries."""
    schools = await read.rows.load(School, ("id",), [(one.school_id,) for one in children], None)
    urns = [(row.thing.urn,) for row in schools]
    links = await read.rows.load(SchoolLink, ("urn",), urns, None)
    links += await read.rows.load(SchoolLink, ("link_urn",), urns, None)
    ends = [(urn,) for row in links for urn in (row.thing.urn, row.thing.link_urn)]
    await read.rows.load(School, ("urn",), ends, None)
    return [await _view(read, child) for child in children]


async def _view(read: ReadTransaction, child: Child) -> WaitingView:
    [school] = await read.all(School, id=child.school_id, unseen=True)
    return WaitingView(
        child_id=child.id,
        school_id=school.id,
        closed_on=school.closed_on,
        choices=[one.id for one in await linked(read, school)],
    )


class _Waiting(Listing[Child, WaitingView]):
    """Children on the roll of a school that closed before today."""

    def rows(self, read: ReadTransaction, access: Access | None = None) -> Select[Child]:
        """Return the query for those of them that the caller may see."""
        closed = select(School.id).where(School.status == CLOSED, School.closed_on < read.today())
        return super().rows(read, access).where(Child.school_id.in_(closed))


WAITING: Final = _Waiting(
    things="children-of-closed-schools",
    one="child_of_a_closed_school",
    kind=Child,
    view=WaitingView,
    views=_views,
    permission="succession.read",
    tag="schools",
    summary="List the children for whom a school has to be chosen.",
    item=None,
    filters={"school": by_school(Child.school_id)},
)
add_reads(routes, WAITING)
