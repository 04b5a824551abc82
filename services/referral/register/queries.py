"""Which schools carry on after one, and which children wait for that to be chosen."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, exists, or_, select

from libs.common.persistence.uow import ReadTransaction
from services.referral.children.domain import Child
from services.referral.register.domain import SchoolLink
from services.referral.schools.domain import CLOSED, School


async def links_of(read: ReadTransaction, urn: int) -> list[SchoolLink]:
    """Return all links of a school, told from either side."""
    told = await read.all(SchoolLink, urn=urn)
    return [*told, *await read.all(SchoolLink, link_urn=urn)]


async def successors(read: ReadTransaction, urn: int) -> tuple[set[int], bool]:
    """Return the URNs of the schools that carry on after one, and whether it was split."""
    found = [
        one for one in await links_of(read, urn) if one.succession and one.succession[0] == urn
    ]
    return {one.succession[1] for one in found if one.succession}, any(one.splits for one in found)


async def linked(read: ReadTransaction, school: School) -> list[School]:
    """Return the schools that children of a closed one may go on to: open, and linked with it."""
    urns = {
        one.link_urn if one.urn == school.urn else one.urn
        for one in await links_of(read, school.urn)
    }
    found = [await read.find(School, unseen=True, urn=urn) for urn in sorted(urns)]
    return [one for one in found if one is not None and one.status != CLOSED]


def closed_schools(today: date) -> Select[School]:
    """Return the query for schools that closed, and have children on roll or a successor."""
    on_roll = exists().where(Child.school_id == School.id)
    return (
        select(School)
        .where(School.status == CLOSED, School.closed_on < today)
        .where(or_(on_roll, School.successor_id.is_not(None)))
        .order_by(School.id)
    )


async def waiting(read: ReadTransaction, after: UUID | None, limit: int) -> Sequence[Child]:
    """Return the children on the roll of a closed school whom the caller may see, by their ids."""
    closed = select(School.id).where(School.status == CLOSED, School.closed_on < read.today())
    query = select(Child).where(read.visible(read.access, Child), Child.school_id.in_(closed))
    if after is not None:
        query = query.where(Child.id > after)
    return await read.chosen(query.order_by(Child.id).limit(limit))
