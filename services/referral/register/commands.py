"""What the register says of schools: recorded, and followed by the children of the closed."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Select, exists, or_, select

from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.core.fields import Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.uow import ReadTransaction, UnitOfWork
from services.referral.children.domain import Child
from services.referral.children.telling import before, publish, schools_of, tell_school
from services.referral.register.domain import SchoolLink
from services.referral.schools.domain import CLOSED, PROPOSED, School
from services.referral.schools.keys import SchoolId

DAY = timedelta(days=1)


class SchoolNotClosed(Conflict):
    """Only the children of a school that closed go on to another because of that."""

    detail = "The child's school has not closed. A move to another school is recorded as such."


class LinkRow(BaseModel):
    """A line of the register's links."""

    urn: int
    link_urn: int
    link_type: str
    link_name: str | None
    established_on: date | None


class ChooseSuccessor(Strict):
    """The school that a child goes on to after their own closed."""

    school_id: SchoolId


async def record_link(uow: UnitOfWork, row: LinkRow) -> CommandOutcome:
    """Keep a link between schools, one of which is on record; the same again changes nothing."""
    school = await uow.find(School, urn=row.urn) or await uow.find(School, urn=row.link_urn)
    if school is None:
        unknown = "There is no school of this URN, nor of the one that it is linked with."
        raise Rejected(errors=[ValidationError("unknown-school", unknown, "/URN")])
    known = await uow.find(SchoolLink, urn=row.urn, link_urn=row.link_urn, link_type=row.link_type)
    link = known or uow.add(SchoolLink(**row.model_dump()))
    same = (link.link_name, link.established_on) == (row.link_name, row.established_on)
    link.link_name, link.established_on = row.link_name, row.established_on
    return CommandOutcome(
        "created" if known is None else "unchanged" if same else "updated", school.id
    )


def _closed_schools(today: date) -> Select[School]:
    """Return the query for schools that closed, and have children on roll or a successor."""
    on_roll = exists().where(Child.school_id == School.id)
    return (
        select(School)
        .where(School.status == CLOSED, School.closed_on < today)
        .where(or_(on_roll, School.successor_id.is_not(None)))
        .order_by(School.closed_on, School.id)
    )


async def follow(uow: UnitOfWork) -> None:
    """Have the children of schools that closed go on to the one school that carries on.

    It is done once a whole file was read: a line of it may say that there are two of them. Where
    that one has closed too, the children go on from its own day to the next.
    """
    for closed in await uow.chosen(_closed_schools(uow.today())):
        school: School | None = closed
        passed: set[UUID] = set()
        children = await uow.all(Child, school_id=closed.id, unseen=True)
        while school is not None and school.closed_by(uow.today()) and school.id not in passed:
            passed.add(school.id)
            school = await _follow(uow, school, children)


async def _follow(uow: UnitOfWork, school: School, children: Sequence[Child]) -> School | None:
    """Have children go on from a school that closed, and return where to."""
    assert school.closed_on is not None
    next_, day = await _successor(uow, school), school.closed_on + DAY
    if next_ is None:
        if school.successor_id is not None:
            uow.emit(school, school.succeed(None, None))
        return None
    if (school.successor_id, school.succeeded_on) != (next_.id, day):
        uow.emit(school, school.succeed(next_.id, day))
    for child in children:
        await move(uow, child, next_.id, day)
    return next_


async def _links_of(read: ReadTransaction, urn: int) -> list[SchoolLink]:
    """Return all links of a school, told from either side."""
    told = await read.all(SchoolLink, urn=urn)
    return [*told, *await read.all(SchoolLink, link_urn=urn)]


async def _successors(read: ReadTransaction, urn: int) -> tuple[set[int], bool]:
    """Return the URNs of the schools that carry on after one, and whether it was split."""
    found = [
        one for one in await _links_of(read, urn) if one.succession and one.succession[0] == urn
    ]
    return {one.succession[1] for one in found if one.succession}, any(one.splits for one in found)


async def linked(read: ReadTransaction, school: School) -> list[School]:
    """Return the schools that children of a closed one may go on to: open, and linked with it."""
    urns = {
        one.link_urn if one.urn == school.urn else one.urn
        for one in await _links_of(read, school.urn)
    }
    found = [await read.find(School, unseen=True, urn=urn) for urn in sorted(urns)]
    return [one for one in found if one is not None and one.status != CLOSED]


async def _successor(uow: UnitOfWork, school: School) -> School | None:
    """Return the one school that carries on; one that is only proposed does not yet."""
    urns, split = await _successors(uow, school.urn)
    if split or len(urns) != 1:
        return None
    found = await uow.find(School, urn=urns.pop())
    return None if found is None or found.status == PROPOSED else found


async def move(uow: UnitOfWork, child: Child, school_id: UUID, day: date) -> None:
    """Move a child to the school that carries on, from its first day, or since they are known.

    What was told since of the school that had closed meant the one that carries on.
    """
    closed, was = child.school_id, await before(uow, child)
    first = max(day, child.registered_on)
    days = {first}
    for one in await schools_of(uow, child.id):
        if one.school_id == closed and not one.void and one.until_on >= first:
            days |= {on for on in (one.from_on, one.until_on) if on > first}
            one.until_on = max(one.from_on, first - DAY)
    for on in sorted(days):
        await tell_school(uow, child, on, school_id)
    await publish(uow, child, was)


async def choose_successor(
    uow: UnitOfWork, child_id: UUID, command: ChooseSuccessor, version: int
) -> Child:
    """Have a child go on to one of the schools that their own became."""
    child = await uow.get(Child, child_id, version=version)
    [school] = await uow.all(School, id=child.school_id, unseen=True)
    closed_on = school.closed_on
    if closed_on is None or not school.closed_by(uow.today()):
        raise SchoolNotClosed
    if command.school_id not in {one.id for one in await linked(uow, school)}:
        other = "The register links no open school of this id with the one that closed."
        raise Rejected(errors=[ValidationError("not-linked", other, "/school_id")])
    await move(uow, child, command.school_id, closed_on + DAY)
    return child
