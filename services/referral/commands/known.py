"""Looks the county's references up: one query each, or one for a whole chunk of an import."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from sqlalchemy import Select, select, tuple_

from libs.common.errors import Fault, Rejected
from libs.common.parts import parts
from libs.common.uow import UnitOfWork
from services.referral.commands.prepared import rows_in
from services.referral.domain import Child, Parent, Plan, School

INFO = "known"


@dataclass
class Known:
    """What one unit of work knows of schools, children, parents and plans by reference.

    After ``prepare`` it answers without asking the database; without it, it asks.
    """

    uow: UnitOfWork
    prepared: bool = False
    children: dict[tuple[str, str], Child] = field(default_factory=dict)
    parents: dict[tuple[UUID, str], Parent] = field(default_factory=dict)
    plans: dict[tuple[UUID, str], Plan] = field(default_factory=dict)
    schools: dict[int, UUID] = field(default_factory=dict)

    @classmethod
    async def of(cls, uow: UnitOfWork) -> Self:
        """Return what this unit of work knows."""
        known: Self = uow.session.info.setdefault(INFO, cls(uow))
        return known

    async def prepare(self, references: Iterable[tuple[str, str]], urns: Iterable[int]) -> None:
        """Load the children named, their parents and plans, and the schools."""
        self.prepared = True
        named = tuple_(Child.scheme, Child.reference)
        for some in parts(references):
            locked = _locked().where(named.in_(some)).order_by(Child.id)
            for child in (await self.uow.session.execute(locked)).scalars():
                self.add(child)
        ids = [child.id for child in self.children.values()]
        for parent in await rows_in(self.uow, Parent, Parent.child_id, ids):
            self.add(parent)
        for plan in await rows_in(self.uow, Plan, Plan.child_id, ids):
            self.add(plan)
        for part in parts(urns):
            schools = select(School.urn, School.id).where(School.urn.in_(part))
            self.schools.update((await self.uow.session.execute(schools)).all())

    def add(self, thing: Child | Parent | Plan) -> None:
        """Remember one that was found or made."""
        if isinstance(thing, Child):
            self.children[thing.scheme, thing.reference] = thing
        elif isinstance(thing, Parent):
            self.parents[thing.child_id, thing.reference] = thing
        else:
            self.plans[thing.child_id, thing.reference] = thing

    async def school_id(self, urn: int) -> UUID:
        """Return a school's id, or refuse a number that the register does not have."""
        found = self.schools.get(urn)
        if found is None and not self.prepared:
            query = select(School.id).where(School.urn == urn)
            found = (await self.uow.session.execute(query)).scalar_one_or_none()
        if found is None:
            raise Rejected(
                faults=[Fault("unknown-school", "There is no school of this URN.", "/school_urn")]
            )
        return found

    async def child(self, scheme: str, reference: str) -> Child | None:
        """Return the child of a reference, whom no other push reads until this one is done."""
        if self.prepared:
            return self.children.get((scheme, reference))
        query = _locked().where(Child.scheme == scheme, Child.reference == reference)
        return (await self.uow.session.execute(query)).scalar_one_or_none()

    async def parent(self, child_id: UUID, reference: str) -> Parent | None:
        """Return a child's parent of a reference."""
        if self.prepared:
            return self.parents.get((child_id, reference))
        query = select(Parent).where(Parent.child_id == child_id, Parent.reference == reference)
        return (await self.uow.session.execute(query)).scalar_one_or_none()

    async def plan(self, child_id: UUID, reference: str) -> Plan | None:
        """Return a child's plan of a reference."""
        if self.prepared:
            return self.plans.get((child_id, reference))
        query = select(Plan).where(Plan.child_id == child_id, Plan.reference == reference)
        return (await self.uow.session.execute(query)).scalar_one_or_none()


def _locked() -> Select[Child]:
    """Choose children for a push: which of two is the newer is settled by one at a time.

    A push may leave the child as it was and change a plan all the same. SQLite has one writer
    anyway; on PostgreSQL a case may be opened meanwhile.
    """
    return select(Child).with_for_update(key_share=True)
